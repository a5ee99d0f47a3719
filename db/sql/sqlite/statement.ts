/**
 * Prepared statements with the types of their rows.
 *
 * @module
 */
import type { DatabaseSync, SQLInputValue } from "node:sqlite";

/** A statement whose rows are `Row`. */
export interface Statement<Row> {
  get(...values: SQLInputValue[]): Row | undefined;
  all(...values: SQLInputValue[]): Row[];
  run(...values: SQLInputValue[]): { readonly changes: number | bigint };
}

/** Prepares `text`, whose columns are those of `Row`. The one place that says so of rows read without Kysely. */
export function prepare<Row = never>(database: DatabaseSync, text: string): Statement<Row> {
  return database.prepare(text) as unknown as Statement<Row>;
}
