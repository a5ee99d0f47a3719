/**
 * The data directory: made for one user alone, with the generated secret in it.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { join, resolve } from "node:path";
import { MIN_SECRET_BYTES } from "./release_rules.ts";
import { SettingsError } from "./settings_error.ts";

const OWNER_ONLY_DIRECTORY = 0o700;
const OWNER_ONLY_FILE = 0o600;
const OTHERS = 0o077;

/** A data directory that exists. */
export interface DataDir {
  /** Absolute. */
  readonly path: string;
  /** What an operator should change, or null. */
  readonly warning: string | null;
}

/** Makes the directory when it is missing. Throws {@link SettingsError} when it cannot be one. */
export async function prepareDataDir(given: string, source: string): Promise<DataDir> {
  const path = resolve(given);
  try {
    await Deno.mkdir(path, { recursive: true, mode: OWNER_ONLY_DIRECTORY });
    const { mode, isDirectory } = await Deno.stat(path);
    if (!isDirectory) throw new Deno.errors.NotADirectory("it is a file");
    const warning = ((mode ?? 0) & OTHERS) === 0
      ? null
      : `Other users of this machine can look into ${path}: chmod 700 keeps them out`;
    return { path, warning };
  } catch (error) {
    throw new SettingsError(
      `Cannot start: CHAT_DATA_DIR cannot be ${JSON.stringify(given)} (from ${source}), allowed: ` +
        `a directory that this program may read and write; ${reason(error)}`,
    );
  }
}

/**
 * The same for what makes none: a mistyped directory is not to become an empty store. Throws {@link SettingsError}
 * naming it and where it comes from.
 */
export async function existingDataDir(given: string, source: string): Promise<DataDir> {
  const path = resolve(given);
  try {
    await Deno.stat(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new SettingsError(
      `Cannot open the store: there is no data directory at ${JSON.stringify(path)} (from ${source}); ` +
        "the first start of a server makes one",
    );
  }
  return await prepareDataDir(given, source);
}

/** The secret that signs sessions when CHAT_SECRET is not given: read, or generated with mode 0600. */
export async function generatedSecret(
  dataDir: string,
  randomBytes: (length: number) => Uint8Array,
): Promise<string> {
  const path = join(dataDir, "secret");
  try {
    const secret = await readSecret(path) ??
      await writeSecret(path, Buffer.from(randomBytes(48)).toString("base64url"));
    if (new TextEncoder().encode(secret).length >= MIN_SECRET_BYTES) return secret;
  } catch (error) {
    throw new SettingsError(`Cannot start: the generated secret ${path} cannot be used; ${reason(error)}`);
  }
  throw new SettingsError(
    `Cannot start: the generated secret ${path} is damaged, allowed: at least ${MIN_SECRET_BYTES} bytes; ` +
      "remove it to get a new one, which signs everybody out",
  );
}

async function readSecret(path: string): Promise<string | null> {
  try {
    const text = await Deno.readTextFile(path);
    if ((((await Deno.stat(path)).mode ?? 0) & OTHERS) !== 0) await Deno.chmod(path, OWNER_ONLY_FILE);
    return text.trim();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

/** Written whole and synced before it gets its name, so that a crash never leaves half a secret. */
async function writeSecret(path: string, secret: string): Promise<string> {
  const draft = `${path}.new`;
  await Deno.remove(draft).catch(() => {});
  {
    using file = await Deno.open(draft, { write: true, createNew: true, mode: OWNER_ONLY_FILE });
    const bytes = new TextEncoder().encode(`${secret}\n`);
    for (let written = 0; written < bytes.length;) written += await file.write(bytes.subarray(written));
    await file.sync();
  }
  await Deno.rename(draft, path);
  return secret;
}

function reason(error: unknown): string {
  if (error instanceof Deno.errors.AlreadyExists || error instanceof Deno.errors.NotADirectory) {
    return "it, or a part of its path, is a file";
  }
  if (error instanceof Deno.errors.PermissionDenied) return "permission denied";
  return error instanceof Error ? error.message.split("\n", 1).join("") : "it failed";
}
