/** Backups of messages in MongoDB, into it and the embedded store. */
import { systemClock } from "../../../db/clock.ts";
import { openBackupSource } from "../../../db/open.ts";
import { type BackedUpStore, testBackup } from "../../contract/backup_contract.ts";
import { openSqlite } from "../../contract/sqlite.ts";
import { openMongo } from "./opened.ts";

async function openBackedUp(): Promise<BackedUpStore> {
  const opened = await openMongo();
  const { dataDir, mongodb } = opened;
  return { ...opened, openSource: () => openBackupSource({ dataDir, mongodb, clock: systemClock }) };
}

testBackup("SQLite+MongoDB to SQLite", { from: openBackedUp, to: openSqlite });
testBackup("SQLite+MongoDB to SQLite+MongoDB", { from: openBackedUp, to: openMongo });
