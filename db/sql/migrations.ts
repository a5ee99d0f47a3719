/**
 * The schema's history, in code. Never edit a migration that was released: add one.
 *
 * @module
 */
import type { CreateTableBuilder, Kysely } from "kysely";
import type { Migration } from "kysely/migration";
import type { ColumnType, SqlDialect } from "./dialect.ts";
import { type MigratingOptions, runMigrations } from "./migrating.ts";
import type { Schema } from "./schema.ts";

/** Of the key of a name or an address: 255 characters of four bytes. */
export const KEY_BYTES = 1_020;

/** What is migrated, and how. */
export interface MigrationOptions extends MigratingOptions {
  readonly dialect: SqlDialect;
  /** Makes the table of accounts, or takes over the one that is there. Done again when it was cut short. */
  readonly prepareUsers?: (db: Kysely<Schema>) => Promise<void>;
}

/** Brings the schema up to this program's, as {@link runMigrations} does. */
export async function migrate(db: Kysely<Schema>, options: MigrationOptions): Promise<void> {
  await runMigrations(db, allMigrations(options), options);
}

/** The history so far, in order. */
export function allMigrations(options: MigrationOptions): Record<string, Migration> {
  return {
    "0001_first": { up: (db: Kysely<Schema>) => first(db, options) },
    "0002_erasing": { up: (db: Kysely<Schema>) => erasing(db, options) },
  };
}

/** Where a change of the schema is not undone with its transaction, this may have been cut short anywhere. */
async function first(db: Kysely<Schema>, options: MigrationOptions): Promise<void> {
  const { dialect, prepareUsers = (db) => createUsers(db, dialect) } = options;
  await prepareUsers(db);
  await createSessions(db, dialect);
  await createConversations(db, dialect);
  await createMessages(db, dialect);
  await db.schema.createTable("fact").ifNotExists()
    .addColumn("name", dialect.key(64), (c) => c.primaryKey())
    .addColumn("value", dialect.longText, (c) => c.notNull())
    .modifyEnd(dialect.tableEnd(true))
    .execute();
}

/** Messages that change find their way into `sync`; accounts have a time from which on they are to be erased. */
async function erasing(db: Kysely<Schema>, { dialect }: MigrationOptions): Promise<void> {
  await addColumn(db, dialect, { table: "user", name: "erase_at", type: dialect.integer });
  await addColumn(db, dialect, { table: "invite", name: "created_by", type: dialect.userId });
  await createIndex(db, dialect, { table: "user", name: "user_erase_at", columns: ["erase_at"] });
  await dialect.indexChanges(db);
}

/** Adds a column that is not there; it holds nothing. */
async function addColumn(
  db: Kysely<Schema>,
  dialect: SqlDialect,
  { table, name, type }: { readonly table: string; readonly name: string; readonly type: ColumnType },
): Promise<void> {
  if (await dialect.hasColumn(db, table, name)) return;
  await db.schema.alterTable(table).addColumn(name, type).execute();
}

/** An index to be. */
export interface Index {
  readonly table: string;
  readonly name: string;
  readonly columns: readonly string[];
  readonly unique?: true;
}

/** Makes an index that is not there. */
export async function createIndex(db: Kysely<Schema>, dialect: SqlDialect, index: Index): Promise<void> {
  const { table, name, columns, unique } = index;
  if (await dialect.hasIndex(db, table, name)) return;
  const builder = db.schema.createIndex(name).on(table).columns([...columns]);
  await (unique === true ? builder.unique() : builder).execute();
}

/** Makes the table of accounts. */
export async function createUsers(db: Kysely<Schema>, dialect: SqlDialect): Promise<void> {
  await userTable(db, dialect).execute();
  await createUserKeys(db, dialect);
}

/** Makes the keys of accounts unique. */
export async function createUserKeys(db: Kysely<Schema>, dialect: SqlDialect): Promise<void> {
  // Nulls differ from each other in a unique index, so an account without a key is in nobody's way.
  const keys = { name: "user_name_key", email: "user_email_key" };
  await createIndex(db, dialect, { table: "user", name: keys.name, columns: ["name_key"], unique: true });
  await createIndex(db, dialect, { table: "user", name: keys.email, columns: ["email_key"], unique: true });
  // No index on the status: nearly all rows have the same, and SQLite would rather use it than the good ones.
}

async function createSessions(db: Kysely<Schema>, dialect: SqlDialect): Promise<void> {
  await db.schema.createTable("session").ifNotExists()
    .addColumn("id", dialect.key(64), (c) => c.primaryKey())
    .addColumn("user_id", dialect.userId, (c) => c.notNull())
    .addColumn("device", dialect.text(255), (c) => c.notNull())
    .addColumn("address", dialect.text(64), (c) => c.notNull())
    .addColumn("created_at", dialect.integer, (c) => c.notNull())
    .addColumn("last_used_at", dialect.integer, (c) => c.notNull())
    .addColumn("expires_at", dialect.integer, (c) => c.notNull())
    .modifyEnd(dialect.tableEnd(true))
    .execute();
  // No index on times: they change with every use, and what has expired is looked for once an hour.
  await createIndex(db, dialect, { table: "session", name: "session_user", columns: ["user_id"] });

  await db.schema.createTable("invite").ifNotExists()
    .addColumn("id", dialect.key(64), (c) => c.primaryKey())
    .addColumn("role", dialect.text(32), (c) => c.notNull())
    .addColumn("uses_left", dialect.integer, (c) => c.notNull())
    .addColumn("expires_at", dialect.integer, (c) => c.notNull())
    .addColumn("created_at", dialect.integer, (c) => c.notNull())
    .modifyEnd(dialect.tableEnd(true))
    .execute();
}

function userTable(db: Kysely<Schema>, dialect: SqlDialect): CreateTableBuilder<"user", string> {
  return db.schema.createTable("user").ifNotExists()
    // AUTOINCREMENT: the number of a removed account is never given again.
    .addColumn("id", dialect.userId, (c) => c.primaryKey().autoIncrement())
    .addColumn("created_at", dialect.userTime)
    .addColumn("updated_at", dialect.userTime)
    .addColumn("deleted_at", dialect.userTime)
    .addColumn("user_name", dialect.text(255))
    .addColumn("password_digest", dialect.text(255))
    .addColumn("email", dialect.text(255))
    .addColumn("avatar", dialect.text(1000))
    .addColumn("phone", dialect.text(255))
    .addColumn("status", dialect.text(255))
    .addColumn("role", dialect.text(32), (c) => c.notNull())
    .addColumn("name_key", dialect.key(KEY_BYTES))
    .addColumn("email_key", dialect.key(KEY_BYTES))
    .addColumn("last_seen_at", dialect.integer)
    .modifyEnd(dialect.tableEnd(false));
}

async function createConversations(db: Kysely<Schema>, dialect: SqlDialect): Promise<void> {
  await db.schema.createTable("conversation").ifNotExists()
    .addColumn("key", dialect.integer, (c) => dialect.counted(c.primaryKey()))
    .addColumn("id", dialect.key(64), (c) => c.notNull())
    .addColumn("kind", dialect.text(32), (c) => c.notNull())
    .addColumn("direct_low", dialect.userId)
    .addColumn("direct_high", dialect.userId)
    .addColumn("first_seq", dialect.integer, (c) => c.notNull())
    .addColumn("last_seq", dialect.integer, (c) => c.notNull())
    .addColumn("last_change", dialect.integer, (c) => c.notNull())
    .addColumn("updated_at", dialect.integer, (c) => c.notNull())
    .addColumn("changed_at", dialect.integer, (c) => c.notNull())
    .modifyEnd(dialect.tableEnd(false))
    .execute();
  await createIndex(db, dialect, {
    table: "conversation",
    name: "conversation_id",
    columns: ["id"],
    unique: true,
  });

  // No foreign keys here and below: the store is the only writer, and a check of the parent row on every
  // message would have writers of one conversation wait for each other where rows are locked.
  await db.schema.createTable("member").ifNotExists()
    .addColumn("conversation", dialect.integer, (c) => c.notNull())
    .addColumn("user_id", dialect.userId, (c) => c.notNull())
    .addColumn("role", dialect.text(32), (c) => c.notNull())
    .addColumn("joined_seq", dialect.integer, (c) => c.notNull())
    .addColumn("left_at", dialect.integer)
    .addColumn("delivered_seq", dialect.integer, (c) => c.notNull())
    .addColumn("read_seq", dialect.integer, (c) => c.notNull())
    .addColumn("shown_read_seq", dialect.integer, (c) => c.notNull())
    .addColumn("own_after_read", dialect.integer, (c) => c.notNull())
    .addColumn("changed_at", dialect.integer, (c) => c.notNull())
    .addPrimaryKeyConstraint("member_key", ["conversation", "user_id"])
    .modifyEnd(dialect.tableEnd(true))
    .execute();
  await createIndex(db, dialect, {
    table: "member",
    name: "member_user",
    columns: ["user_id", "conversation"],
  });
}

async function createMessages(db: Kysely<Schema>, dialect: SqlDialect): Promise<void> {
  await db.schema.createTable("message").ifNotExists()
    .addColumn("id", dialect.integer, (c) => dialect.counted(c.primaryKey()))
    .addColumn("conversation", dialect.integer, (c) => c.notNull())
    .addColumn("seq", dialect.integer, (c) => c.notNull())
    .addColumn("change", dialect.integer, (c) => c.notNull())
    .addColumn("message_id", dialect.key(36), (c) => c.notNull())
    .addColumn("sender_id", dialect.userId, (c) => c.notNull())
    .addColumn("client_id", dialect.key(256))
    .addColumn("body_hash", dialect.bytes(16), (c) => c.notNull())
    .addColumn("kind", dialect.text(32), (c) => c.notNull())
    .addColumn("content", dialect.longText, (c) => c.notNull())
    .addColumn("data", dialect.longText)
    .addColumn("created_at", dialect.integer, (c) => c.notNull())
    .addColumn("edited_at", dialect.integer)
    .addColumn("deleted_at", dialect.integer)
    .modifyEnd(dialect.tableEnd(false))
    .execute();
  await createIndex(db, dialect, {
    table: "message",
    name: "message_seq",
    columns: ["conversation", "seq"],
    unique: true,
  });
  await createIndex(db, dialect, {
    table: "message",
    name: "message_client",
    columns: ["sender_id", "client_id"],
    unique: true,
  });
  await createIndex(db, dialect, {
    table: "message",
    name: "message_message_id",
    columns: ["message_id"],
    unique: true,
  });
  // For retention, which goes from the oldest; appended to in order, so nearly free.
  await createIndex(db, dialect, { table: "message", name: "message_created", columns: ["created_at"] });
}
