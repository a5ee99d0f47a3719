/**
 * What a data directory holds at one moment, so that a test can have it back: what a process that dies leaves.
 *
 * @module
 */
import { join } from "node:path";

/** The files of the embedded store that tell what was stored; the other one beside them is made again from these. */
const FILES = ["chat.db", "chat.db-wal"] as const;
const MADE_AGAIN = "chat.db-shm";

/** The files of a data directory, as they were. */
export class DiskImage {
  readonly #directory: string;
  readonly #files: ReadonlyMap<string, Uint8Array<ArrayBuffer>>;

  private constructor(directory: string, files: ReadonlyMap<string, Uint8Array<ArrayBuffer>>) {
    this.#directory = directory;
    this.#files = files;
  }

  /** Reads the files. Whoever has them open loses its locks on them (POSIX), so it is to be ended after. */
  static take(directory: string): DiskImage {
    const files = new Map<string, Uint8Array<ArrayBuffer>>();
    for (const name of FILES) {
      const bytes = readIfThere(join(directory, name));
      if (bytes !== null) files.set(name, bytes);
    }
    return new DiskImage(directory, files);
  }

  /** Puts the files back, in place: the store knows its file by more than the name. Nobody may have them open. */
  restore(): void {
    for (const name of [...FILES, MADE_AGAIN]) {
      const path = join(this.#directory, name);
      const bytes = this.#files.get(name);
      if (bytes === undefined) removeIfThere(path);
      else Deno.writeFileSync(path, bytes);
    }
  }
}

function readIfThere(path: string): Uint8Array<ArrayBuffer> | null {
  try {
    return Deno.readFileSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

function removeIfThere(path: string): void {
  try {
    Deno.removeSync(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
