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

/** The same with rows as lists, in the order of the columns: named ones take half as long again where there are many. */
export function prepareLists<Row extends readonly unknown[]>(
  database: DatabaseSync,
  text: string,
): Statement<Row> {
  // The runtime has it, its types do not.
  const statement = database.prepare(text) as unknown as Statement<Row> & {
    setReturnArrays(enabled: boolean): void;
  };
  statement.setReturnArrays(true);
  return statement;
}
