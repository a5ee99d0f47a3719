/**
 * One owner per data directory.
 *
 * @module
 */
import { DatabaseSync } from "node:sqlite";
import { join } from "node:path";
import type { Clock } from "../../clock.ts";
import { StoreRefusedError } from "../../errors.ts";
import { failureOf } from "./failures.ts";
import { createPrivately } from "./files.ts";
import { prepare } from "./statement.ts";

/** A restarted program may find the one before it still closing: tries, and the pause between them in ms. */
const TRIES = 10;
const PAUSE_MS = 100;

/**
 * Holds an exclusive lock on `DIR/lock.db` until it is disposed or the process ends, however it ends. The lock is
 * SQLite's own, so it works wherever the database does, and leaves nothing stale behind.
 */
export class DirectoryLock implements Disposable {
  /** What the last owner left when it closed; empty when nobody has yet. */
  readonly seal: string;
  readonly #database: DatabaseSync;

  private constructor(database: DatabaseSync) {
    this.#database = database;
    prepare(database, "create table if not exists seal (value text not null)").run();
    this.seal = prepare<{ readonly value: string }>(database, "select value from seal").get()?.value ?? "";
  }

  /** Throws {@link StoreRefusedError} when another process has the directory. */
  static async take(directory: string, clock: Clock): Promise<DirectoryLock> {
    const path = join(directory, "lock.db");
    await createPrivately(path);
    const database = new DatabaseSync(path);
    try {
      for (let left = TRIES; left > 0; left--) {
        if (tryLock(database)) return new DirectoryLock(database);
        if (left > 1) await new Promise<void>((resolve) => clock.after(PAUSE_MS, resolve));
      }
    } catch (error) {
      database.close();
      throw error;
    }
    database.close();
    throw new StoreRefusedError(
      `Cannot open "${directory}": another Go Chat is using it, stop that one or choose another directory`,
    );
  }

  /** Leaves a seal for the next owner and lets go. */
  release(seal: string): void {
    prepare(this.#database, "delete from seal").run();
    prepare(this.#database, "insert into seal (value) values (?)").run(seal);
    prepare(this.#database, "commit").run();
    this[Symbol.dispose]();
  }

  /** Lets go, leaving what the owner before left. */
  [Symbol.dispose](): void {
    if (this.#database.isOpen) this.#database.close();
  }
}

function tryLock(database: DatabaseSync): boolean {
  try {
    prepare(database, "pragma busy_timeout = 0").all();
    prepare(database, "begin exclusive").run();
    return true;
  } catch (error) {
    if (failureOf(error) === "busy") return false;
    throw error;
  }
}
