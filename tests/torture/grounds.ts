/**
 * What a crowd is tortured on: one server on SQLite, or two on databases. The servers are killed and replaced; on the
 * ways between, whatever a bad network does happens.
 *
 * @module
 */
import { type Link, type Started, startServers } from "../backends/cluster/started.ts";
import { FaultyProxy } from "../support/faulty_proxy.ts";
import { shareMariadb } from "../support/mariadb.ts";
import { type RunningServer, startServer } from "../support/server.ts";
import { TemporaryDirectory } from "../support/temporary_directory.ts";

/** See the module. Disposing it ends everything. */
export interface Ground extends AsyncDisposable {
  /** For people. */
  readonly name: string;
  /** How many pairs of people it bears. */
  readonly pairs: number;
  /** Descriptors that a server may have beyond those before anybody came: our own requests, pools of connections. */
  readonly spare: number;
  /** Servers that ended without having been killed by us. */
  readonly died: number;
  /** An address for the next connection, which may lead over a bad way. */
  next(): URL;
  /** An address without one. */
  straight(): URL;
  /** Kills a server, and resolves when another one is there in its place. */
  kill(): Promise<void>;
  /** The processes of the servers. */
  pids(): readonly number[];
  /** What network faults may befall. */
  ways(): readonly Way[];
}

/** A way that misbehaves on demand. */
export interface Way {
  readonly name: string;
  readonly proxy: FaultyProxy;
}

/** The names of {@link GROUNDS}. */
export type GroundName = "sqlite" | "mysql" | "databases";

/** Starts them by name. `random` says whom it hits. */
export const GROUNDS: Readonly<Record<GroundName, (random: () => number) => Promise<Ground>>> = {
  sqlite: () => SqliteGround.start(),
  mysql: (random) => DatabasesGround.start(["MySQL", "Redis"], random),
  databases: (random) => DatabasesGround.start(["MySQL", "MongoDB", "Redis"], random),
};

/** No limits: a few clients are a crowd. */
export const SETTINGS = {
  CHAT_LIMIT_MESSAGES: "0",
  CHAT_LIMIT_FRAMES: "0",
  CHAT_LIMIT_CONNECTIONS: "0",
  CHAT_LOG_LEVEL: "warning",
};
/** One of so many connections leads over a bad way: bytes that pass through here cost this process's time. */
const STRAIGHT_OF = 4;
const PAIRS = 10;
/** FerretDB reads a whole collection for almost every question. */
const FERRET_PAIRS = 2;
/** Connections of a server to one database at the most, about. */
const POOL = 20;
/** Starts over a bad network, until one works. */
const STARTS = 10;

/** Counts servers that end before anybody said that they would. */
class Deaths {
  count = 0;
  readonly #expected = new Set<RunningServer>();

  watch(server: RunningServer): void {
    void server.exited.then(() => {
      if (!this.#expected.delete(server)) this.count++;
    });
  }

  expect(server: RunningServer): void {
    this.#expected.add(server);
  }
}

/** One server at a time, always on the same data. */
class SqliteGround implements Ground {
  readonly name = "SQLite";
  readonly pairs = PAIRS;
  readonly spare = 4;
  readonly #deaths = new Deaths();
  readonly #directory: TemporaryDirectory;
  #server: RunningServer;
  #way: FaultyProxy;
  #turn = 0;

  private constructor(directory: TemporaryDirectory, server: RunningServer) {
    this.#directory = directory;
    this.#server = server;
    this.#way = before(server);
    this.#deaths.watch(server);
  }

  static async start(): Promise<SqliteGround> {
    const directory = await TemporaryDirectory.make();
    try {
      return new SqliteGround(directory, await startOn(directory));
    } catch (error) {
      await directory[Symbol.asyncDispose]();
      throw error;
    }
  }

  get died(): number {
    return this.#deaths.count;
  }

  next(): URL {
    return this.#turn++ % STRAIGHT_OF === 0 ? over(this.#way) : this.straight();
  }

  straight(): URL {
    return this.#server.url;
  }

  async kill(): Promise<void> {
    const [server, way] = [this.#server, this.#way];
    this.#deaths.expect(server);
    await server.kill();
    this.#server = await startOn(this.#directory);
    this.#way = before(this.#server);
    this.#deaths.watch(this.#server);
    await way[Symbol.asyncDispose]();
  }

  pids(): readonly number[] {
    return [this.#server.pid];
  }

  ways(): readonly Way[] {
    return [{ name: "clients", proxy: this.#way }];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#way[Symbol.asyncDispose]();
    await this.#server[Symbol.asyncDispose]();
    await this.#directory[Symbol.asyncDispose]();
  }
}

/** Two servers at a time. */
class DatabasesGround implements Ground {
  readonly name: string;
  readonly pairs: number;
  readonly spare: number;
  readonly #started: Started;
  readonly #random: () => number;
  /** Places of those that live, in the list of all that were started. */
  #alive: number[];
  readonly #deaths = new Deaths();

  private constructor(links: readonly Link[], started: Started, random: () => number) {
    this.name = `two servers on ${links.join(", ")}`;
    this.pairs = links.includes("MongoDB") ? FERRET_PAIRS : PAIRS;
    this.spare = POOL * links.length;
    this.#started = started;
    this.#random = random;
    this.#alive = started.servers.map((_, index) => index);
    for (const server of started.servers) this.#deaths.watch(server);
  }

  static async start(links: readonly Link[], random: () => number): Promise<DatabasesGround> {
    await shareMariadb();
    const started = await startServers(2, { mongodb: links.includes("MongoDB"), proxied: links });
    return new DatabasesGround(links, started, random);
  }

  get died(): number {
    return this.#deaths.count;
  }

  next(): URL {
    return this.#started.nextServer();
  }

  straight(): URL {
    return this.#started.nextServer();
  }

  async kill(): Promise<void> {
    const index = this.#alive[Math.floor(this.#random() * this.#alive.length)] ?? 0;
    this.#deaths.expect(this.#started.server(index));
    await this.#started.kill(index);
    this.#deaths.watch(await this.#startAnother());
    this.#alive = [...this.#alive.filter((one) => one !== index), this.#started.servers.length - 1];
  }

  pids(): readonly number[] {
    return this.#alive.map((index) => this.#started.server(index).pid);
  }

  ways(): readonly Way[] {
    return [...this.#started.proxies].map(([name, proxy]) => ({ name, proxy }));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#started[Symbol.asyncDispose]();
  }

  /** A server that cannot reach a database when it starts ends; whoever runs it starts it again. */
  async #startAnother(): Promise<RunningServer> {
    for (let tries = 1;; tries++) {
      try {
        return await this.#started.add();
      } catch (error) {
        if (tries === STARTS) throw error;
      }
    }
  }
}

function startOn(directory: TemporaryDirectory): Promise<RunningServer> {
  return startServer({ dataDir: directory.path, env: SETTINGS });
}

function before({ url }: RunningServer): FaultyProxy {
  return FaultyProxy.before({ hostname: url.hostname, port: Number(url.port) });
}

function over({ hostname, port }: FaultyProxy): URL {
  return new URL(`http://${hostname}:${port}/`);
}
