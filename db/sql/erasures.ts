/**
 * Erasing accounts in SQL.
 *
 * @module
 */
import type { Transaction } from "kysely";
import type { Erasure, ErasureStore } from "../erasures.ts";
import type { UserId } from "../model.ts";
import { refuseLastOwner } from "./owners.ts";
import type { SqlDatabase } from "./database.ts";
import type { Schema } from "./schema.ts";

/** Everything of an account that says who it was. */
const NOBODY = {
  userName: null,
  passwordDigest: null,
  email: null,
  avatar: null,
  phone: null,
  status: "disabled",
  role: "member",
  nameKey: null,
  emailKey: null,
  lastSeenAt: null,
} as const;

/** The erasures of a SQL database. */
export class SqlErasureStore implements ErasureStore {
  readonly #database: SqlDatabase;

  constructor(database: SqlDatabase) {
    this.#database = database;
  }

  async find(userId: UserId): Promise<Erasure | null> {
    const row = await this.#database.read((db) =>
      db.selectFrom("user").select(["id", "eraseAt", "deletedAt"]).where("id", "=", userId)
        .where("eraseAt", "is not", null).executeTakeFirst()
    );
    return row === undefined ? null : toErasure(row);
  }

  async schedule(userId: UserId, dueAt: number | null): Promise<boolean> {
    return await this.#database.write(async (db) => {
      // Where nothing changes, MySQL counts no row: so it is asked for itself.
      const row = await db.selectFrom("user").select("id").where("id", "=", userId)
        .where("deletedAt", "is", null).executeTakeFirst();
      if (row === undefined) return false;
      await db.updateTable("user").set({ eraseAt: dueAt }).where("id", "=", userId).execute();
      return true;
    });
  }

  async due(
    now: number,
    { afterId, limit }: { readonly afterId: UserId; readonly limit: number },
  ): Promise<readonly Erasure[]> {
    const rows = await this.#database.read((db) =>
      db.selectFrom("user").select(["id", "eraseAt", "deletedAt"]).where("id", ">", afterId)
        .where("eraseAt", "<=", now).orderBy("id").limit(limit).execute()
    );
    return rows.map(toErasure);
  }

  begin(
    userId: UserId,
    { now, againAt }: { readonly now: number; readonly againAt: number },
  ): Promise<boolean> {
    const { dialect } = this.#database;
    const at = dialect.instant(now);
    return this.#database.write(async (db) => {
      await refuseLastOwner(db, dialect, userId);
      const { numUpdatedRows } = await db.updateTable("user")
        .set({ ...NOBODY, updatedAt: at, deletedAt: at, eraseAt: againAt })
        .where("id", "=", userId).where("deletedAt", "is", null).executeTakeFirstOrThrow();
      if (numUpdatedRows === 0n) return false;
      await removeBelongings(db, userId);
      return true;
    });
  }

  async again(userId: UserId, at: number | null): Promise<void> {
    await this.#database.write((db) =>
      db.updateTable("user").set({ eraseAt: at }).where("id", "=", userId).where("deletedAt", "is not", null)
        .execute()
    );
  }

  async gone(ids: readonly UserId[]): Promise<ReadonlySet<UserId>> {
    if (ids.length === 0) return new Set();
    const rows = await this.#database.read((db) =>
      db.selectFrom("user").select("id").where("id", "in", ids).where("deletedAt", "is not", null).execute()
    );
    return new Set(rows.map((row) => row.id));
  }

  /** A server keeps its own files. */
  async scrub(): Promise<void> {}
}

async function removeBelongings(db: Transaction<Schema>, userId: UserId): Promise<void> {
  await db.deleteFrom("session").where("userId", "=", userId).execute();
  await db.deleteFrom("invite").where("createdBy", "=", userId).execute();
}

function toErasure(
  { id, eraseAt, deletedAt }: {
    readonly id: number;
    readonly eraseAt: number | null;
    readonly deletedAt: unknown;
  },
): Erasure {
  return { userId: id, dueAt: eraseAt ?? 0, begun: deletedAt !== null };
}
