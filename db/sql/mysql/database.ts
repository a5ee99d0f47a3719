/**
 * A MySQL or MariaDB database: its connections, and what is done when they fail.
 *
 * @module
 */
import { getLogger } from "@logtape/logtape";
import { CamelCasePlugin, Kysely, type Transaction } from "kysely";
import type { Clock } from "../../clock.ts";
import { StoreUnavailableError } from "../../errors.ts";
import { mysqlName, type MysqlPlace } from "../../places.ts";
import type { SqlDatabase } from "../database.ts";
import type { SqlDialect } from "../dialect.ts";
import type { Schema } from "../schema.ts";
import { isFromCommit, type MysqlConnection, STATEMENT_MS } from "./connection.ts";
import { mysqlDialect } from "./dialect.ts";
import { type Failure, failureOf, MysqlError } from "./failures.ts";
import { PooledMysqlDialect } from "./kysely.ts";
import { MysqlPool } from "./pool.ts";

const logger = getLogger(["chat", "store"]);

/** Connections beside that of the commits: reads, accounts, sessions. */
const MAX_CONNECTIONS = 10;
/** Callers that may wait for one of them, and for how long, in ms. */
const MAX_WAITING = 2_000;
const WAIT_MS = 3_000;
/** Changing tables that are full takes its time, in ms. */
const MIGRATION_MS = 3_600_000;
/** Pauses before each try of a transaction that met another one, in ms. */
const TRY_AFTER_MS: readonly number[] = [0, 5, 20, 50, 100];

/** What a statement failed by that says nothing of the server. */
const CALLERS_OWN: ReadonlySet<Failure> = new Set(["duplicate", "refused", "mistake"]);

/** What the database is opened with. */
export interface DatabaseOptions {
  readonly place: MysqlPlace;
  readonly clock: Clock;
  /** For one statement of a query or a transaction, in ms; default 5 000. */
  readonly answerMs?: number;
}

/** A database on a server. */
export class MysqlDatabase implements SqlDatabase, AsyncDisposable {
  readonly dialect: SqlDialect = mysqlDialect;
  readonly place: MysqlPlace;
  readonly clock: Clock;
  readonly pool: MysqlPool;
  readonly #kysely: Kysely<Schema>;
  #mayWrite: () => void = () => {};
  #silentSince: number | null = null;

  constructor({ place, clock, answerMs = STATEMENT_MS }: DatabaseOptions) {
    this.place = place;
    this.clock = clock;
    const bounds = { maxConnections: MAX_CONNECTIONS, maxWaiting: MAX_WAITING, waitMs: WAIT_MS };
    this.pool = new MysqlPool({ place, clock, ...bounds });
    this.#kysely = this.#kyselyWithin(answerMs);
  }

  /** For migrations only, which manage their own connections and may take long. */
  get forMigrations(): Kysely<Schema> {
    return this.#kyselyWithin(MIGRATION_MS);
  }

  /** From here on `mayWrite` is asked before anything is written; it throws {@link StoreUnavailableError}. */
  guard(mayWrite: () => void): void {
    this.#mayWrite = mayWrite;
  }

  /** Throws {@link StoreUnavailableError} where nothing may be written from here. */
  assertMayWrite(): void {
    this.#mayWrite();
  }

  read<T>(work: (db: Kysely<Schema>) => Promise<T>): Promise<T> {
    return this.#reading(() => work(this.#kysely));
  }

  /** Runs statements that change nothing, on one connection. */
  look<T>(work: (connection: MysqlConnection) => Promise<T>): Promise<T> {
    return this.#reading(() => this.pool.use(work));
  }

  write<T>(work: (db: Transaction<Schema>) => Promise<T>): Promise<T> {
    return this.#writing(() => this.#kysely.transaction().execute(work));
  }

  /** Runs statements as one transaction; like {@link write}, perhaps more than once. */
  transact<T>(work: (connection: MysqlConnection) => Promise<T>): Promise<T> {
    return this.#writing(() => this.pool.use((connection) => connection.transact(work)));
  }

  async #writing<T>(work: () => Promise<T>): Promise<T> {
    let last: unknown;
    for (const delay of TRY_AFTER_MS) {
      if (delay > 0) await new Promise<void>((resolve) => this.clock.after(delay, resolve));
      this.#mayWrite();
      try {
        return this.answered(await work());
      } catch (error) {
        last = error;
        const failure = failureOf(error);
        // What was not committed is undone; after a commit without an answer nobody knows.
        const again = failure === "again" || (failure === "lost" && !isFromCommit(error));
        if (!again) break;
        if (failure === "lost") this.pool.dropIdle();
      }
    }
    throw this.translate(last);
  }

  /** What a caller of the store is told: everything that keeps the database from answering is one kind of error. */
  translate(error: unknown): unknown {
    if (!(error instanceof MysqlError) || CALLERS_OWN.has(error.failure)) return error;
    if (error.failure !== "again") this.#silent(error.message);
    return new StoreUnavailableError(`${mysqlName(this.place)} does not answer: ${error.message}`);
  }

  /** Notes that the server has answered, and hands `result` on. */
  answered<T>(result: T): T {
    if (this.#silentSince !== null) {
      const seconds = Math.ceil((this.clock.now() - this.#silentSince) / 1_000);
      logger.info("{name} is back after {seconds} s", { name: mysqlName(this.place), seconds });
      this.#silentSince = null;
    }
    return result;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.pool[Symbol.asyncDispose]();
  }

  /** A connection that was kept ready may have ended meanwhile: that is found out by using it, so once more. */
  async #reading<T>(work: () => Promise<T>): Promise<T> {
    try {
      return this.answered(await work());
    } catch (error) {
      if (failureOf(error) !== "lost") throw this.translate(error);
      this.pool.dropIdle();
    }
    try {
      return this.answered(await work());
    } catch (error) {
      throw this.translate(error);
    }
  }

  #silent(reason: string): void {
    if (this.#silentSince !== null) return;
    this.#silentSince = this.clock.now();
    logger.warn("{name} does not answer, trying again each time something is asked of it: {reason}", {
      name: mysqlName(this.place),
      reason,
    });
  }

  #kyselyWithin(statementMs: number): Kysely<Schema> {
    return new Kysely<Schema>({
      dialect: new PooledMysqlDialect(this.pool, { statementMs }),
      plugins: [new CamelCasePlugin()],
    });
  }
}
