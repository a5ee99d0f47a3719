/**
 * Looks at a MySQL or MariaDB: rights, durability, clock, schema.
 *
 * @module
 */
import type { Clock } from "../../clock.ts";
import { type Inspection, type Remark, unreachable } from "../../inspection.ts";
import { mysqlName, type MysqlPlace } from "../../places.ts";
import { allMigrations } from "../migrations.ts";
import { mysqlDialect } from "./dialect.ts";
import { MysqlConnection } from "./connection.ts";
import { SERVER, type Server, warningsOf } from "./starting.ts";

const ANSWER_MS = 2_000;

const CLOCK = "select cast(unix_timestamp(now(6)) * 1000000 as unsigned) as micros";

/** What looking takes. */
export interface MysqlInspection {
  readonly clock: Clock;
  /** Names the table that is made, so that two who look at once do not meet. */
  readonly newId: () => string;
}

/** What migrations and serving people do, on a table of its own. */
function rightsOn(table: string): readonly string[] {
  return [
    `create table ${table} (id int primary key, word varchar(8))`,
    `alter table ${table} add column more int`,
    `create index go_chat_doctor_word on ${table} (word)`,
    `insert into ${table} (id, word) values (1, 'one')`,
    `update ${table} set word = 'two' where id = 1`,
    `delete from ${table} where id = 1`,
  ];
}

/** Makes a small table and removes it. Never throws; resolves within some seconds. */
export async function inspectMysql(
  place: MysqlPlace,
  { clock, newId }: MysqlInspection,
): Promise<Inspection> {
  const name = mysqlName(place);
  let connection: MysqlConnection | null = null;
  try {
    connection = await MysqlConnection.open({ place, connectMs: ANSWER_MS });
    const [server] = await connection.rows<Server>(SERVER, [], ANSWER_MS);
    const begun = clock.now();
    const [time] = await connection.rows<{ readonly micros: number }>(CLOCK, [], ANSWER_MS);
    if (server === undefined || time === undefined) {
      return unreachable(`${name} says nothing of itself`, "Look into its log");
    }
    const now = (begun + clock.now()) / 2;
    const remarks: Remark[] = warningsOf(server).map(({ text, isDurability }) => ({
      level: isDurability ? "fault" : "warning",
      seen: `${name}: ${text.split(", set it to", 1).join("")}`,
      advice: isDurability
        ? "Set innodb_flush_log_at_trx_commit and sync_binlog to 1 in its configuration and start it again"
        : "Set max_allowed_packet to 1M or more, on MySQL 8.0 or MariaDB 10.6 or newer",
    }));
    remarks.push(
      ...await schemaRemarks(connection, { name, clock }),
      ...await rightsRemarks(connection, place, `\`go_chat_doctor_${newId().replaceAll("-", "")}\``),
    );
    return {
      seen: `${name} is version ${server.version}`,
      drift: Number(time.micros) / 1_000 - now,
      remarks,
    };
  } catch (error) {
    return unreachable(
      `${name} cannot be used: ${reason(error)}`,
      "Look whether it runs, and at address, user and password in CHAT_MYSQL_URL or [mysql]",
    );
  } finally {
    await connection?.end();
  }
}

async function schemaRemarks(
  connection: MysqlConnection,
  { name, clock }: { readonly name: string; readonly clock: Clock },
): Promise<readonly Remark[]> {
  const tables = await connection.rows("show tables like 'kysely_migration'", [], ANSWER_MS);
  if (tables.length === 0) return [];
  const done = await connection.rows<{ readonly name: string }>(
    "select name from kysely_migration",
    [],
    ANSWER_MS,
  );
  const known = allMigrations({ where: name, clock, dialect: mysqlDialect });
  const newer = done.find((one) => !(one.name in known));
  if (newer === undefined) return [];
  return [{
    level: "fault",
    seen: `${name} was written by a newer version of this program (schema "${newer.name}")`,
    advice: "Start that version, or restore the backup made before the upgrade",
  }];
}

async function rightsRemarks(
  connection: MysqlConnection,
  { user, database }: MysqlPlace,
  table: string,
): Promise<Remark[]> {
  try {
    for (const statement of rightsOn(table)) await connection.run(statement, [], ANSWER_MS);
    return [];
  } catch (error) {
    return [{
      level: "fault",
      seen: `The user "${user}" lacks rights on the database "${database}": ${reason(error)}`,
      advice: `Let an administrator run: grant all on \`${database}\`.* to that user`,
    }];
  } finally {
    await connection.run(`drop table if exists ${table}`, [], ANSWER_MS).catch(() => {});
  }
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message.split("\n", 1).join("") : "it failed";
}
