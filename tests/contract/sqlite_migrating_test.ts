/** A schema that changes under a store with something in it: said before and after, and undone when it fails. */
import assert from "node:assert/strict";
import { type Kysely, sql } from "kysely";
import { runMigrations } from "../../db/sql/migrating.ts";
import { allMigrations } from "../../db/sql/migrations.ts";
import type { Schema } from "../../db/sql/schema.ts";
import type { SqliteDatabase } from "../../db/sql/sqlite/database.ts";
import { FakeClock } from "../support/fake_clock.ts";
import { appendAll, texts } from "./drafts.ts";
import { openSqlite } from "./sqlite.ts";

/** Runs the history and one migration after it; answers what was said. */
async function migrateOn(
  database: SqliteDatabase,
  up: (db: Kysely<Schema>) => Promise<void>,
  clock = new FakeClock(),
): Promise<readonly string[]> {
  const said: string[] = [];
  const options = {
    dialect: database.dialect,
    where: "the store",
    clock,
    tell: (text: string): void => void said.push(text),
  };
  const migrations = { ...allMigrations(options), "9000_next": { up } };
  await runMigrations(database.kysely, migrations, options).catch((error) => said.push(String(error)));
  return said;
}

Deno.test("a migration of a store with messages is told before it begins and when it is over", async () => {
  await using opened = await openSqlite();
  const { messages, database } = opened.store;
  await appendAll(messages, ...texts(7));
  const clock = new FakeClock();
  let saidBefore = 0;
  const said: readonly string[] = await migrateOn(database, async (db) => {
    saidBefore++;
    await sql`create index message_kind on message (kind)`.execute(db);
    clock.advance(12_300);
  }, clock);
  assert.equal(saidBefore, 1);
  assert.deepEqual(said, [
    'Migrating the store to schema "9000_next": 7 messages, nothing is served before',
    'Migrated the store to schema "9000_next" in 12.3 s',
  ]);
  assert.deepEqual(
    await migrateOn(database, () => Promise.reject(new Error("again"))),
    [],
    "it is done once",
  );
});

Deno.test("a migration that fails is not told to be over, and leaves the schema as it was", async () => {
  await using opened = await openSqlite();
  const { database } = opened.store;
  const said = await migrateOn(database, async (db) => {
    await sql`alter table message add column later text`.execute(db);
    throw new Error("no");
  });
  assert.deepEqual(said, [
    'Migrating the store to schema "9000_next": 0 messages, nothing is served before',
    "Error: no",
  ]);
  const columns = database.raw.prepare("select name from pragma_table_info('message')").all();
  assert.ok(columns.length > 0 && columns.every(({ name }) => name !== "later"));
});
