/**
 * Reading the embedded store beside its owner, from another isolate or another process.
 *
 * @module
 */
import type { Clock } from "../../clock.ts";
import type { StoreReader } from "../../store.ts";
import { SqlErasureStore } from "../erasures.ts";
import { SqlInviteStore } from "../invites.ts";
import { SqlUserStore } from "../users.ts";
import { SqliteDatabase } from "./database.ts";
import { databasePath } from "./files.ts";
import { SqliteMessageStore } from "./messages.ts";
import { SqliteSessionStore } from "./sessions.ts";

/**
 * A second connection, which writes nothing: with a write-ahead log readers and the writer do not wait for each other.
 * Each question sees what was committed last.
 */
export class SqliteReader implements StoreReader {
  readonly users: StoreReader["users"];
  readonly sessions: StoreReader["sessions"];
  readonly invites: StoreReader["invites"];
  readonly erasures: StoreReader["erasures"];
  readonly messages: StoreReader["messages"];
  readonly #database: SqliteDatabase;

  /** Opens the store in a directory, which its owner must have open. Throws what SQLite throws. */
  constructor(dataDir: string, clock: Clock) {
    this.#database = new SqliteDatabase(databasePath(dataDir), clock, { readOnly: true });
    this.users = new SqlUserStore(this.#database);
    this.sessions = new SqliteSessionStore(this.#database);
    this.invites = new SqlInviteStore(this.#database);
    this.erasures = new SqlErasureStore(this.#database);
    this.messages = new SqliteMessageStore(this.#database);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#database[Symbol.asyncDispose]();
  }
}
