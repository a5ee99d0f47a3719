/**
 * The embedded store for tests: in a directory of its own that goes with it.
 *
 * @module
 */
import { systemClock } from "../../db/clock.ts";
import { SqliteStore } from "../../db/sql/sqlite/store.ts";
import type { OpenedStore } from "./opened.ts";

/** A directory that goes with its test. */
export class TemporaryDirectory implements AsyncDisposable {
  readonly path: string;

  private constructor(path: string) {
    this.path = path;
  }

  static async make(): Promise<TemporaryDirectory> {
    return new TemporaryDirectory(await Deno.makeTempDir({ prefix: "go-chat-" }));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.path, { recursive: true });
  }
}

/** Opens the embedded store in `dataDir`. */
export function openIn(dataDir: string): Promise<SqliteStore> {
  return SqliteStore.open({ dataDir, clock: systemClock, newId: () => crypto.randomUUID() });
}

/** The embedded store in a directory of its own. */
export async function openSqlite(): Promise<
  OpenedStore & { readonly store: SqliteStore; readonly dataDir: string }
> {
  const directory = await TemporaryDirectory.make();
  const store = await openIn(directory.path);
  return {
    store,
    dataDir: directory.path,
    async [Symbol.asyncDispose](): Promise<void> {
      await store[Symbol.asyncDispose]();
      await directory[Symbol.asyncDispose]();
    },
  };
}
