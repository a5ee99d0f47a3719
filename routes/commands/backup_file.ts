/**
 * The file of a backup: whole or not there, and nobody else's.
 *
 * @module
 */
import { dirname } from "node:path";
import type { NeededPath } from "../server/access.ts";
import { SettingsError } from "../server/settings_error.ts";
import { CommandError } from "./command_error.ts";

/** Standard input or output instead of a file. */
export const STREAM = "-";
const OWNER_ONLY = 0o600;

/** The path that a backup needs; none for a stream. */
export function fileAccess(file: string, write: boolean): readonly NeededPath[] {
  return file === STREAM ? [] : [{ path: write ? dirname(file) : file, write, setting: "FILE" }];
}

/** Throws {@link SettingsError} when there is such a file, which is not to be replaced. */
export async function refuseExisting(file: string): Promise<void> {
  try {
    await Deno.lstat(file);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return;
    throw unusable("back up", file, error);
  }
  throw new SettingsError(
    `Cannot back up: ${JSON.stringify(file)} is there already, choose another name or give --force`,
  );
}

/** Writes beside the file, syncs, and gives it its name; what is not whole is removed. Answers how many bytes. */
export async function writeBackupFile(file: string, bytes: AsyncIterable<Uint8Array>): Promise<number> {
  const partial = `${file}.partial`;
  try {
    await Deno.remove(partial).catch(() => {});
    const size = await writePartial(partial, bytes);
    await Deno.rename(partial, file);
    await syncDirectory(dirname(file));
    return size;
  } catch (error) {
    await Deno.remove(partial).catch(() => {});
    if (error instanceof Error && error.constructor.name in Deno.errors) {
      throw unusable("back up", file, error);
    }
    throw error;
  }
}

async function writePartial(partial: string, bytes: AsyncIterable<Uint8Array>): Promise<number> {
  using file = await Deno.open(partial, { write: true, createNew: true, mode: OWNER_ONLY });
  const size = await writeAll(file, bytes);
  await file.sync();
  return size;
}

/** Writes a backup to standard output. Answers how many bytes. */
export function writeBackupStream(bytes: AsyncIterable<Uint8Array>): Promise<number> {
  return writeAll(Deno.stdout, bytes);
}

async function writeAll(
  to: { write(bytes: Uint8Array): Promise<number> },
  bytes: AsyncIterable<Uint8Array>,
): Promise<number> {
  let size = 0;
  for await (const chunk of bytes) {
    for (let at = 0; at < chunk.length;) at += await to.write(chunk.subarray(at));
    size += chunk.length;
  }
  return size;
}

/** The bytes of a file, or of standard input. Throws {@link SettingsError} when it cannot be read. */
export async function readBackupFile(file: string): Promise<ReadableStream<Uint8Array>> {
  if (file === STREAM) return Deno.stdin.readable;
  try {
    return (await Deno.open(file)).readable;
  } catch (error) {
    throw new SettingsError(unusable("read the backup", file, error).message);
  }
}

/** So that the name outlives a loss of power; not every system lets a directory be synced. */
async function syncDirectory(path: string): Promise<void> {
  try {
    using directory = await Deno.open(path);
    await directory.sync();
  } catch {
    // The file itself is synced.
  }
}

function unusable(what: string, file: string, error: unknown): CommandError {
  const reason = error instanceof Error ? error.message.split("\n", 1).join("") : String(error);
  return new CommandError(`Cannot ${what}: ${JSON.stringify(file)} cannot be used, ${reason}`);
}
