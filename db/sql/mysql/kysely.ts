/**
 * Kysely on our connections.
 *
 * @module
 */
import {
  type CompiledQuery,
  type DatabaseConnection,
  type DatabaseIntrospector,
  type Dialect,
  type DialectAdapter,
  type Driver,
  type Kysely,
  MysqlAdapter,
  MysqlIntrospector,
  MysqlQueryCompiler,
  type QueryCompiler,
  type QueryResult,
} from "kysely";
import { type Changed, type MysqlConnection, rowsOf, type Value } from "./connection.ts";
import type { MysqlPool } from "./pool.ts";

/** Where connections come from. */
export type Connections = Pick<MysqlPool, "take" | "give">;

/** Kysely's dialect for MySQL on a pool. Every statement takes at most `statementMs`. */
export class PooledMysqlDialect implements Dialect {
  readonly #pool: Connections;
  readonly #statementMs: number;

  constructor(pool: Connections, { statementMs }: { readonly statementMs: number }) {
    this.#pool = pool;
    this.#statementMs = statementMs;
  }

  createDriver(): Driver {
    return new PooledDriver(this.#pool, this.#statementMs);
  }

  createAdapter(): DialectAdapter {
    return new MysqlAdapter();
  }

  createQueryCompiler(): QueryCompiler {
    return new MysqlQueryCompiler();
  }

  createIntrospector(db: Kysely<unknown>): DatabaseIntrospector {
    return new MysqlIntrospector(db);
  }
}

class PooledDriver implements Driver {
  readonly #pool: Connections;
  readonly #statementMs: number;

  constructor(pool: Connections, statementMs: number) {
    this.#pool = pool;
    this.#statementMs = statementMs;
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<PooledConnection> {
    return new PooledConnection(await this.#pool.take(), this.#statementMs);
  }

  async beginTransaction({ raw }: PooledConnection): Promise<void> {
    await raw.run("begin");
  }

  async commitTransaction({ raw }: PooledConnection): Promise<void> {
    await raw.commit();
  }

  async rollbackTransaction({ raw }: PooledConnection): Promise<void> {
    await raw.undo();
  }

  releaseConnection({ raw }: PooledConnection): Promise<void> {
    this.#pool.give(raw);
    return Promise.resolve();
  }

  async destroy(): Promise<void> {}
}

class PooledConnection implements DatabaseConnection {
  readonly raw: MysqlConnection;
  readonly #statementMs: number;

  constructor(raw: MysqlConnection, statementMs: number) {
    this.raw = raw;
    this.#statementMs = statementMs;
  }

  async executeQuery<Row>({ sql, parameters }: CompiledQuery): Promise<QueryResult<Row>> {
    const result = await this.raw.run(sql, parameters.map(bindable), this.#statementMs);
    if (Array.isArray(result)) return { rows: [...rowsOf<Row>(result)] };
    const { affectedRows, insertId } = result as Changed;
    return {
      rows: [],
      numAffectedRows: BigInt(affectedRows),
      ...(insertId === 0 ? {} : { insertId: BigInt(insertId) }),
    };
  }

  streamQuery(): AsyncIterableIterator<never> {
    throw new TypeError("Cannot stream rows: read pages");
  }
}

function bindable(value: unknown): Value {
  if (value === undefined || value === null) return null;
  if (typeof value === "boolean") return value ? 1 : 0;
  if (typeof value === "string" || typeof value === "number" || typeof value === "bigint") return value;
  if (value instanceof Uint8Array) return value;
  throw new TypeError(`Cannot bind a value of type ${typeof value}`);
}
