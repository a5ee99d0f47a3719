/**
 * Sessions in SQL.
 *
 * @module
 */
import type { Session, UserId } from "../model.ts";
import { isLive, SESSION_IDLE_MS, type SessionStore } from "../sessions.ts";
import { inChunks } from "./chunks.ts";
import type { SqlDatabase } from "./database.ts";
import type { SessionTable } from "./schema.ts";

/** Sessions that one user is shown. */
const MAX_LISTED = 200;

/** Expired sessions are removed this often, in ms. Nobody is let in by them meanwhile. */
const REMOVE_EVERY_MS = 3_600_000;

/** The sessions of a SQL database. */
export class SqlSessionStore implements SessionStore {
  readonly #database: SqlDatabase;
  #removedAt = Number.NEGATIVE_INFINITY;

  constructor(database: SqlDatabase) {
    this.#database = database;
  }

  async create(session: Session): Promise<void> {
    await this.#database.write((db) => db.insertInto("session").values(toSession(session)).execute());
  }

  async find(id: string, now: number): Promise<Session | null> {
    const row = await this.#database.read((db) =>
      db.selectFrom("session").selectAll().where("id", "=", id).executeTakeFirst()
    );
    return liveOrNull(row, now);
  }

  async list(userId: UserId, now: number): Promise<readonly Session[]> {
    const rows = await this.#database.read((db) =>
      db.selectFrom("session").selectAll().where("userId", "=", userId)
        .where("expiresAt", ">", now).where("lastUsedAt", ">", now - SESSION_IDLE_MS)
        .orderBy("lastUsedAt", "desc").orderBy("id").limit(MAX_LISTED).execute()
    );
    return rows.map(toSession);
  }

  async end(
    userId: UserId,
    which: { readonly ids: readonly string[] } | { readonly exceptId: string | null },
  ): Promise<readonly string[]> {
    if ("ids" in which && which.ids.length === 0) return [];
    return await this.#database.write(async (db) => {
      let chosen = db.selectFrom("session").select("id").where("userId", "=", userId);
      if ("ids" in which) chosen = chosen.where("id", "in", which.ids);
      else if (which.exceptId !== null) chosen = chosen.where("id", "!=", which.exceptId);
      const ids = (await chosen.execute()).map((row) => row.id);
      if (ids.length > 0) await db.deleteFrom("session").where("id", "in", ids).execute();
      return ids;
    });
  }

  async touch(ids: readonly string[], now: number): Promise<void> {
    await inChunks(
      ids,
      (chunk) =>
        this.#database.write((db) =>
          db.updateTable("session").set({ lastUsedAt: now })
            .where("id", "in", chunk).where("lastUsedAt", "<", now)
            .where("lastUsedAt", ">", now - SESSION_IDLE_MS).execute()
        ),
    );
    await this.#removeExpired(now);
  }

  async live(ids: readonly string[], now: number): Promise<ReadonlySet<string>> {
    if (ids.length === 0) return new Set();
    const rows = await this.#database.read((db) =>
      db.selectFrom("session").select("id").where("id", "in", ids)
        .where("expiresAt", ">", now).where("lastUsedAt", ">", now - SESSION_IDLE_MS).execute()
    );
    return new Set(rows.map((row) => row.id));
  }

  /** Looks at every session, so not often. */
  async #removeExpired(now: number): Promise<void> {
    if (now < this.#removedAt + REMOVE_EVERY_MS) return;
    await this.#database.write((db) =>
      db.deleteFrom("session").where((or) =>
        or.or([or("expiresAt", "<=", now), or("lastUsedAt", "<=", now - SESSION_IDLE_MS)])
      ).execute()
    );
    this.#removedAt = now;
  }
}

/** The session of a row, where it is live at `now`. */
export function liveOrNull(row: SessionTable | undefined, now: number): Session | null {
  if (row === undefined) return null;
  const session = toSession(row);
  return isLive(session, now) ? session : null;
}

/** A session as it is named alike in the table and in the program, and nothing else that came with it. */
function toSession(row: SessionTable): Session {
  return {
    id: row.id,
    userId: row.userId,
    device: row.device,
    address: row.address,
    createdAt: row.createdAt,
    lastUsedAt: row.lastUsedAt,
    expiresAt: row.expiresAt,
  };
}
