/**
 * Sessions in SQLite.
 *
 * @module
 */
import type { Session } from "../../model.ts";
import { inChunks } from "../chunks.ts";
import type { SessionTable } from "../schema.ts";
import { liveOrNull, SqlSessionStore } from "../sessions.ts";
import type { SqliteDatabase } from "./database.ts";
import { prepare, type Statement } from "./statement.ts";

/** The same where the database is inside this process: a session can be looked up without waiting. */
export class SqliteSessionStore extends SqlSessionStore {
  readonly #database: SqliteDatabase;
  readonly #byId: Statement<SessionTable>;

  constructor(database: SqliteDatabase) {
    super(database);
    this.#database = database;
    this.#byId = prepare(
      database.raw,
      "select id, user_id as userId, device, address, created_at as createdAt, last_used_at as lastUsedAt, " +
        "expires_at as expiresAt from session where id = ?",
    );
  }

  override find(id: string, now: number): Promise<Session | null> {
    return this.#database.look(() => liveOrNull(this.#byId.get(id), now));
  }

  /** One query of ten thousand ids would stop everybody else for 40 ms. */
  override async live(ids: readonly string[], now: number): Promise<ReadonlySet<string>> {
    const live = new Set<string>();
    await inChunks(ids, async (chunk) => {
      for (const id of await super.live(chunk, now)) live.add(id);
    });
    return live;
  }

  findNow(id: string, now: number): Session | null {
    return this.#database.lookNow(() => liveOrNull(this.#byId.get(id), now));
  }
}
