/**
 * Databases under the program under load, each pinned to core 1, beside the load generator: the program has core 0
 * to itself whatever it stores in, as it would with a database on another machine.
 *
 * @module
 */
import { FerretServer } from "../support/ferretdb.ts";
import { createDatabaseOn, MariadbServer } from "../support/mariadb.ts";
import { runQuietly } from "../support/run.ts";

/** What the program may be given instead of storing everything in SQLite. */
export const DATABASES = ["mysql", "mongodb"] as const;

/** One of {@link DATABASES}. */
export type DatabaseName = typeof DATABASES[number];

/** What a database is called in the table, and what it is. */
export const DESCRIPTIONS: Readonly<Record<DatabaseName, { readonly title: string; readonly what: string }>> =
  {
    mysql: {
      title: "MariaDB",
      what:
        "everything in MariaDB on core 1, innodb_flush_log_at_trx_commit=1, no binary log, its files on the " +
        "same disk",
    },
    mongodb: {
      title: "FerretDB",
      what: "messages in FerretDB on core 1, a stand-in that speaks MongoDB's protocol; accounts in SQLite",
    },
  };

/** A database that listens, with nothing in it. */
export interface RunningDatabase extends AsyncDisposable {
  /** What the program is to be started with. */
  readonly env: Readonly<Record<string, string>>;
  readonly pid: number;
}

/** Room for what a run writes, as an operator would give it: no write waits until an old part of the log is free. */
const ROOMY = ["--innodb-buffer-pool-size=1G", "--innodb-log-file-size=1G"];

/** Starts one afresh; its files are in a folder in `dir`, and go with it. */
export async function startDatabase(name: DatabaseName, dir: string): Promise<RunningDatabase> {
  const database = name === "mysql" ? await startMariadb(dir) : await startFerret(dir);
  // All of its threads; those it makes later are where these are.
  await runQuietly("taskset", ["--all-tasks", "--pid", "--cpu-list", "1", String(database.pid)]);
  return database;
}

async function startMariadb(dir: string): Promise<RunningDatabase> {
  const server = await MariadbServer.start(ROOMY, { dir });
  try {
    const { url } = await createDatabaseOn((database) => server.place(database));
    return {
      env: { CHAT_MYSQL_URL: url },
      pid: server.pid,
      [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
    };
  } catch (error) {
    await server[Symbol.asyncDispose]();
    throw error;
  }
}

async function startFerret(dir: string): Promise<RunningDatabase> {
  const server = await FerretServer.start({ dir });
  const env = { CHAT_MONGODB_URL: server.url("go_chat") };
  return { env, pid: server.pid, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}
