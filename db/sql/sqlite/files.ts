/**
 * The directory and the files of the embedded store: nobody else on the machine may read them.
 *
 * @module
 */
import { join } from "node:path";
import { StoreRefusedError } from "../../errors.ts";

const DIRECTORY_MODE = 0o700;
const FILE_MODE = 0o600;

/** Makes sure that `directory` exists. Throws {@link StoreRefusedError} naming it and what is wrong. */
export async function prepareDirectory(directory: string): Promise<void> {
  try {
    await Deno.mkdir(directory, { recursive: true, mode: DIRECTORY_MODE });
    if (!(await Deno.stat(directory)).isDirectory) throw new Error("it is not a directory");
  } catch (error) {
    throw refused(directory, error);
  }
}

/** Makes sure that the file exists and only its owner may use it; the log files beside it take its mode. */
export async function createPrivately(path: string): Promise<void> {
  try {
    // Only a file that is not there is opened here: closing a descriptor of a file that SQLite has open in
    // this process would drop SQLite's locks on it (POSIX).
    (await Deno.open(path, { createNew: true, write: true, mode: FILE_MODE })).close();
  } catch (error) {
    if (!(error instanceof Deno.errors.AlreadyExists)) throw refused(path, error);
  }
  if (Deno.build.os === "windows") return;
  try {
    const { mode } = await Deno.stat(path);
    if (mode !== null && (mode & 0o077) !== 0) await Deno.chmod(path, FILE_MODE);
  } catch (error) {
    throw refused(path, error);
  }
}

/** Where the database of a data directory lies. */
export function databasePath(directory: string): string {
  return join(directory, "chat.db");
}

/** The sentence for a start that ends because of `path`. */
export function refused(path: string, cause: unknown): StoreRefusedError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new StoreRefusedError(`Cannot open "${path}": ${reason}`, { cause });
}
