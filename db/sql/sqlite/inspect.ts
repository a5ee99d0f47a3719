/**
 * Looks at an embedded store beside whoever owns it, and at the file system it lies on.
 *
 * @module
 */
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { Clock } from "../../clock.ts";
import { type Inspection, type Remark, unreachable } from "../../inspection.ts";
import { allMigrations } from "../migrations.ts";
import { sqliteDialect } from "../dialect.ts";
import { databasePath } from "./files.ts";

/** A check cannot be cut short, and reads everything: what is larger would take longer than an operator waits. */
const MAX_CHECKED_BYTES = 1_073_741_824;

/** Reads the store's structure and schema. Never throws. */
export function inspectSqlite(dataDir: string, clock: Clock): Inspection {
  const path = databasePath(dataDir);
  const size = sizeOf(path);
  if (size === null) return { seen: `There is no store in ${dataDir} yet`, drift: null, remarks: [] };
  const mebibytes = `${Math.ceil(size / 1_048_576)} MiB`;
  try {
    using database = openToRead(path);
    const remarks = [...schemaRemarks(database, { path, clock })];
    if (size > MAX_CHECKED_BYTES) {
      return { seen: `${path} has ${mebibytes}, too much to be read through here`, drift: null, remarks };
    }
    remarks.push(...damage(database, path));
    return { seen: `${path} has ${mebibytes} and is whole`, drift: null, remarks };
  } catch (error) {
    return unreachable(
      `${path} cannot be read: ${reason(error)}`,
      "Run this as the user of the server; where the file is damaged, keep it and restore the last backup",
    );
  }
}

/** Tries a log and a lock in the directory, as the store needs them. Never throws. */
export function inspectFileSystem(directory: string, newId: () => string): Inspection {
  const path = join(directory, `doctor-${newId()}.db`);
  const advice = "Put the data directory on a local disk with room, where this user may write";
  try {
    using first = new DatabaseSync(path);
    const [mode] = first.prepare("pragma journal_mode = wal").all();
    if (mode?.["journal_mode"] !== "wal") {
      return unreachable(`SQLite's write-ahead log does not work in ${directory}`, advice);
    }
    first.exec("create table one (word text)");
    using second = new DatabaseSync(path);
    second.exec("pragma busy_timeout = 0");
    first.exec("begin immediate");
    if (takesLock(second)) return unreachable(`Locks do not work in ${directory}`, advice);
    first.exec("insert into one values ('x'); commit");
    return { seen: `Write-ahead logs and locks work in ${directory}`, drift: null, remarks: [] };
  } catch (error) {
    return unreachable(`SQLite cannot work in ${directory}: ${reason(error)}`, advice);
  } finally {
    for (const end of ["", "-wal", "-shm"]) remove(`${path}${end}`);
  }
}

function openToRead(path: string): DatabaseSync {
  const database = new DatabaseSync(path, { readOnly: true });
  database.exec("pragma busy_timeout = 1000");
  return database;
}

function schemaRemarks(
  database: DatabaseSync,
  { path, clock }: { readonly path: string; readonly clock: Clock },
): readonly Remark[] {
  const tables = database.prepare("select name from sqlite_master where name = 'kysely_migration'").all();
  if (tables.length === 0) return [];
  const known = allMigrations({ where: path, clock, dialect: sqliteDialect });
  const done = database.prepare("select name from kysely_migration").all().map((row) => String(row["name"]));
  const newer = done.find((name) => !(name in known));
  if (newer === undefined) return [];
  return [{
    level: "fault",
    seen: `${path} was written by a newer version of this program (schema "${newer}")`,
    advice: "Start that version, or restore the backup made before the upgrade",
  }];
}

function damage(database: DatabaseSync, path: string): readonly Remark[] {
  const [found] = database.prepare("pragma quick_check(1)").all().map((row) => String(row["quick_check"]));
  if (found === undefined || found === "ok") return [];
  return [{
    level: "fault",
    seen: `${path} is damaged: ${found.split("\n", 2).join(" ")}`,
    advice: "Stop the server, keep a copy of the directory, look at the disk, and restore the last backup",
  }];
}

function takesLock(database: DatabaseSync): boolean {
  try {
    database.exec("begin immediate");
    return true;
  } catch {
    return false;
  }
}

function sizeOf(path: string): number | null {
  try {
    return Deno.statSync(path).size;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

function remove(path: string): void {
  try {
    Deno.removeSync(path);
  } catch {
    // It was not made, or is gone with its database.
  }
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message.split("\n", 1).join("") : "it failed";
}
