/**
 * The schema's history, in code. Never edit a migration that was released: add one.
 *
 * @module
 */
import { type CreateTableBuilder, type Kysely, sql } from "kysely";
import { type Migration, Migrator } from "kysely/migration";
import { StoreRefusedError } from "../errors.ts";
import type { SqlDialect } from "./dialect.ts";
import type { Schema } from "./schema.ts";

/** Brings the schema up to this program's. Throws {@link StoreRefusedError} when it is newer. */
export async function migrate(db: Kysely<Schema>, dialect: SqlDialect, where: string): Promise<void> {
  const migrations = allMigrations(dialect);
  const newer = (await migrationsDone(db)).find((name) => !(name in migrations));
  if (newer !== undefined) {
    throw new StoreRefusedError(
      `Cannot open ${where}: a newer version of this program wrote it (schema "${newer}"), start that version`,
    );
  }
  const migrator = new Migrator({ db, provider: { getMigrations: () => Promise.resolve(migrations) } });
  const { error } = await migrator.migrateToLatest();
  if (error !== undefined) throw error;
}

async function migrationsDone(db: Kysely<Schema>): Promise<readonly string[]> {
  const tables = await db.introspection.getTables({ withInternalKyselyTables: true });
  if (!tables.some((table) => table.name === "kysely_migration")) return [];
  const { rows } = await sql<{ name: string }>`select name from kysely_migration`.execute(db);
  return rows.map((row) => row.name);
}

function allMigrations(dialect: SqlDialect): Record<string, Migration> {
  return { "0001_first": { up: (db) => first(db, dialect) } };
}

async function first(db: Kysely<unknown>, dialect: SqlDialect): Promise<void> {
  await createAccounts(db, dialect);
  await createConversations(db, dialect);
  await createMessages(db, dialect);
  await db.schema.createTable("fact")
    .addColumn("name", dialect.key(64), (c) => c.primaryKey())
    .addColumn("value", dialect.longText, (c) => c.notNull())
    .modifyEnd(dialect.tableEnd(true))
    .execute();
}

async function createAccounts(db: Kysely<unknown>, dialect: SqlDialect): Promise<void> {
  await userTable(db, dialect).execute();
  // Nulls differ from each other in a unique index, so an account without a key is in nobody's way.
  await db.schema.createIndex("user_name_key").unique().on("user").column("name_key").execute();
  await db.schema.createIndex("user_email_key").unique().on("user").column("email_key").execute();
  // No index on the status: nearly all rows have the same, and SQLite would rather use it than the good ones.

  await db.schema.createTable("session")
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
  await db.schema.createIndex("session_user").on("session").column("user_id").execute();

  await db.schema.createTable("invite")
    .addColumn("id", dialect.key(64), (c) => c.primaryKey())
    .addColumn("role", dialect.text(32), (c) => c.notNull())
    .addColumn("uses_left", dialect.integer, (c) => c.notNull())
    .addColumn("expires_at", dialect.integer, (c) => c.notNull())
    .addColumn("created_at", dialect.integer, (c) => c.notNull())
    .modifyEnd(dialect.tableEnd(true))
    .execute();
}

function userTable(db: Kysely<unknown>, dialect: SqlDialect): CreateTableBuilder<"user", string> {
  return db.schema.createTable("user")
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
    .addColumn("name_key", dialect.key(255))
    .addColumn("email_key", dialect.key(1020))
    .addColumn("last_seen_at", dialect.integer)
    .modifyEnd(dialect.tableEnd(false));
}

async function createConversations(db: Kysely<unknown>, dialect: SqlDialect): Promise<void> {
  await db.schema.createTable("conversation")
    .addColumn("key", dialect.integer, (c) => c.primaryKey())
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
  await db.schema.createIndex("conversation_id").unique().on("conversation").column("id").execute();

  // No foreign keys here and below: the store is the only writer, and a check of the parent row on every
  // message would have writers of one conversation wait for each other where rows are locked.
  await db.schema.createTable("member")
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
  await db.schema.createIndex("member_user").on("member").columns(["user_id", "conversation"]).execute();
}

async function createMessages(db: Kysely<unknown>, dialect: SqlDialect): Promise<void> {
  await db.schema.createTable("message")
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
  await db.schema.createIndex("message_seq").unique().on("message").columns(["conversation", "seq"])
    .execute();
  await db.schema.createIndex("message_client").unique().on("message").columns(["sender_id", "client_id"])
    .execute();
  await db.schema.createIndex("message_message_id").unique().on("message").column("message_id").execute();
  // For retention, which goes from the oldest; appended to in order, so nearly free.
  await db.schema.createIndex("message_created").on("message").column("created_at").execute();
}
