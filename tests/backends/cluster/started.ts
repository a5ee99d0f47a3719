/**
 * Servers as processes of their own on real databases, for tests of several instances.
 *
 * @module
 */
import { FaultyProxy } from "../../support/faulty_proxy.ts";
import { openTestMongo } from "../../support/ferretdb.ts";
import { createDatabase } from "../../support/mariadb.ts";
import { RedisServer } from "../../support/redis.ts";
import { type RunningServer, startServer } from "../../support/server.ts";

/** No limits: a few clients are a crowd. The same secret for all. */
const SETTINGS = {
  CHAT_SECRET: "a secret of all instances, of more than thirty-two bytes",
  CHAT_LIMIT_MESSAGES: "0",
  CHAT_LIMIT_FRAMES: "0",
  CHAT_LIMIT_CONNECTIONS: "0",
  CHAT_BCRYPT_COST: "4",
  CHAT_LOG_LEVEL: "warning",
};

/** A way to a database. */
export type Link = "MySQL" | "MongoDB" | "Redis";

/** Databases, and servers on them. Disposing it ends everything. */
export interface Started extends AsyncDisposable {
  readonly servers: readonly RunningServer[];
  readonly redis: RedisServer;
  /** What stands between the servers and a database, where that was asked for. */
  readonly proxies: ReadonlyMap<Link, FaultyProxy>;
  /** What a server on these databases is given. */
  readonly env: Readonly<Record<string, string>>;
  /** One of the servers, counted from 0. */
  server(index: number): RunningServer;
  /** Addresses in turn, as a balancer would give them; those that are gone are left out. */
  nextServer(): URL;
  /** Kills a server in the middle of everything. */
  kill(index: number): Promise<void>;
  /** Ends a server in order. */
  stop(index: number): Promise<void>;
  /** Starts another one. */
  add(): Promise<RunningServer>;
}

/** Starts so many servers on a MariaDB and a Redis, and a MongoDB if that is asked for. */
export async function startServers(
  count: number,
  { mongodb = false, proxied = [], env: more = {} }: {
    readonly mongodb?: boolean;
    /** Ways that misbehave on demand. */
    readonly proxied?: readonly Link[];
    /** More settings of every server. */
    readonly env?: Readonly<Record<string, string>>;
  } = {},
): Promise<Started> {
  const owned = new AsyncDisposableStack();
  try {
    const database = owned.use(await createDatabase());
    const redis = owned.use(await RedisServer.start());
    const mongo = mongodb ? owned.use(await openTestMongo()) : null;
    const proxies = new Map<Link, FaultyProxy>();
    const way = (link: Link, url: string): string => {
      if (!proxied.includes(link)) return url;
      const { hostname, port } = new URL(url);
      const proxy = owned.use(FaultyProxy.before({ hostname, port: Number(port) }));
      proxies.set(link, proxy);
      return url.replace(`${hostname}:${port}`, `${proxy.hostname}:${proxy.port}`);
    };
    const env = {
      ...SETTINGS,
      ...more,
      CHAT_MYSQL_URL: way("MySQL", database.url),
      CHAT_REDIS_URL: way("Redis", redis.url),
      ...(mongo === null ? {} : { CHAT_MONGODB_URL: way("MongoDB", mongo.url) }),
    };
    const servers: RunningServer[] = [];
    const gone = new Set<RunningServer>();
    const add = async (): Promise<RunningServer> => {
      const server = owned.use(await startServer({ env }));
      servers.push(server);
      return server;
    };
    for (let n = 0; n < count; n++) await add();
    const server = (index: number): RunningServer => {
      const found = servers[index];
      if (found === undefined) throw new RangeError(`There is no server ${index}`);
      return found;
    };
    let turn = 0;
    return {
      servers,
      redis,
      proxies,
      env,
      server,
      add,
      nextServer(): URL {
        const alive = servers.filter((one) => !gone.has(one));
        return (alive[turn++ % alive.length] ?? server(0)).url;
      },
      async kill(index): Promise<void> {
        gone.add(server(index));
        await server(index).kill();
      },
      async stop(index): Promise<void> {
        gone.add(server(index));
        await server(index).stop();
      },
      [Symbol.asyncDispose]: () => owned.disposeAsync(),
    };
  } catch (error) {
    await owned.disposeAsync();
    throw error;
  }
}
