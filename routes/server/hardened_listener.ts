/**
 * The listener of `CHAT_TRANSPORT=hardened`: the same application behind `node:http`, which bounds the time and size of
 * heads and the time of bodies, and sockets that can be cut.
 *
 * @module
 */
import { getRequestListener, RequestError } from "@hono/node-server";
import { getLogger } from "@logtape/logtape";
import { createServer, type IncomingMessage, type RequestListener, type Server } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { Socket } from "node:net";
import type { Timer } from "../../db/clock.ts";
import type { HardenedSockets } from "../../realtime/hardened/mod.ts";
import { Door, isAmbiguous, NO_HOST, peerOf, refused } from "./hardened_door.ts";
import {
  CAN_SHARE_PORTS,
  cannotListen,
  type HttpListener,
  type ListenerOptions,
  originOf,
  tryPort,
} from "./listener.ts";
import { tlsFault, type TlsTexts } from "./tls.ts";

const log = getLogger(["chat", "listener"]);

/**
 * What a client may take of one connection: ms for a head, a whole request and between two, and bytes of a head; as
 * docs/deploy has proxies bound them.
 */
const BOUNDS = {
  headersTimeout: 10_000,
  requestTimeout: 60_000,
  keepAliveTimeout: 65_000,
  connectionsCheckingInterval: 1_000,
  maxHeaderSize: 16 * 1024,
} as const;
/** A handshake of TLS, in ms. */
const TLS_BOUNDS = { handshakeTimeout: 10_000 } as const;
/** Requests of one connection that wait for their answers: browsers ask one after the other. */
const MAX_PIPELINED = 100;
/** Between two looks whether connections are still taken, and how long one may take, in ms. */
const LOOK_MS = 5_000;
const ACCEPT_MS = 2_000;

/** Listens until it is closed. */
export class HardenedListener implements HttpListener {
  readonly #options: ListenerOptions;
  readonly #sockets: HardenedSockets;
  readonly #port: number;
  #server: Server;
  #tls: TlsTexts | null;
  #isClosing = false;
  #watch: Timer | null = null;

  private constructor(options: ListenerOptions, sockets: HardenedSockets, server: Server) {
    this.#options = options;
    this.#sockets = sockets;
    this.#server = server;
    this.#tls = options.tls;
    this.#port = portOf(server);
    // At a shared port another isolate may answer.
    if (CAN_SHARE_PORTS && options.isShared !== true) this.#watchOn();
  }

  /** Takes the port. Rejects with {@link SettingsError} when host, port or certificate cannot be had. */
  static async open(options: ListenerOptions, sockets: HardenedSockets): Promise<HardenedListener> {
    const { tls } = options;
    const fault = tls === null ? null : tlsFault(tls, Number.NEGATIVE_INFINITY);
    if (fault !== null) throw cannotListen(new Error(fault), options);
    const port = options.isShared === true ? options.port : tryPort(options);
    try {
      return new HardenedListener(options, sockets, await listen(options, sockets, { tls, port }));
    } catch (error) {
      throw cannotListen(error, options);
    }
  }

  get origin(): string {
    return originOf(this.#options, this.#port);
  }

  get up(): boolean {
    return !this.#isClosing && this.#server.listening;
  }

  async renew(tls: TlsTexts, drained: () => Promise<void>, deadlineMs: number): Promise<void> {
    if (this.#isClosing) return;
    const old = this.#server;
    this.#server = await listen(this.#options, this.#sockets, { tls, port: this.#port });
    this.#tls = tls;
    const ended = closed(old);
    await drained();
    await this.#end(old, ended, deadlineMs);
  }

  async close(deadlineMs: number): Promise<void> {
    this.#isClosing = true;
    this.#watch?.cancel();
    await this.#end(this.#server, closed(this.#server), deadlineMs);
    this.#sockets[Symbol.dispose]();
  }

  /** Without a descriptor the server accepts nobody any more, and tells nobody: it is listened anew then. */
  #watchOn(): void {
    this.#watch = this.#options.clock.after(LOOK_MS, () => {
      void this.#look().catch((error: unknown) => {
        log.error("The listener cannot be opened again yet, next try in {ms} ms", { ms: LOOK_MS, error });
      }).finally(() => {
        if (!this.#isClosing) this.#watchOn();
      });
    });
  }

  async #look(): Promise<void> {
    const old = this.#server;
    if (await accepts(old, this.#port, this.#options) || this.#isClosing || old !== this.#server) return;
    log.error("The listener takes no connections, and is opened again");
    this.#server = await listen(this.#options, this.#sockets, { tls: this.#tls, port: this.#port });
    void closed(old);
    log.warning("The listener is back on {origin}", { origin: this.origin });
  }

  async #end(server: Server, ended: Promise<void>, deadlineMs: number): Promise<void> {
    const late = Promise.withResolvers<void>();
    const timer = this.#options.clock.after(deadlineMs, () => late.resolve());
    await Promise.race([ended, late.promise]);
    timer.cancel();
    server.closeAllConnections();
  }
}

/** Accepts nothing more; resolves when the last connection has ended. */
function closed(server: Server): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  server.close(() => resolve());
  server.closeIdleConnections();
  return promise;
}

/** Whether a server takes a connection from here, or took one meanwhile; a full one says so by ending it. */
async function accepts(server: Server, port: number, { host, clock }: ListenerOptions): Promise<boolean> {
  const seen = Promise.withResolvers<boolean>();
  const took = (): void => seen.resolve(true);
  server.once("connection", took);
  const timer = clock.after(ACCEPT_MS, () => seen.resolve(false));
  const probe = await Deno.connect({ hostname: isAnyAddress(host) ? "localhost" : host, port }).catch(() =>
    null
  );
  try {
    return await seen.promise;
  } finally {
    timer.cancel();
    server.off("connection", took);
    probe?.close();
  }
}

function isAnyAddress(host: string): boolean {
  return host === "0.0.0.0" || host === "::";
}

/** What a server listens with. */
interface Place {
  readonly tls: TlsTexts | null;
  readonly port: number;
}

async function listen(
  options: ListenerOptions,
  sockets: HardenedSockets,
  { tls, port }: Place,
): Promise<Server> {
  const { host, fetch, isShared = false, mayAccept = (): boolean => true } = options;
  const answer = getRequestListener(
    async (request, { incoming }) => {
      const message = incoming as IncomingMessage;
      if (isAmbiguous(message)) return refused(400);
      const response = await fetch(request, peerOf(message));
      // Only what came as a handshake can be one.
      return sockets.withdraw(request) ? refused(400) : response;
    },
    { hostname: NO_HOST, overrideGlobalObjects: false, errorHandler: failed },
  );
  const bounded = inTurns((incoming, outgoing) => void answer(incoming, outgoing));
  const server = tls === null
    ? createServer(BOUNDS, bounded)
    : createTlsServer({ ...BOUNDS, ...TLS_BOUNDS, cert: tls.cert, key: tls.key }, bounded);
  let connections = 0;
  server.on("connection", (socket) => {
    if (!mayAccept(connections)) {
      socket.destroy();
      return;
    }
    connections++;
    socket.once("close", () => connections--);
  });
  const door = new Door(options, sockets, tls === null ? "http" : "https");
  server.on("upgrade", (incoming, socket, head) => door.open({ incoming, socket, head }));
  server.on("connect", (_, socket) => door.refuse(socket, 405));
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once("error", reject);
  // Where a port cannot be shared, a new certificate waits for a restart.
  server.listen({ host, port, reusePort: isShared || CAN_SHARE_PORTS }, resolve);
  await promise;
  server.off("error", reject);
  server.on("error", (error) => log.error("The listener has a fault: {error}", { error }));
  return server;
}

/**
 * Works the requests of a connection one after the other, each when the answer before was taken, and cuts whoever asks
 * on and on: `node:http` would work all that it read, and keep every answer.
 */
function inTurns(answer: RequestListener): RequestListener {
  const waiting = new WeakMap<Socket, (() => void)[]>();
  return (incoming, outgoing) => {
    const { socket } = incoming;
    if (socket.destroyed) return;
    const queue = waiting.get(socket);
    const work = (): void => {
      outgoing.once("close", () => {
        const next = (): void => {
          const work = waiting.get(socket)?.shift();
          if (work === undefined) waiting.delete(socket);
          else if (!socket.destroyed) work();
        };
        if (socket.writableNeedDrain) socket.once("drain", next);
        else next();
      });
      answer(incoming, outgoing);
    };
    if (queue === undefined) {
      waiting.set(socket, []);
      work();
    } else if (queue.length < MAX_PIPELINED) queue.push(work);
    else socket.destroy();
  };
}

function portOf(server: Server): number {
  const address = server.address();
  return address === null || typeof address === "string" ? 0 : address.port;
}

function failed(error: unknown): Response {
  if (error instanceof RequestError) return refused(400);
  log.error("A request failed", { error });
  return Response.json({ code: 500, message: "Something went wrong on the server", error: "internal" }, {
    status: 500,
  });
}
