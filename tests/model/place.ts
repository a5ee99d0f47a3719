/**
 * Where runs keep their files: one directory for all of them, made as new for each by copying, since making the
 * tables takes longer than a run.
 *
 * @module
 */
import { join } from "node:path";
import { SqliteStore } from "../../db/sql/sqlite/store.ts";
import { FakeClock } from "../support/fake_clock.ts";

/** Memory, where there is a file system in it: what is measured here is not the disk. */
const MEMORY = "/dev/shm";
/** Accounts of a fresh store, as many as a run has users and one for whom nobody is. */
export const ACCOUNTS = 5;

/** A data directory that can be made as new. */
export class Place implements AsyncDisposable {
  readonly path: string;
  readonly #files: ReadonlyMap<string, Uint8Array<ArrayBuffer>>;

  private constructor(path: string, files: ReadonlyMap<string, Uint8Array<ArrayBuffer>>) {
    this.path = path;
    this.#files = files;
  }

  /** Makes a directory with a store in it that has accounts and nothing else. */
  static async make(): Promise<Place> {
    const isThere = await Deno.stat(MEMORY).then((found) => found.isDirectory, () => false);
    const path = await Deno.makeTempDir({ prefix: "go-chat-model-", ...(isThere ? { dir: MEMORY } : {}) });
    const clock = new FakeClock();
    const store = await SqliteStore.open({ dataDir: path, clock, newId: () => crypto.randomUUID() });
    for (let user = 1; user <= ACCOUNTS; user++) {
      await store.users.create({
        username: `user${user}`,
        email: `user${user}@example.com`,
        phone: "",
        passwordDigest: "none",
        createdAt: clock.now(),
      });
    }
    await store[Symbol.asyncDispose]();
    const files = new Map<string, Uint8Array<ArrayBuffer>>();
    for await (const { name } of Deno.readDir(path)) files.set(name, await Deno.readFile(join(path, name)));
    return new Place(path, files);
  }

  /** Where the database is. */
  get database(): string {
    return join(this.path, "chat.db");
  }

  /** Makes it as new. Nobody may have it open. */
  renew(): void {
    for (const { name } of [...Deno.readDirSync(this.path)]) {
      if (!this.#files.has(name)) Deno.removeSync(join(this.path, name));
    }
    for (const [name, bytes] of this.#files) Deno.writeFileSync(join(this.path, name), bytes);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.path, { recursive: true });
  }
}
