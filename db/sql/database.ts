/**
 * What the stores that are written once for every SQL database need of it.
 *
 * @module
 */
import type { Kysely, Transaction } from "kysely";
import type { SqlDialect } from "./dialect.ts";
import type { Schema } from "./schema.ts";

/**
 * A SQL database. What fails because the database cannot answer throws {@link StoreUnavailableError};
 * everything else comes through as the driver threw it.
 */
export interface SqlDatabase {
  readonly dialect: SqlDialect;
  /** Runs queries that change nothing. */
  read<T>(work: (db: Kysely<Schema>) => Promise<T>): Promise<T>;
  /**
   * Runs `work` in one transaction and resolves when it is synced. May run `work` again from the start, so it
   * does nothing but queries.
   */
  write<T>(work: (db: Transaction<Schema>) => Promise<T>): Promise<T>;
}
