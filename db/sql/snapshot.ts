/**
 * What a backup is to know of a SQL database before it reads it.
 *
 * @module
 */
import { sql } from "kysely";
import type { BackupSource } from "../backup/source.ts";
import { StoreRefusedError } from "../errors.ts";
import { NEWEST_SCHEMA } from "../schema_name.ts";
import { SqlAccountArchive } from "./account_archive.ts";
import type { SqlDatabase } from "./database.ts";
import { SqlMessageArchive } from "./message_archive.ts";

/** Reads a database that is held still. Throws {@link StoreRefusedError} where it is of another version, or not whole. */
export async function sqlSource(
  database: SqlDatabase & AsyncDisposable,
  where: string,
): Promise<BackupSource> {
  const schema = await newestSchema(database, where);
  if (schema !== NEWEST_SCHEMA) {
    throw new StoreRefusedError(
      `Cannot back up ${where}: it is of schema "${schema}" and this program of "${NEWEST_SCHEMA}", use the version ` +
        "that serves from it",
    );
  }
  const rows = await database.read((db) => db.selectFrom("fact").select(["name", "value"]).execute());
  const facts = new Map(rows.map(({ name, value }) => [name, value]));
  if (facts.has("copied_from")) {
    throw new StoreRefusedError(`Cannot back up ${where}: a copy into it, or a restore, was interrupted`);
  }
  const accounts = new SqlAccountArchive(database);
  return {
    epoch: facts.get("epoch") ?? "",
    schema,
    usedInDebug: facts.has("used_in_debug"),
    messages: new SqlMessageArchive(database),
    isMoving: false,
    openAccounts: () => Promise.resolve(accounts),
    [Symbol.asyncDispose]: () => database[Symbol.asyncDispose](),
  };
}

async function newestSchema(database: SqlDatabase, where: string): Promise<string> {
  const tables = await database.read((db) => db.introspection.getTables({ withInternalKyselyTables: true }));
  if (!tables.some((table) => table.name === "kysely_migration")) {
    throw new StoreRefusedError(`Cannot back up ${where}: there is no store of Go Chat`);
  }
  const { rows } = await database.read((db) =>
    sql<{ name: string }>`select name from kysely_migration order by name desc`.execute(db)
  );
  return rows[0]?.name ?? "";
}
