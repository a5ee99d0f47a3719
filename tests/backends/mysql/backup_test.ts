/** Backups of MySQL, into it and the embedded store. */
import { systemClock } from "../../../db/clock.ts";
import { openBackupSource } from "../../../db/open.ts";
import { type BackedUpStore, testBackup } from "../../contract/backup_contract.ts";
import { openMysql } from "../../contract/mysql.ts";
import { openSqlite } from "../../contract/sqlite.ts";
import { shareMariadb } from "../../support/mariadb.ts";

await shareMariadb();

async function openBackedUp(): Promise<BackedUpStore> {
  const opened = await openMysql();
  const { place: mysql } = opened.database;
  const where = { dataDir: "", mysql, clock: systemClock, startTimeoutMs: 5_000 };
  return { ...opened, openSource: () => openBackupSource(where) };
}

testBackup("MySQL to SQLite", { from: openBackedUp, to: openSqlite });
testBackup("MySQL to MySQL", { from: openBackedUp, to: openMysql });
