/**
 * MySQL and MariaDB, as far as this schema is concerned.
 *
 * @module
 */
import { sql } from "kysely";
import type { SqlDialect } from "../dialect.ts";
import { failureOf } from "./failures.ts";

/** What stands at the end of every table, whatever the server's defaults are. */
export const TABLE_END = "engine = InnoDB row_format = dynamic default charset = utf8mb4";

/** Keys are bytes: every collation of MariaDB takes `a` and `a ` for one, and most of them `a` and `A`. */
export const mysqlDialect: SqlDialect = {
  userId: sql`int unsigned`,
  integer: sql`bigint`,
  userTime: sql`datetime(3)`,
  longText: sql`longtext`,
  text: (length) => sql.raw(`varchar(${length})`),
  key: (length) => sql.raw(`varbinary(${length})`),
  bytes: (length) => sql.raw(`binary(${length})`),
  counted: (column) => column.autoIncrement(),
  tableEnd: () => sql.raw(TABLE_END),
  instant: (ms) => new Date(ms).toISOString().slice(0, -1).replace("T", " "),
  millis(value): number | null {
    // A date that is none, such as 0000-00-00, comes as one without a time.
    return value instanceof Date && !Number.isNaN(value.getTime()) ? value.getTime() : null;
  },
  async hasIndex(db, table, name): Promise<boolean> {
    const { rows } = await sql`select 1 from information_schema.statistics where table_schema = database()
      and table_name = ${table} and index_name = ${name} limit 1`.execute(db);
    return rows.length > 0;
  },
  async hasColumn(db, table, name): Promise<boolean> {
    const { rows } = await sql`select 1 from information_schema.columns where table_schema = database()
      and table_name = ${table} and column_name = ${name} limit 1`.execute(db);
    return rows.length > 0;
  },
  async indexChanges(db): Promise<void> {
    // There are no indexes of some of the rows.
    if (await this.hasIndex(db, "message", "message_changed")) return;
    await sql`create index message_changed on message (conversation, ${sql.ref("change")})`.execute(db);
  },
  async alone(db): Promise<void> {
    // Locks the row, whether it was there or not.
    await sql`insert into fact (name, value) values ('turn', '') on duplicate key update value = ''`.execute(
      db,
    );
  },
  isDuplicate: (error) => failureOf(error) === "duplicate",
};
