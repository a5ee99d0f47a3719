/**
 * Invites in SQL.
 *
 * @module
 */
import type { InviteStore } from "../invites.ts";
import type { Invite } from "../model.ts";
import type { SqlDatabase } from "./database.ts";
import type { InviteTable } from "./schema.ts";
import { toRole } from "./users.ts";

/** Invites that an owner is shown. */
const MAX_LISTED = 500;

/** The invites of a SQL database. */
export class SqlInviteStore implements InviteStore {
  readonly #database: SqlDatabase;

  constructor(database: SqlDatabase) {
    this.#database = database;
  }

  async create(invite: Invite): Promise<void> {
    await this.#database.write((db) => db.insertInto("invite").values(toInvite(invite)).execute());
  }

  async find(id: string, now: number): Promise<Invite | null> {
    const row = await this.#database.read((db) =>
      db.selectFrom("invite").selectAll().where("id", "=", id)
        .where("usesLeft", ">", 0).where("expiresAt", ">", now).executeTakeFirst()
    );
    return row === undefined ? null : toInvite(row);
  }

  async list(now: number): Promise<readonly Invite[]> {
    const rows = await this.#database.read((db) =>
      db.selectFrom("invite").selectAll().where("usesLeft", ">", 0).where("expiresAt", ">", now)
        .orderBy("createdAt", "desc").orderBy("id", "desc").limit(MAX_LISTED).execute()
    );
    return rows.map(toInvite);
  }

  async remove(id: string): Promise<boolean> {
    const { numDeletedRows } = await this.#database.write((db) =>
      db.deleteFrom("invite").where("id", "=", id).executeTakeFirstOrThrow()
    );
    return numDeletedRows > 0n;
  }
}

/** An invite as it is named alike in the table and in the program. */
function toInvite(row: InviteTable): Invite {
  return {
    id: row.id,
    role: toRole(row.role),
    usesLeft: row.usesLeft,
    expiresAt: row.expiresAt,
    createdAt: row.createdAt,
    createdBy: row.createdBy,
  };
}
