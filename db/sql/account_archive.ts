/**
 * Accounts, sessions and invites of a SQL database, out and in.
 *
 * @module
 */
import type { AccountArchive, After, ArchivedUser } from "../archive.ts";
import type { Invite, Session, UserId } from "../model.ts";
import { inPieces } from "./chunks.ts";
import type { SqlDatabase } from "./database.ts";
import { toRole } from "./users.ts";

/** The {@link AccountArchive} of a SQL database. */
export class SqlAccountArchive implements AccountArchive {
  readonly #database: SqlDatabase;

  constructor(database: SqlDatabase) {
    this.#database = database;
  }

  async users({ after, limit }: After<UserId>): Promise<readonly ArchivedUser[]> {
    const rows = await this.#database.read((db) =>
      db.selectFrom("user").selectAll().where("id", ">", after).orderBy("id").limit(limit).execute()
    );
    const { millis } = this.#database.dialect;
    return rows.map((row) => ({
      id: row.id,
      username: row.userName,
      passwordDigest: row.passwordDigest,
      email: row.email,
      phone: row.phone,
      avatar: row.avatar,
      status: row.status,
      role: row.role,
      nameKey: row.nameKey,
      emailKey: row.emailKey,
      createdAt: millis(row.createdAt),
      updatedAt: millis(row.updatedAt),
      deletedAt: millis(row.deletedAt),
      lastSeenAt: row.lastSeenAt,
      eraseAt: row.eraseAt,
    }));
  }

  async putUsers(users: readonly ArchivedUser[]): Promise<void> {
    const { dialect } = this.#database;
    const instant = (ms: number | null): number | string | null => ms === null ? null : dialect.instant(ms);
    const rows = users.map(({ username, createdAt, updatedAt, deletedAt, ...rest }) => ({
      ...rest,
      userName: username,
      createdAt: instant(createdAt),
      updatedAt: instant(updatedAt),
      deletedAt: instant(deletedAt),
    }));
    await this.#database.write(async (db) => {
      for (const some of inPieces(rows)) {
        await db.deleteFrom("user").where("id", "in", some.map((row) => row.id)).execute();
        await db.insertInto("user").values(some).execute();
      }
    });
  }

  sessions({ after, limit }: After<string>): Promise<readonly Session[]> {
    return this.#database.read((db) =>
      db.selectFrom("session").selectAll().where("id", ">", after).orderBy("id").limit(limit).execute()
    );
  }

  async putSessions(sessions: readonly Session[]): Promise<void> {
    await this.#database.write(async (db) => {
      for (const some of inPieces(sessions)) {
        await db.deleteFrom("session").where("id", "in", some.map((row) => row.id)).execute();
        await db.insertInto("session").values(some).execute();
      }
    });
  }

  async invites({ after, limit }: After<string>): Promise<readonly Invite[]> {
    const rows = await this.#database.read((db) =>
      db.selectFrom("invite").selectAll().where("id", ">", after).orderBy("id").limit(limit).execute()
    );
    return rows.map((row) => ({ ...row, role: toRole(row.role) }));
  }

  async putInvites(invites: readonly Invite[]): Promise<void> {
    await this.#database.write(async (db) => {
      for (const some of inPieces(invites)) {
        await db.deleteFrom("invite").where("id", "in", some.map((row) => row.id)).execute();
        await db.insertInto("invite").values(some).execute();
      }
    });
  }
}
