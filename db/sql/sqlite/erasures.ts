/**
 * Erasing accounts in SQLite.
 *
 * @module
 */
import { SqlErasureStore } from "../erasures.ts";
import type { SqliteDatabase } from "./database.ts";

/** The same where the files are this program's: what was erased is overwritten in them. */
export class SqliteErasureStore extends SqlErasureStore {
  readonly #database: SqliteDatabase;

  constructor(database: SqliteDatabase) {
    super(database);
    this.#database = database;
  }

  /** The file itself is overwritten where something goes (`secure_delete`); the log has it from before. */
  override async scrub(): Promise<void> {
    await this.#database.emptyLog();
  }
}
