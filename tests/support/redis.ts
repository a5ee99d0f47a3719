/**
 * A Redis for tests: a real server of its own, which can be killed, frozen and started again; or, where
 * CHAT_TEST_REDIS_URL names one, that.
 *
 * @module
 */
import { Redis } from "ioredis";
import type { RedisPlace } from "../../db/places.ts";
import { capture, type Captured } from "./process.ts";
import { ServerProcess, startAtFreePort } from "./server_process.ts";
import { TemporaryDirectory } from "./temporary_directory.ts";

/** How the server is started. */
export interface RedisServerOptions {
  /** Words of redis-server's command line, after ours. */
  readonly args?: readonly string[];
}

/** A redis-server in a directory of its own. */
export class RedisServer extends ServerProcess {
  /** Starts one on a free port; resolves when it takes commands. */
  static async start({ args = [] }: RedisServerOptions = {}): Promise<RedisServer> {
    const directory = await TemporaryDirectory.make();
    try {
      return new RedisServer(await startAtFreePort(directory, (port) => spawn(port, directory.path, args)));
    } catch (error) {
      await directory[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Where it is. */
  get place(): RedisPlace {
    return { host: "127.0.0.1", port: this.port, tls: false, username: null, password: null, database: 0 };
  }

  /** The same as CHAT_REDIS_URL takes it. */
  get url(): string {
    return `redis://127.0.0.1:${this.port}/0`;
  }
}

/** A Redis, and a prefix of keys that nobody else uses there. */
export interface TestRedis extends AsyncDisposable {
  readonly place: RedisPlace;
  readonly prefix: string;
  /** A connection of the test's own. */
  readonly client: Redis;
}

/** The Redis that CHAT_TEST_REDIS_URL names, or one of its own; disposing it removes what was stored. */
export async function openTestRedis(): Promise<TestRedis> {
  const url = Deno.env.get("CHAT_TEST_REDIS_URL") ?? "";
  const server = url === "" ? await RedisServer.start() : null;
  const place = server?.place ?? placeOf(url);
  const prefix = `go-chat-test-${crypto.randomUUID()}`;
  const client = connect(place);
  return {
    place,
    prefix,
    client,
    async [Symbol.asyncDispose](): Promise<void> {
      if (server === null) await removeKeys(client, prefix);
      await end(client);
      await server?.[Symbol.asyncDispose]();
    },
  };
}

/** Connects as a test does that looks into the server. */
export function connect({ host, port, username, password, database, tls }: RedisPlace): Redis {
  return new Redis({
    host,
    port,
    db: database,
    ...(username === null ? {} : { username }),
    ...(password === null ? {} : { password }),
    ...(tls ? { tls: {} } : {}),
  });
}

/** Ends a connection and everything that it had running. */
export async function end(client: Redis): Promise<void> {
  const ended = new Promise((resolve) => client.once("end", resolve));
  client.disconnect();
  await ended;
}

function placeOf(text: string): RedisPlace {
  const url = new URL(text);
  return {
    host: url.hostname,
    port: Number(url.port === "" ? 6379 : url.port),
    tls: url.protocol === "rediss:",
    username: url.username === "" ? null : decodeURIComponent(url.username),
    password: url.password === "" ? null : decodeURIComponent(url.password),
    database: Number(url.pathname.slice(1)),
  };
}

async function removeKeys(client: Redis, prefix: string): Promise<void> {
  let cursor = "0";
  do {
    const [next, keys] = await client.scan(cursor, "MATCH", `${prefix}:*`, "COUNT", 1_000);
    if (keys.length > 0) await client.del(...keys);
    cursor = next;
  } while (cursor !== "0");
}

async function spawn(port: number, directory: string, args: readonly string[]): Promise<Captured> {
  const own = ["--port", `${port}`, "--bind", "127.0.0.1", "--dir", directory, "--daemonize", "no"];
  // As compose.yaml has it: what is acknowledged is on the disk, and nothing is thrown away to make room.
  const kept = [
    "--save",
    "",
    "--appendonly",
    "yes",
    "--appendfsync",
    "always",
    "--maxmemory-policy",
    "noeviction",
  ];
  const child = capture({
    program: "redis-server",
    args: [...own, ...kept, ...args],
    env: {},
    cwd: directory,
  });
  try {
    await child.waitFor("stdout", "Ready to accept connections");
    return child;
  } catch (error) {
    await child.kill();
    throw error;
  }
}
