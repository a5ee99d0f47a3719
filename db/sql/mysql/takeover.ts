/**
 * Taking over the accounts of an existing go-chat database.
 *
 * Its one table stays where it is, with every row. Accounts are found by keys of their own instead of a collation, so
 * where two have one name the older keeps it. Every step may be cut short and done again.
 *
 * @module
 */
import { getLogger } from "@logtape/logtape";
import { Buffer } from "node:buffer";
import { type Kysely, type RawBuilder, sql } from "kysely";
import { StoreRefusedError } from "../../errors.ts";
import { emailKey, nameKey } from "../../users.ts";
import { createUserKeys, createUsers, KEY_BYTES } from "../migrations.ts";
import type { Schema } from "../schema.ts";
import { mysqlDialect } from "./dialect.ts";

const logger = getLogger(["chat", "store"]);

/** Accounts that are given their keys at once. */
const CHUNK = 500;
/** Accounts that one line lists by name. */
const MAX_LISTED = 200;

/** The documented columns. */
const DOCUMENTED = [
  "id",
  "created_at",
  "updated_at",
  "deleted_at",
  "user_name",
  "password_digest",
  "email",
  "avatar",
  "phone",
  "status",
] as const;

/** What this program adds, in the order of the table it makes itself. */
const ADDED: readonly (readonly [name: string, type: string])[] = [
  ["role", "varchar(32) not null default 'member'"],
  ["name_key", `varbinary(${KEY_BYTES})`],
  ["email_key", `varbinary(${KEY_BYTES})`],
  ["last_seen_at", "bigint"],
];

/** Makes the table of accounts, or takes over the one that is there. `where` names the database in a sentence. */
export async function prepareUsers(db: Kysely<Schema>, where: string): Promise<void> {
  const columns = await columnsOf(db);
  if (columns.size === 0) return await createUsers(db, mysqlDialect);
  const missing = DOCUMENTED.filter((name) => !columns.has(name));
  if (missing.length > 0) {
    throw new StoreRefusedError(
      `Cannot open ${where}: its table "user" is not one of go-chat, it has no ${missing.join(", no ")}; ` +
        "choose another database",
    );
  }
  await widen(db, columns);
  await createUserKeys(db, mysqlDialect);
  await fillKeys(db);
  await chooseOwner(db, where);
  await tellOfDuplicates(db, where);
}

/** The columns of the table of accounts by name, with the types of times; empty: there is no such table. */
async function columnsOf(db: Kysely<Schema>): Promise<ReadonlyMap<string, string>> {
  const { rows } = await sql<{ name: string; type: string }>`
    select lower(column_name) as name, lower(column_type) as type from information_schema.columns
    where table_schema = database() and table_name = 'user'`.execute(db);
  return new Map(rows.map(({ name, type }) => [name, type]));
}

/** All of Unicode instead of three bytes of it, times to the millisecond, and our own columns: all in one go. */
async function widen(db: Kysely<Schema>, columns: ReadonlyMap<string, string>): Promise<void> {
  const times = ["created_at", "updated_at", "deleted_at"].filter((name) => columns.get(name) === "datetime");
  const changes = [
    "convert to character set utf8mb4",
    "engine = InnoDB",
    "row_format = dynamic",
    ...times.map((name) => `modify column ${name} datetime(3) null default null`),
    ...ADDED.filter(([name]) => !columns.has(name)).map(([name, type]) => `add column ${name} ${type}`),
  ];
  await sql.raw(`alter table user ${changes.join(", ")}`).execute(db);
}

/** An account of the table, as far as its keys go. */
interface Nameable {
  readonly id: number;
  readonly userName: string | null;
  readonly email: string | null;
}

/** Gives every account its keys, the oldest first. */
async function fillKeys(db: Kysely<Schema>): Promise<void> {
  for (let after = 0;;) {
    const rows: readonly Nameable[] = await db.selectFrom("user").select(["id", "userName", "email"])
      .where("id", ">", after).where("deletedAt", "is", null).orderBy("id").limit(CHUNK).execute();
    const last = rows.at(-1);
    if (last === undefined) return;
    const names = await claim(db, "nameKey", rows.map(({ id, userName }) => [id, keyOf(userName, nameKey)]));
    const emails = await claim(db, "emailKey", rows.map(({ id, email }) => [id, keyOf(email, emailKey)]));
    const ids = rows.map((row) => row.id);
    await db.updateTable("user").set({ nameKey: chosen(names, ids), emailKey: chosen(emails, ids) })
      .where("id", "in", ids).execute();
    after = last.id;
  }
}

/** The key of a text; null where it is nobody's, or longer than a key can be. */
function keyOf(text: string | null, fold: (text: string) => string): string | null {
  const key = fold(text ?? "");
  return key === "" || Buffer.byteLength(key) > KEY_BYTES ? null : key;
}

/** Which of the accounts, in this order, get the keys they want. */
async function claim(
  db: Kysely<Schema>,
  column: "nameKey" | "emailKey",
  wanted: readonly (readonly [id: number, key: string | null])[],
): Promise<ReadonlyMap<number, string>> {
  const keys = wanted.flatMap(([, key]) => key === null ? [] : [key]);
  const rows = keys.length === 0
    ? []
    : await db.selectFrom("user").select(["id", column]).where(column, "in", keys).execute();
  const holders = new Map(rows.map((row) => [row[column], row.id]));
  const claimed = new Map<number, string>();
  for (const [id, key] of wanted) {
    if (key === null || (holders.get(key) ?? id) !== id) continue;
    holders.set(key, id);
    claimed.set(id, key);
  }
  return claimed;
}

/** Each account's key, as one expression. */
function chosen(keys: ReadonlyMap<number, string>, ids: readonly number[]): RawBuilder<string | null> {
  const cases = ids.map((id) => sql`when ${id} then ${keys.get(id) ?? null}`);
  return sql<string | null>`case id ${sql.join(cases, sql` `)} end`;
}

/** As in a store that was ours from the start, the first account is the owner: otherwise there would never be one. */
async function chooseOwner(db: Kysely<Schema>, where: string): Promise<void> {
  const owner = await db.selectFrom("user").select("id").where("role", "=", "owner").limit(1)
    .executeTakeFirst();
  if (owner !== undefined) return;
  const oldest = await db.selectFrom("user").select(["id", "userName"]).where("deletedAt", "is", null)
    .where("status", "=", "active").orderBy("id").limit(1).executeTakeFirst();
  if (oldest === undefined) return;
  await db.updateTable("user").set({ role: "owner" }).where("id", "=", oldest.id).execute();
  logger.warn('{where}: account {id} ("{name}"), the oldest, is the owner from now on', {
    where,
    id: oldest.id,
    name: oldest.userName,
  });
}

/** Lists the accounts that have no name or no address of their own. */
async function tellOfDuplicates(db: Kysely<Schema>, where: string): Promise<void> {
  const rows = await db.selectFrom("user").select(["id", "userName", "email", "nameKey", "emailKey"])
    .where("deletedAt", "is", null)
    .where((or) =>
      or.or([
        or.and([or("userName", "!=", ""), or("nameKey", "is", null)]),
        or.and([or("email", "!=", ""), or("emailKey", "is", null)]),
      ])
    ).orderBy("id").execute();
  if (rows.length === 0) return;
  const list = rows.slice(0, MAX_LISTED).map(({ id, userName, email, nameKey, emailKey }) => {
    const missing = [
      ...(nameKey === null && (userName ?? "") !== "" ? [`name "${userName}"`] : []),
      ...(emailKey === null && (email ?? "") !== "" ? [`e-mail "${email}"`] : []),
    ];
    return `${id} (${missing.join(", ")})`;
  });
  logger.warn(
    "{where}: {count} accounts have a name or an e-mail address that an older account has: {list}. Such an account " +
      "signs in by the other of the two until it has a new one",
    { where, count: rows.length, list: [...list, ...(rows.length > MAX_LISTED ? ["…"] : [])].join("; ") },
  );
}
