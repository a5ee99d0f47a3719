/**
 * One connection to the server, with a bound on every wait.
 *
 * @module
 */
import { createConnection, type TypeCastField } from "mysql2";
import type { Connection as DriverConnection } from "mysql2";
import type { MysqlPlace } from "../../places.ts";
import { MysqlError, toMysqlError } from "./failures.ts";

/** For a connection to come about, in ms. */
const CONNECT_MS = 2_000;
/** For one statement, in ms, where nothing else is said. */
export const STATEMENT_MS = 5_000;
/** For the server to say goodbye, in ms. */
const END_MS = 300;
/** How long a statement may wait for a row that another transaction has, in s; the server counts. */
const LOCK_WAIT_S = 3;

/**
 * The same rules whatever the server's are: a value that does not fit is an error and not cut, and nothing changes
 * how text is quoted. The level is the one at which a statement sees what was committed before it.
 */
const SESSION: readonly string[] = [
  "set session transaction isolation level read committed",
  "set session sql_mode = 'STRICT_TRANS_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION', " +
  `time_zone = '+00:00', innodb_lock_wait_timeout = ${LOCK_WAIT_S}, autocommit = 1`,
];

const ENDED = "the connection has ended";
const SILENT = "it did not answer in time";

/** What a value is bound as. */
export type Value = string | number | bigint | Uint8Array | null | Literal | readonly Value[];

/** A value that stands in the statement as it is. */
export interface Literal {
  toSqlString(): string;
}

/** Bytes given in hexadecimal. Throws {@link TypeError} when they are not. */
export function bytes(hex: string): Literal {
  if (!/^[0-9a-f]*$/.test(hex)) throw new TypeError("Cannot bind what is not hexadecimal");
  return { toSqlString: () => `x'${hex}'` };
}

/** What a statement that changes rows did. */
export interface Changed {
  readonly affectedRows: number;
  readonly insertId: number;
}

/** How a connection is opened. */
export interface ConnectionOptions {
  readonly place: MysqlPlace;
  /** Whether a text may hold several statements; only where the text is this program's alone. */
  readonly multipleStatements?: boolean;
  /** For the connection to come about, in ms. */
  readonly connectMs?: number;
}

/** An open connection. Failing in a way that leaves its state in doubt ends it. */
export class MysqlConnection {
  readonly #driver: DriverConnection;
  /** The statement that waits for its answer. */
  #waiting: ((error: MysqlError) => void) | null = null;
  #isUsable = true;

  private constructor(driver: DriverConnection) {
    this.#driver = driver;
    // Whatever happens to it, whoever uses it next finds out.
    driver.on("error", (error) => this.#end(toMysqlError(error)));
    driver.on("end", () => this.destroy());
  }

  /** Connects. Throws {@link MysqlError}. */
  static async open(options: ConnectionOptions): Promise<MysqlConnection> {
    const { place, multipleStatements = false, connectMs = CONNECT_MS } = options;
    const driver = createConnection({
      ...place,
      multipleStatements,
      connectTimeout: connectMs,
      charset: "utf8mb4",
      timezone: "Z",
      supportBigNumbers: true,
      typeCast: cast,
      enableKeepAlive: true,
      // Statements of this program stand in its text; the server does not ask for files.
      flags: ["-LOCAL_FILES"],
    });
    const connection = new MysqlConnection(driver);
    try {
      await connection.#connected(connectMs);
      for (const statement of SESSION) await connection.run(statement, [], connectMs);
      return connection;
    } catch (error) {
      connection.destroy();
      throw error;
    }
  }

  /** Whether it may be used, as far as this side knows. */
  get isUsable(): boolean {
    return this.#isUsable;
  }

  /** Runs a statement. Throws {@link MysqlError} at the latest after `ms`. */
  run(text: string, values: readonly Value[] = [], ms: number = STATEMENT_MS): Promise<unknown> {
    if (!this.#isUsable) return Promise.reject(new MysqlError("lost", ENDED));
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    // The driver's own bound goes on counting when its connection has ended.
    const timer = setTimeout(() => this.#end(new MysqlError("silent", SILENT)), ms);
    this.#waiting = (error): void => {
      clearTimeout(timer);
      reject(error);
    };
    this.#driver.query({ sql: text, values: [...values] }, (error, results) => {
      clearTimeout(timer);
      if (error !== null) return this.#failed(toMysqlError(error));
      this.#waiting = null;
      resolve(results);
    });
    return promise;
  }

  /** Runs a statement that answers rows, which the caller says are `Row`s. */
  async rows<Row>(text: string, values?: readonly Value[], ms?: number): Promise<readonly Row[]> {
    return rowsOf<Row>(await this.run(text, values, ms));
  }

  /** Runs a statement that changes rows. */
  async change(text: string, values?: readonly Value[], ms?: number): Promise<Changed> {
    return await this.run(text, values, ms) as Changed;
  }

  /** Runs `work` as one transaction. Throws what it throws, or {@link MysqlError}. */
  async transact<T>(work: (connection: MysqlConnection) => Promise<T>): Promise<T> {
    await this.run("begin");
    try {
      const result = await work(this);
      await this.commit();
      return result;
    } catch (error) {
      await this.undo();
      throw error;
    }
  }

  /** Commits; an error of it is one of which {@link isFromCommit} knows. */
  async commit(): Promise<void> {
    try {
      await this.run("commit");
    } catch (error) {
      if (typeof error === "object" && error !== null) fromCommit.add(error);
      throw error;
    }
  }

  /** Undoes what is not committed; where that fails the connection ends, and the server undoes it. */
  async undo(): Promise<void> {
    if (this.#isUsable) await this.run("rollback").catch(() => this.destroy());
  }

  /** Says goodbye, and ends it either way. */
  async end(): Promise<void> {
    if (!this.#isUsable) return;
    this.#isUsable = false;
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, END_MS);
    this.#driver.end(() => resolve());
    await promise;
    clearTimeout(timer);
    this.#driver.destroy();
  }

  /** Ends it at once; the server undoes what was not committed. */
  destroy(): void {
    this.#end(new MysqlError("lost", ENDED));
  }

  /** A statement has failed, and perhaps the connection with it. */
  #failed(error: MysqlError): void {
    if (error.failure === "lost" || error.failure === "silent") return this.#end(error);
    this.#waiting?.(error);
    this.#waiting = null;
  }

  /**
   * Ends it, as an answer that still comes would be taken for that of the next statement. Whoever waits is told here:
   * the driver says nothing about a connection that it was told to end.
   */
  #end(error: MysqlError): void {
    this.#isUsable = false;
    this.#driver.destroy();
    this.#waiting?.(error);
    this.#waiting = null;
  }

  async #connected(ms: number): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    // The driver's own bound ends with the first packet; a server may fall silent after it.
    const timer = setTimeout(() => reject(new MysqlError("silent", SILENT)), ms);
    this.#waiting = reject;
    this.#driver.connect((error) => error === null ? resolve() : reject(toMysqlError(error)));
    try {
      await promise;
    } finally {
      clearTimeout(timer);
      this.#waiting = null;
    }
  }
}

/** The errors of commits: nobody knows whether what they should have kept was kept. */
const fromCommit = new WeakSet<object>();

/** Whether `error` came from a commit. */
export function isFromCommit(error: unknown): boolean {
  return typeof error === "object" && error !== null && fromCommit.has(error);
}

/** The rows of one result; the one place that says of what kind they are. */
export function rowsOf<Row>(result: unknown): readonly Row[] {
  if (!Array.isArray(result)) throw new MysqlError("mistake", "the statement answered no rows");
  return result as readonly Row[];
}

/** Keys are bytes to the server, so that nothing is taken for equal that is not; here they are text. */
function cast(field: TypeCastField, next: () => unknown): unknown {
  return field.type === "VAR_STRING" ? field.string("utf8") : next();
}
