/**
 * Accounts in SQL.
 *
 * @module
 */
import type { CompiledQuery, Kysely, Transaction } from "kysely";
import { EmailTakenError, InviteInvalidError, UsernameTakenError } from "../errors.ts";
import type { Account, User, UserId, UserRole } from "../model.ts";
import { emailKey, nameKey, type NewUser, type UserPatch, type UserQuery, type UserStore } from "../users.ts";
import { refuseLastOwner } from "./owners.ts";
import { inChunks } from "./chunks.ts";
import type { SqlDatabase } from "./database.ts";
import type { Schema } from "./schema.ts";

const PUBLIC = [
  "id",
  "userName",
  "email",
  "phone",
  "avatar",
  "status",
  "role",
  "lastSeenAt",
] as const;

const ACCOUNT = [...PUBLIC, "passwordDigest", "nameKey"] as const;

/** Above every character that a name may hold. */
const LAST_CHARACTER = "\u{10ffff}";

/** The accounts of a SQL database. */
export class SqlUserStore implements UserStore {
  readonly #database: SqlDatabase;

  // Building these costs more than running them, and they are asked for every socket, call and sign-in.
  readonly #byIdsQueries = new Map<number, CompiledQuery<UserRow>>();
  #byIdQuery: CompiledQuery<AccountRow> | null = null;
  #byLoginQuery: CompiledQuery<AccountRow> | null = null;

  constructor(database: SqlDatabase) {
    this.#database = database;
  }

  create(user: NewUser): Promise<User> {
    return this.#database.write(async (db) => {
      const role = await this.#roleOf(db, user);
      const at = this.#database.dialect.instant(user.createdAt);
      const row = {
        userName: user.username,
        email: user.email,
        phone: user.phone,
        avatar: "",
        status: "active",
        role,
      };
      const { insertId } = await this.#claiming(db, user, () =>
        db.insertInto("user").values({
          ...row,
          ...keysOf(user),
          passwordDigest: user.passwordDigest,
          createdAt: at,
          updatedAt: at,
        }).executeTakeFirstOrThrow());
      return toUser({ ...row, id: Number(insertId), lastSeenAt: null });
    });
  }

  async find(by: { readonly id: UserId } | { readonly login: string }): Promise<Account | null> {
    const { rows } = await this.#database.read((db) => {
      const [query, parameters] = "id" in by
        ? [this.#byIdQuery ??= byId(db), [by.id]]
        : [this.#byLoginQuery ??= byLogin(db), [nameKey(by.login), emailKey(by.login)]];
      return db.executeQuery<AccountRow>({ ...query, parameters });
    });
    // Two when one person's name is another's e-mail address: the name goes first.
    const row = rows.find((row) => "login" in by && row.nameKey === nameKey(by.login)) ?? rows[0];
    if (row === undefined) return null;
    return { ...toUser(row), passwordDigest: row.passwordDigest ?? "" };
  }

  async byIds(ids: readonly UserId[]): Promise<readonly User[]> {
    if (ids.length === 0) return [];
    const asked = padded(ids);
    const { rows } = await this.#database.read((db) => {
      const query = this.#byIdsQuery(db, asked.length);
      return db.executeQuery<UserRow>({ ...query, parameters: asked });
    });
    return rows.map(toUser);
  }

  #byIdsQuery(db: Kysely<Schema>, length: number): CompiledQuery<UserRow> {
    const known = this.#byIdsQueries.get(length);
    if (known !== undefined) return known;
    const ids = Array.from({ length }, () => 0);
    const query = db.selectFrom("user").select(PUBLIC).where("id", "in", ids).where("deletedAt", "is", null)
      .compile();
    this.#byIdsQueries.set(length, query);
    return query;
  }

  async search(
    query: UserQuery,
  ): Promise<{ readonly users: readonly User[]; readonly hasMore: boolean }> {
    const prefix = nameKey(query.prefix);
    const rows = await this.#database.read((db) => {
      let select = db.selectFrom("user").select(PUBLIC)
        .where("deletedAt", "is", null).where("id", ">", query.afterId)
        .orderBy("id").limit(query.limit + 1);
      if (query.activeOnly) select = select.where("status", "=", "active");
      if (prefix !== "") {
        select = select.where("nameKey", ">=", prefix).where("nameKey", "<", prefix + LAST_CHARACTER);
      }
      return select.execute();
    });
    return { users: rows.slice(0, query.limit).map(toUser), hasMore: rows.length > query.limit };
  }

  update(id: UserId, patch: UserPatch, at: number): Promise<User | null> {
    return this.#database.write(async (db) => {
      const { passwordDigestWas: was } = patch;
      if (patch.keepsOwner === true) await refuseLastOwner(db, this.#database.dialect, id);
      const { numUpdatedRows } = await this.#claiming(db, patch, () =>
        db.updateTable("user").set({
          ...keysOf(patch),
          updatedAt: this.#database.dialect.instant(at),
          // Kysely leaves out what is undefined.
          userName: patch.username,
          email: patch.email,
          phone: patch.phone,
          avatar: patch.avatar,
          passwordDigest: patch.passwordDigest,
          status: patch.status,
          role: patch.role,
        }).where("id", "=", id).where("deletedAt", "is", null)
          .$if(was !== undefined, (update) => update.where("passwordDigest", "=", was ?? ""))
          .executeTakeFirstOrThrow());
      if (numUpdatedRows === 0n) return null;
      const row = await db.selectFrom("user").select(PUBLIC)
        .where("id", "=", id).where("deletedAt", "is", null).executeTakeFirst();
      return row === undefined ? null : toUser(row);
    });
  }

  async touch(ids: readonly UserId[], at: number): Promise<void> {
    await inChunks(
      ids,
      (chunk) =>
        this.#database.write((db) =>
          db.updateTable("user").set({ lastSeenAt: at }).where("id", "in", chunk).where(
            "deletedAt",
            "is",
            null,
          )
            .where((or) => or.or([or("lastSeenAt", "is", null), or("lastSeenAt", "<", at)])).execute()
        ),
    );
  }

  async hasMoreActiveThan(count: number): Promise<boolean> {
    const next = await this.#database.read((db) =>
      db.selectFrom("user").select("id").where("status", "=", "active").where("deletedAt", "is", null)
        .limit(1).offset(count).executeTakeFirst()
    );
    return next !== undefined;
  }

  /** Takes one use of the invite, if there is one to take; the first account of all is the owner. */
  async #roleOf(db: Transaction<Schema>, user: NewUser): Promise<UserRole> {
    const invited = user.inviteId === undefined ? "member" : await redeem(db, user.inviteId, user.createdAt);
    if (await anyone(db)) return invited;
    await this.#database.dialect.alone(db);
    return await anyone(db) ? invited : "owner";
  }

  /** Runs a statement that claims a name or an address, and says which of the two was taken. */
  async #claiming<T>(
    db: Kysely<Schema>,
    claim: { readonly username?: string; readonly email?: string },
    statement: () => Promise<T>,
  ): Promise<T> {
    try {
      return await statement();
    } catch (error) {
      if (!this.#database.dialect.isDuplicate(error)) throw error;
      const { username, email } = claim;
      const holder = username === undefined ? undefined : await db.selectFrom("user").select("id")
        .where("nameKey", "=", nameKey(username)).executeTakeFirst();
      if (username !== undefined && holder !== undefined) throw new UsernameTakenError(username);
      throw new EmailTakenError(email ?? "");
    }
  }
}

async function anyone(db: Transaction<Schema>): Promise<boolean> {
  return await db.selectFrom("user").select("id").limit(1).executeTakeFirst() !== undefined;
}

async function redeem(db: Transaction<Schema>, id: string, now: number): Promise<UserRole> {
  const invite = await db.selectFrom("invite").select("role").where("id", "=", id).executeTakeFirst();
  const { numUpdatedRows } = await db.updateTable("invite")
    .set((set) => ({ usesLeft: set("usesLeft", "-", 1) }))
    .where("id", "=", id).where("usesLeft", ">", 0).where("expiresAt", ">", now).executeTakeFirstOrThrow();
  if (invite === undefined || numUpdatedRows === 0n) throw new InviteInvalidError();
  return toRole(invite.role);
}

/** The parameter is the id. */
function byId(db: Kysely<Schema>): CompiledQuery<AccountRow> {
  return db.selectFrom("user").select(ACCOUNT).where("deletedAt", "is", null).where("id", "=", 0).compile();
}

/** The parameters are the key as a name and the key as an address. */
function byLogin(db: Kysely<Schema>): CompiledQuery<AccountRow> {
  return db.selectFrom("user").select(ACCOUNT).where("deletedAt", "is", null)
    .where((or) => or.or([or("nameKey", "=", ""), or("emailKey", "=", "")])).compile();
}

interface UserRow {
  readonly id: number;
  readonly userName: string | null;
  readonly email: string | null;
  readonly phone: string | null;
  readonly avatar: string | null;
  readonly status: string | null;
  readonly role: string;
  readonly lastSeenAt: number | null;
}

interface AccountRow extends UserRow {
  readonly passwordDigest: string | null;
  readonly nameKey: string | null;
}

/** The keys of what is given; an empty name or address is nobody's. */
function keysOf(
  user: { readonly username?: string; readonly email?: string },
): { nameKey?: string | null; emailKey?: string | null } {
  return {
    ...(user.username === undefined ? {} : { nameKey: nameKey(user.username) || null }),
    ...(user.email === undefined ? {} : { emailKey: emailKey(user.email) || null }),
  };
}

/** Repeats the last id up to a power of two, so that few lengths serve all lists. */
function padded(ids: readonly UserId[]): readonly UserId[] {
  const length = 2 ** Math.ceil(Math.log2(ids.length));
  return ids.length === length
    ? ids
    : [...ids, ...Array<UserId>(length - ids.length).fill(ids[ids.length - 1] ?? 0)];
}

function toUser(row: UserRow): User {
  return {
    id: row.id,
    username: row.userName ?? "",
    email: row.email ?? "",
    phone: row.phone ?? "",
    avatar: row.avatar ?? "",
    status: row.status === "active" ? "active" : "disabled",
    role: toRole(row.role),
    lastSeenAt: row.lastSeenAt,
  };
}

/** What the column holds as a role. */
export function toRole(text: string): UserRole {
  return text === "owner" ? "owner" : "member";
}
