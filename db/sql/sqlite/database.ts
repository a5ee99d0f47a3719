/**
 * An open SQLite database: one connection, shared by Kysely and by the prepared statements of the hot paths.
 *
 * Everything runs on the calling thread. One connection means that whoever holds the turn has the database for
 * itself; turns are short, as they wait for nothing but microtasks.
 *
 * @module
 */
import { DatabaseSync } from "node:sqlite";
import { CamelCasePlugin, Kysely, type Transaction } from "kysely";
import type { Clock, Timer } from "../../clock.ts";
import { StoreUnavailableError } from "../../errors.ts";
import type { SqlDatabase } from "../database.ts";
import { type SqlDialect, sqliteDialect } from "../dialect.ts";
import { failureOf } from "./failures.ts";
import { NodeSqliteDialect } from "./kysely.ts";
import type { Schema } from "../schema.ts";
import { prepare, type Statement } from "./statement.ts";

/** How long SQLite itself may wait for a lock, which stops the whole program, in ms. */
const BUSY_TIMEOUT_MS = 5;
/** How long to wait, without stopping anything, before each try: in all under 2 s, the bound of `Store.check`. */
const TRY_AFTER_MS: readonly number[] = [0, 5, 10, 20, 40, 75, ...Array.from({ length: 15 }, () => 100)];
/** The write-ahead log is moved into the file when nothing was written for this long, in ms. */
const IDLE_MS = 200;
/**
 * … or when it has this many pages (of 4 KiB), whatever happens. A page changed often is moved once, so rarer is
 * cheaper in all; but moving stops the program for about a millisecond per 300 pages.
 */
const LOG_PAGES = 4_000;

/** A SQLite database with one owner. Disposing it waits for the turn, then moves the log and closes. */
export class SqliteDatabase implements SqlDatabase, AsyncDisposable {
  readonly dialect: SqlDialect = sqliteDialect;
  /** For prepared statements; writes only inside {@link SqliteDatabase.commit}. */
  readonly raw: DatabaseSync;
  readonly #kysely: Kysely<Schema>;
  readonly clock: Clock;
  readonly #begin: Statement<never>;
  readonly #beginReading: Statement<never>;
  readonly #commit: Statement<never>;
  readonly #rollback: Statement<never>;
  readonly #checkpoint: Statement<{ readonly busy: number }>;
  readonly #emptyLog: Statement<{ readonly busy: number }>;
  readonly #isReader: boolean;
  readonly #size: Statement<{ readonly size: number }>;
  #idle: Timer | null = null;
  #writtenAt = 0;
  #closed = false;

  /** Opens the file, which must exist; throws what SQLite throws. A reader needs somebody who has it open to write. */
  constructor(path: string, clock: Clock, { readOnly = false }: { readonly readOnly?: boolean } = {}) {
    this.clock = clock;
    this.#isReader = readOnly;
    this.raw = new DatabaseSync(path, { readOnly });
    try {
      for (const pragma of readOnly ? READER_PRAGMAS : PRAGMAS) prepare(this.raw, `pragma ${pragma}`).all();
      this.#size = prepare(
        this.raw,
        "select page_count * page_size as size from pragma_page_count(), pragma_page_size()",
      );
      this.#begin = prepare(this.raw, "begin immediate");
      this.#beginReading = prepare(this.raw, "begin");
      this.#commit = prepare(this.raw, "commit");
      this.#rollback = prepare(this.raw, "rollback");
      this.#checkpoint = prepare(this.raw, "pragma wal_checkpoint(passive)");
      this.#emptyLog = prepare(this.raw, "pragma wal_checkpoint(truncate)");
    } catch (error) {
      this.raw.close();
      throw error;
    }
    this.#kysely = new Kysely<Schema>({
      dialect: new NodeSqliteDialect(this.raw),
      plugins: [new CamelCasePlugin()],
    });
  }

  /** Bytes of the database file, without its log. */
  get sizeBytes(): number {
    return this.#size.all()[0]?.size ?? 0;
  }

  /** For migrations only, which manage their own transactions. */
  get kysely(): Kysely<Schema> {
    return this.#kysely;
  }

  read<T>(work: (db: Kysely<Schema>) => Promise<T>): Promise<T> {
    return this.#attempt(() => work(this.#kysely));
  }

  async write<T>(work: (db: Transaction<Schema>) => Promise<T>): Promise<T> {
    const result = await this.#attempt(() => this.#kysely.transaction().execute(work));
    this.#wrote();
    return result;
  }

  /** Runs prepared statements that change nothing: without a pause, so they see one state of the database. */
  look<T>(work: () => T): Promise<T> {
    return this.#attempt(() => Promise.resolve(this.#snapshot(work)));
  }

  /** The same for callers that cannot wait: no second try. */
  lookNow<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw this.#translate(error);
    }
  }

  /** Runs prepared statements as one transaction and resolves when it is synced; a throw undoes all of it. */
  async commit<T>(work: () => T): Promise<T> {
    const result = await this.#attempt(() =>
      this.#kysely.connection().execute(() => Promise.resolve(this.#transact(work)))
    );
    this.#wrote();
    return result;
  }

  /** Moves the log into the file now: often and little, where one long move would keep everybody waiting. */
  async moveLog(): Promise<void> {
    if (this.#closed) return;
    await this.#kysely.connection().execute(() => Promise.resolve(this.#moveLog()));
  }

  /**
   * Moves the log into the file and leaves nothing in it. Readers keep it as it is: they are waited for, up to 2 s.
   * Throws {@link StoreUnavailableError} when they do not end.
   */
  async emptyLog(): Promise<void> {
    for (const delay of TRY_AFTER_MS) {
      if (delay > 0) await this.pause(delay);
      if (this.#closed) throw new StoreUnavailableError("Cannot use the store: it is closed");
      const { busy } = await this.#kysely.connection().execute(() =>
        Promise.resolve(this.#emptyLog.get() ?? { busy: 1 })
      );
      if (busy === 0) return;
    }
    throw new StoreUnavailableError("Cannot empty the store's log: it is being read without an end");
  }

  /** Leaves the database to the others for a while. */
  pause(ms: number): Promise<void> {
    return new Promise((resolve) => void this.clock.after(ms, resolve));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#idle?.cancel();
    if (!this.#isReader) await this.#kysely.connection().execute(() => Promise.resolve(this.#moveLog()));
    await this.#kysely.destroy();
  }

  #transact<T>(work: () => T): T {
    this.#begin.run();
    try {
      const result = work();
      this.#commit.run();
      return result;
    } catch (error) {
      if (this.raw.isTransaction) this.#rollback.run();
      throw error;
    }
  }

  /** One transaction for many reads takes and gives back the read lock once: half the cost of a small read. */
  #snapshot<T>(work: () => T): T {
    // Somebody's turn may be open between two of its queries; reading on top of it does no harm.
    if (this.raw.isTransaction) return work();
    this.#beginReading.run();
    try {
      return work();
    } finally {
      this.#commit.run();
    }
  }

  async #attempt<T>(work: () => Promise<T>): Promise<T> {
    for (const delay of TRY_AFTER_MS) {
      // The turn is given up between tries, so that everybody waits 2 s and not 2 s after each other.
      if (delay > 0) await this.pause(delay);
      if (this.#closed) throw new StoreUnavailableError("Cannot use the store: it is closed");
      try {
        return await work();
      } catch (error) {
        if (failureOf(error) !== "busy") throw this.#translate(error);
      }
    }
    throw new StoreUnavailableError("Cannot use the store: another program keeps it locked");
  }

  #translate(error: unknown): unknown {
    const failure = failureOf(error);
    if (failure === null || failure === "refused" || !(error instanceof Error)) return error;
    return new StoreUnavailableError(`Cannot use the store: ${error.message}`, { cause: error });
  }

  #wrote(): void {
    this.#writtenAt = this.clock.now();
    if (this.#closed) return;
    this.#idle ??= this.clock.after(IDLE_MS, () => this.#rest());
  }

  #rest(): void {
    this.#idle = null;
    if (this.#closed) return;
    const quiet = this.clock.now() - this.#writtenAt;
    if (quiet < IDLE_MS) this.#idle = this.clock.after(IDLE_MS - quiet, () => this.#rest());
    else void this.moveLog();
  }

  #moveLog(): void {
    try {
      this.#checkpoint.get();
    } catch {
      // What is in the log is durable where it is; the next try moves it.
    }
  }
}

const PRAGMAS: readonly string[] = [
  `busy_timeout = ${BUSY_TIMEOUT_MS}`,
  "journal_mode = wal",
  "synchronous = full",
  `wal_autocheckpoint = ${LOG_PAGES}`,
  // The log keeps the size it once had; after a burst, give the disk back.
  "journal_size_limit = 67108864",
  "cache_size = -32768",
  "temp_store = memory",
  "trusted_schema = off",
  // What is removed is overwritten: a message that somebody took back is not to be read in the file.
  "secure_delete = on",
];

const READER_PRAGMAS: readonly string[] = [
  `busy_timeout = ${BUSY_TIMEOUT_MS}`,
  "cache_size = -32768",
  "temp_store = memory",
  "trusted_schema = off",
];
