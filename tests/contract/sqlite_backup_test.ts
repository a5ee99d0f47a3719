import { systemClock } from "../../db/clock.ts";
import { openBackupSource } from "../../db/open.ts";
import { type BackedUpStore, testBackup } from "./backup_contract.ts";
import { openSqlite } from "./sqlite.ts";

async function openBackedUp(): Promise<BackedUpStore> {
  const opened = await openSqlite();
  const { dataDir } = opened;
  return { ...opened, openSource: () => openBackupSource({ dataDir, clock: systemClock }) };
}

testBackup("SQLite to SQLite", { from: openBackedUp, to: openSqlite });
