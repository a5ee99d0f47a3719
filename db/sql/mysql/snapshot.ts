/**
 * A MySQL database as it is at one moment, read beside those that serve from it.
 *
 * @module
 */
import { CamelCasePlugin, Kysely, type Transaction } from "kysely";
import type { BackupSource } from "../../backup/source.ts";
import type { Clock } from "../../clock.ts";
import { StoreUnavailableError } from "../../errors.ts";
import { mysqlName, type MysqlPlace } from "../../places.ts";
import type { SqlDatabase } from "../database.ts";
import type { SqlDialect } from "../dialect.ts";
import type { Schema } from "../schema.ts";
import { sqlSource } from "../snapshot.ts";
import { MysqlConnection } from "./connection.ts";
import { mysqlDialect } from "./dialect.ts";
import { MysqlError } from "./failures.ts";
import { type Connections, PooledMysqlDialect } from "./kysely.ts";
import { untilReached } from "./starting.ts";

/** What it is opened with. */
export interface SnapshotOptions {
  readonly place: MysqlPlace;
  readonly clock: Clock;
  /** How long a server that cannot be reached is tried, in ms. */
  readonly startTimeoutMs: number;
  /** How long one answer may take, in ms. */
  readonly answerMs: number;
}

/** Opens it. Takes no lease and writes nothing. Throws {@link StoreRefusedError}. */
export function openMysqlSource(options: SnapshotOptions): Promise<BackupSource> {
  return untilReached(options, async () => {
    await using opened = new AsyncDisposableStack();
    const connection = await MysqlConnection.open({ place: options.place });
    const database = opened.use(new MysqlSnapshot(connection, options));
    await connection.run("set session transaction isolation level repeatable read");
    await connection.run("start transaction with consistent snapshot, read only");
    const source = await sqlSource(database, mysqlName(options.place));
    opened.move();
    return source;
  });
}

/** One connection in one transaction; when it is lost, so is the moment, and everything else fails. */
class MysqlSnapshot implements SqlDatabase, Connections, AsyncDisposable {
  readonly dialect: SqlDialect = mysqlDialect;
  readonly #connection: MysqlConnection;
  readonly #place: MysqlPlace;
  readonly #kysely: Kysely<Schema>;
  #turn: Promise<void> = Promise.resolve();
  #giveTurn: () => void = () => {};

  constructor(connection: MysqlConnection, { place, answerMs }: SnapshotOptions) {
    this.#connection = connection;
    this.#place = place;
    this.#kysely = new Kysely<Schema>({
      dialect: new PooledMysqlDialect(this, { statementMs: answerMs }),
      plugins: [new CamelCasePlugin()],
    });
  }

  async read<T>(work: (db: Kysely<Schema>) => Promise<T>): Promise<T> {
    try {
      return await work(this.#kysely);
    } catch (error) {
      if (!(error instanceof MysqlError)) throw error;
      throw new StoreUnavailableError(`${mysqlName(this.#place)} does not answer: ${error.message}`);
    }
  }

  write<T>(_work: (db: Transaction<Schema>) => Promise<T>): Promise<T> {
    return Promise.reject(new TypeError("Cannot write to what is held still"));
  }

  async take(): Promise<MysqlConnection> {
    const before = this.#turn;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#turn = promise;
    await before;
    this.#giveTurn = resolve;
    return this.#connection;
  }

  give(): void {
    this.#giveTurn();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#connection.end();
  }
}
