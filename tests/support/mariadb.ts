/**
 * A MariaDB for tests: a real server of its own, which can be killed, frozen and started again; or, where
 * CHAT_TEST_MYSQL_URL names a server (an account that may create databases), that.
 *
 * @module
 */
import { MysqlConnection } from "../../db/sql/mysql/connection.ts";
import type { MysqlPlace } from "../../db/places.ts";
import { capture, type Captured } from "./process.ts";
import { runQuietly } from "./run.ts";
import { ServerProcess, startAtFreePort } from "./server_process.ts";
import { TemporaryDirectory } from "./temporary_directory.ts";
import { until } from "./until.ts";

/** How long a start may take, in ms. */
const START_MS = 60_000;
/** What the server is started with: as durable as an operator's, and small. */
const SETTINGS = [
  "--innodb-flush-log-at-trx-commit=1",
  "--innodb-buffer-pool-size=128M",
  "--innodb-log-file-size=48M",
  "--performance-schema=OFF",
  "--skip-log-bin",
  "--skip-name-resolve",
];

/** A MariaDB with a directory of its own. */
export class MariadbServer extends ServerProcess {
  /**
   * Starts one on a free port; resolves when it takes connections. `args` come after ours, `dir` is the folder that
   * its own directory is made in.
   */
  static async start(
    args: readonly string[] = [],
    { dir }: { readonly dir?: string } = {},
  ): Promise<MariadbServer> {
    const directory = await TemporaryDirectory.make(dir === undefined ? {} : { dir });
    try {
      await runQuietly("mariadb-install-db", [
        "--no-defaults",
        `--datadir=${directory.at("data")}`,
        "--auth-root-authentication-method=normal",
        "--skip-test-db",
        ...asRoot(),
      ]);
      return new MariadbServer(await startAtFreePort(directory, (port) => spawn(port, directory, args)));
    } catch (error) {
      await directory[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Where a database of it is. */
  place(database: string): MysqlPlace {
    return { host: "127.0.0.1", port: this.port, user: "root", password: "", database };
  }
}

/** A database of its own for one test; disposing it drops it. */
export interface TestDatabase extends AsyncDisposable {
  readonly place: MysqlPlace;
  /** The same as CHAT_MYSQL_URL takes it. */
  readonly url: string;
  /** Runs statements in it, one after the other, and answers the rows of the last. */
  run(...statements: readonly string[]): Promise<readonly Readonly<Record<string, unknown>>[]>;
}

let shared: Promise<(database: string) => MysqlPlace> | null = null;

/**
 * An empty database on the server that all tests of a file share; `characterSet` is that of the database. Call
 * {@link shareMariadb} once, outside of tests.
 */
export async function createDatabase({ characterSet = "utf8mb4" } = {}): Promise<TestDatabase> {
  return await createDatabaseOn(await (shared ?? shareMariadb()), characterSet);
}

/** An empty database on a server. */
export async function createDatabaseOn(
  placeOf: (database: string) => MysqlPlace,
  characterSet = "utf8mb4",
): Promise<TestDatabase> {
  const name = `chat_test_${crypto.randomUUID().replaceAll("-", "").slice(0, 16)}`;
  const place = placeOf(name);
  await runIn({ ...place, database: "" }, [`create database ${name} character set ${characterSet}`]);
  return {
    place,
    url: urlOf(place),
    run: (...statements) => runIn(place, statements),
    [Symbol.asyncDispose]: async () =>
      void await runIn({ ...place, database: "" }, [`drop database ${name}`]),
  };
}

/** Starts the server that the tests of a file share, or finds the one that is given; it ends with the run. */
export function shareMariadb(): Promise<(database: string) => MysqlPlace> {
  shared ??= openShared();
  return shared;
}

async function openShared(): Promise<(database: string) => MysqlPlace> {
  const given = Deno.env.get("CHAT_TEST_MYSQL_URL") ?? "";
  if (given !== "") {
    const url = new URL(given);
    const place = {
      host: url.hostname,
      port: Number(url.port === "" ? 3306 : url.port),
      user: decodeURIComponent(url.username),
      password: decodeURIComponent(url.password),
    };
    return (database) => ({ ...place, database });
  }
  // Nothing here ends it in a way that a disk would notice, and making tables is what these tests do most.
  const server = await MariadbServer.start([
    "--innodb-flush-method=nosync",
    "--innodb-flush-log-at-trx-commit=0",
  ]);
  globalThis.addEventListener("unload", () => server.abandon());
  return (database) => server.place(database);
}

function urlOf({ host, port, user, password, database }: MysqlPlace): string {
  const account = [user, password].map(encodeURIComponent).join(":");
  return `mysql://${account}@${host}:${port}/${database}`;
}

async function runIn(
  place: MysqlPlace,
  statements: readonly string[],
): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const connection = await MysqlConnection.open({ place, connectMs: 10_000 });
  try {
    let last: unknown;
    for (const statement of statements) last = await connection.run(statement, [], 30_000);
    return Array.isArray(last) ? last : [];
  } finally {
    await connection.end();
  }
}

/** The server refuses to run as root unless it is told to. */
function asRoot(): readonly string[] {
  return Deno.uid() === 0 ? ["--user=root"] : [];
}

async function spawn(
  port: number,
  directory: TemporaryDirectory,
  args: readonly string[],
): Promise<Captured> {
  const child = capture({
    program: "mariadbd",
    args: [
      "--no-defaults",
      `--datadir=${directory.at("data")}`,
      `--port=${port}`,
      "--bind-address=127.0.0.1",
      `--socket=${directory.at("socket")}`,
      `--pid-file=${directory.at("pid")}`,
      // Not to a pipe: what it says during a test would be something that the test has left open.
      `--log-error=${directory.at("log")}`,
      ...asRoot(),
      ...SETTINGS,
      ...args,
    ],
    env: {},
    cwd: directory.path,
  });
  let ended = false;
  const exited = child.exited.then(() => void (ended = true));
  try {
    const place = { host: "127.0.0.1", port, user: "root", password: "", database: "" };
    await until("MariaDB takes connections", () => {
      if (ended) throw new Error("MariaDB has ended");
      return MysqlConnection.open({ place }).then(
        (connection) => connection.end().then(() => true),
        () => false,
      );
    }, START_MS);
    return child;
  } catch (error) {
    await child.kill();
    await exited;
    const log = await Deno.readTextFile(directory.at("log")).catch(() => "");
    throw new Error(`MariaDB did not start\n${log}`, { cause: error });
  }
}
