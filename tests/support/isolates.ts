/**
 * A program of two isolates, and sockets that are known to be in one or the other.
 *
 * @module
 */
import { type RunningServer, type ServerOptions, startServer } from "./server.ts";
import { SocketClient } from "./socket_client.ts";

/** The system spreads connections by chance: so many in a row go to the same of two about never. */
const TRIES = 64;
/** Reads /metrics of a server in release mode. */
export const METRICS_TOKEN = "the-operator-of-this-test";

/** Starts a program with two isolates that take connections. */
export function startTwo(options: ServerOptions = {}): Promise<RunningServer> {
  const env = { CHAT_WORKERS: "2", CHAT_METRICS_TOKEN: METRICS_TOKEN, ...options.env };
  return startServer({ ...options, env });
}

/** What a server counts, by name with labels. */
export async function figuresOf(server: RunningServer): Promise<ReadonlyMap<string, number>> {
  const headers = { authorization: `Bearer ${METRICS_TOKEN}` };
  const text = await (await fetch(new URL("/metrics", server.url), { headers })).text();
  return new Map(
    text.split("\n").filter((line) => line.startsWith("chat_")).map((line) => {
      const [name = "", value] = line.split(/ (?=[^ ]*$)/);
      return [name, Number(value)];
    }),
  );
}

/** Opens sockets until one is in this isolate; the others are closed again. */
export async function openIn(
  server: RunningServer,
  isolate: 0 | 1,
  open: () => Promise<SocketClient>,
): Promise<SocketClient> {
  const name = `chat_isolate_connections{isolate="${isolate}"}`;
  for (let left = TRIES; left > 0; left--) {
    const before = (await figuresOf(server)).get(name) ?? NaN;
    const socket = await open();
    if (((await figuresOf(server)).get(name) ?? NaN) > before) return socket;
    await socket[Symbol.asyncDispose]();
  }
  throw new Error(`None of ${TRIES} sockets came to isolate ${isolate}`);
}

/** Somebody of debug mode with a socket in this isolate, who is welcome. */
export function openAs(
  server: RunningServer,
  isolate: 0 | 1,
  userId: number,
  options: { readonly protocols?: string[] } = {},
): Promise<SocketClient> {
  return openIn(server, isolate, () => SocketClient.as(server.url, userId, options));
}
