/**
 * Where SQL databases differ, as far as this schema is concerned.
 *
 * @module
 */
import {
  type ColumnDataType,
  type ColumnDefinitionBuilder,
  type Kysely,
  type RawBuilder,
  sql,
  type Transaction,
} from "kysely";
import type { Schema } from "./schema.ts";

/** A column's type: one that Kysely knows, or written out. */
export type ColumnType = ColumnDataType | RawBuilder<unknown>;

/** Column types by what they hold, and the few other differences. */
export interface SqlDialect {
  /** An account's number; 32 bits without sign. */
  readonly userId: ColumnType;
  /** Counters, times and keys: whole numbers up to 2^53. */
  readonly integer: ColumnType;
  /** A time of the documented `user` table. */
  readonly userTime: ColumnType;
  /** Text without a bound of its own. */
  readonly longText: ColumnType;
  /** Text for people, of at most `length` characters. */
  text(length: number): ColumnType;
  /** Text compared and ordered byte by byte: `a`, `A` and `a ` are three keys. At most `length` bytes. */
  key(length: number): ColumnType;
  /** Exactly `length` bytes. */
  bytes(length: number): ColumnType;
  /** Makes a primary key count up by itself; numbers at the end may be given again after their rows went. */
  counted(column: ColumnDefinitionBuilder): ColumnDefinitionBuilder;
  /** What ends CREATE TABLE; `clustered`: rows lie in the order of the primary key. */
  tableEnd(clustered: boolean): RawBuilder<unknown>;
  /** A time as {@link SqlDialect.userTime} holds it. */
  instant(ms: number): number | string;
  /** The ms since 1970 of what the driver gives for a {@link SqlDialect.userTime}; null: there is none. */
  millis(stored: unknown): number | null;
  /** Whether a table has an index that an attempt cut short has left; never where those leave nothing. */
  hasIndex(db: Kysely<Schema>, table: string, name: string): Promise<boolean>;
  /** The same for a column. */
  hasColumn(db: Kysely<Schema>, table: string, name: string): Promise<boolean>;
  /** Has messages that were changed found by their change. Nothing that is appended should pay for it. */
  indexChanges(db: Kysely<Schema>): Promise<void>;
  /** From here to its end this transaction is the only one of those that have asked for it. */
  alone(db: Transaction<Schema>): Promise<void>;
  /** Whether a statement failed because a unique key exists. */
  isDuplicate(error: unknown): boolean;
}

/** Primary and extended result codes: a unique index, a primary key. */
const SQLITE_DUPLICATES: readonly unknown[] = [2067, 1555];

/** SQLite compares text byte by byte unless told otherwise; STRICT keeps numbers numbers. */
export const sqliteDialect: SqlDialect = {
  userId: "integer",
  integer: "integer",
  userTime: "integer",
  longText: "text",
  text: () => "text",
  key: () => "text",
  bytes: () => "blob",
  // SQLite's row numbers do so without AUTOINCREMENT, which would cost a second write for each row.
  counted: (column) => column,
  tableEnd: (clustered) => clustered ? sql`strict, without rowid` : sql`strict`,
  instant: (ms) => ms,
  millis: (stored) => typeof stored === "number" ? stored : null,
  hasIndex: () => Promise.resolve(false),
  hasColumn: () => Promise.resolve(false),
  async indexChanges(db): Promise<void> {
    await sql`create index message_changed on message (conversation, change) where deleted_at is not null`
      .execute(db);
  },
  // There is one writer.
  alone: () => Promise.resolve(),
  isDuplicate: (error) =>
    error instanceof Error && "errcode" in error && SQLITE_DUPLICATES.includes(error.errcode),
};
