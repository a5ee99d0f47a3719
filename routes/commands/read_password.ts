/**
 * A password from standard input, so that it stands in no list of processes.
 *
 * @module
 */
import { SettingsError } from "../server/settings_error.ts";

const MAX_BYTES = 1_024;

/** The first line of a stream. Throws {@link SettingsError} where it is empty or too long. */
export async function readPassword(
  stream: { read(bytes: Uint8Array): Promise<number | null> },
): Promise<string> {
  const bytes = new Uint8Array(MAX_BYTES);
  let length = 0;
  while (length < MAX_BYTES && !bytes.subarray(0, length).includes(0x0a)) {
    const count = await stream.read(bytes.subarray(length));
    if (count === null) break;
    length += count;
  }
  const [line = ""] = new TextDecoder().decode(bytes.subarray(0, length)).split(/\r?\n/, 1);
  if (line !== "" && length < MAX_BYTES) return line;
  throw new SettingsError(
    "Cannot create the account: the password on standard input cannot be used, allowed: one line of 1 to 1 000 bytes",
  );
}
