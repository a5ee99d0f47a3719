/**
 * A MariaDB for tests: a real server of its own, which can be killed, frozen and started again; or, where
 * CHAT_TEST_MYSQL_URL names a server (an account that may create databases), that.
 *
 * @module
 */
import { MysqlConnection } from "../../db/sql/mysql/connection.ts";
import type { MysqlPlace } from "../../db/places.ts";
import { capture, type Captured, freezeProcess } from "./process.ts";
import { runQuietly } from "./run.ts";
import { TemporaryDirectory } from "./temporary_directory.ts";
import { until } from "./until.ts";

/** Tries at a port that somebody else takes in between. */
const TRIES = 5;
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

/** A server that a test may do anything to. */
export class MariadbServer implements AsyncDisposable {
  readonly port: number;
  readonly #directory: TemporaryDirectory;
  readonly #args: readonly string[];
  #child: Captured;

  private constructor(
    port: number,
    parts: {
      readonly directory: TemporaryDirectory;
      readonly args: readonly string[];
      readonly child: Captured;
    },
  ) {
    this.port = port;
    this.#directory = parts.directory;
    this.#args = parts.args;
    this.#child = parts.child;
  }

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
      for (let tries = 1;; tries++) {
        const port = freePort();
        try {
          const child = await spawn(port, directory, args);
          return new MariadbServer(port, { directory, args, child });
        } catch (error) {
          if (tries === TRIES) throw error;
        }
      }
    } catch (error) {
      await directory[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** The server's process. */
  get pid(): number {
    return this.#child.pid;
  }

  /** Where a database of it is. */
  place(database: string): MysqlPlace {
    return { host: "127.0.0.1", port: this.port, user: "root", password: "", database };
  }

  /** Ends it as a failing machine would. */
  async kill(): Promise<void> {
    Deno.kill(this.#child.pid, "SIGCONT");
    await this.#child.kill();
  }

  /** Ends it as an operator does. */
  async stop(): Promise<void> {
    await this.#child.stop("SIGTERM");
  }

  /** Starts it again after {@link kill} or {@link stop}: same port, same files. */
  async restart(): Promise<void> {
    this.#child = await spawn(this.port, this.#directory, this.#args);
  }

  /** It keeps its connections, the system takes new ones, and nothing is answered. */
  freeze(): void {
    freezeProcess(this.#child.pid);
  }

  /** Ends {@link freeze}. */
  thaw(): void {
    Deno.kill(this.#child.pid, "SIGCONT");
  }

  /** Ends it at once without waiting, when the test run itself ends. */
  abandon(): void {
    try {
      Deno.kill(this.#child.pid, "SIGKILL");
      Deno.removeSync(this.#directory.path, { recursive: true });
    } catch {
      // It is gone already.
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill().catch(() => {});
    await this.#directory[Symbol.asyncDispose]();
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

function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
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
