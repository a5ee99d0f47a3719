/**
 * What SQLite's result codes mean to a caller.
 *
 * @module
 */

/**
 * - `busy`: another program holds the lock, the same may work in a moment;
 * - `down`: the disk is full, read-only or broken, or the database is closed;
 * - `refused`: this statement cannot be done, others can.
 */
export type Failure = "busy" | "down" | "refused";

/** Primary result codes (sqlite.org/rescode.html) that say something of the database or of the values. */
const FAILURES: ReadonlyMap<number, Failure> = new Map([
  [5, "busy"], // BUSY
  [6, "busy"], // LOCKED
  [7, "down"], // NOMEM
  [8, "down"], // READONLY
  [9, "down"], // INTERRUPT
  [10, "down"], // IOERR
  [11, "down"], // CORRUPT
  [13, "down"], // FULL
  [14, "down"], // CANTOPEN
  [15, "down"], // PROTOCOL
  [18, "refused"], // TOOBIG
  [19, "refused"], // CONSTRAINT
  [20, "refused"], // MISMATCH
  [26, "down"], // NOTADB
]);

/** What `error`, thrown by a prepared statement, says; null: a mistake of this program, or not SQLite's. */
export function failureOf(error: unknown): Failure | null {
  if (!(error instanceof Error)) return null;
  if ("code" in error && error.code === "ERR_INVALID_STATE") return "down";
  // `exec` gives no code, so everything that may fail is a prepared statement.
  if (!("errcode" in error) || typeof error.errcode !== "number") return null;
  return FAILURES.get(error.errcode & 0xff) ?? null;
}
