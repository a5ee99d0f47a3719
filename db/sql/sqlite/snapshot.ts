/**
 * The embedded store as it is at one moment, read beside the process that owns it.
 *
 * @module
 */
import type { BackupSource } from "../../backup/source.ts";
import type { Clock } from "../../clock.ts";
import { StoreRefusedError } from "../../errors.ts";
import { sqlSource } from "../snapshot.ts";
import { SqliteDatabase } from "./database.ts";
import { databasePath, refused } from "./files.ts";

/**
 * Opens it by a connection that writes nothing and leaves the directory's lock alone. Until it is disposed its owner's
 * log grows, as what was written since cannot be moved into the file. Throws {@link StoreRefusedError}.
 */
export async function openSqliteSource(dataDir: string, clock: Clock): Promise<BackupSource> {
  const path = databasePath(dataDir);
  try {
    await Deno.stat(path);
    await using opened = new AsyncDisposableStack();
    const database = opened.use(new SqliteDatabase(path, clock, { readOnly: true }));
    // The first question fixes the moment.
    database.raw.exec("begin");
    const source = await sqlSource(database, `"${path}"`);
    opened.move();
    return source;
  } catch (error) {
    throw error instanceof StoreRefusedError ? error : refused(path, error);
  }
}
