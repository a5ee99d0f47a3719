/**
 * The sockets of the hardened transport. A request is let in as any other; the listener, which has its connection,
 * completes what was granted.
 *
 * @module
 */
import type { Buffer } from "node:buffer";
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
// @ts-types="@types/ws"
import { type ServerOptions, WebSocketServer } from "ws";
import type { Clock, Timer } from "../../db/clock.ts";
import { ChatError } from "../errors.ts";
import { agreedProtocol, isUpgrade, SUBPROTOCOL } from "../handshake.ts";
import { IDLE_TIMEOUT_SECONDS, MAX_FRAME_BYTES } from "../limits.ts";
import type { SocketEvents, Transport, Upgrade } from "../transport.ts";
import { HardenedSocket } from "./socket.ts";

/** Up to here a frame that is too big is read whole, and refused with our own word; beyond it `ws` cuts in. */
const MAX_PAYLOAD_BYTES = 2 * MAX_FRAME_BYTES;
/** Pieces of one message, so that many small ones do not cost many times their bytes. */
const MAX_FRAGMENTS = 1_024;
/** How long a close may wait for the other side, in ms: what it did not take by then is dropped. */
const CLOSE_MS = 10_000;

/** The published types know neither of the last two. */
const OPTIONS: ServerOptions & { readonly maxFragments: number; readonly closeTimeout: number } = {
  noServer: true,
  autoPong: false,
  clientTracking: false,
  perMessageDeflate: false,
  maxPayload: MAX_PAYLOAD_BYTES,
  handleProtocols: (offered) => offered.has(SUBPROTOCOL) ? SUBPROTOCOL : false,
  maxFragments: MAX_FRAGMENTS,
  closeTimeout: CLOSE_MS,
};

/** Upgrade among what the connection is asked for. */
const CONNECTION = /(?:^|,)\s*upgrade\s*(?:,|$)/i;

/** What was granted to a request. */
type Granted = (transport: Transport) => SocketEvents;

/** An HTTP connection whose request asked to become something else. */
export interface Handshake {
  readonly incoming: IncomingMessage;
  readonly socket: Duplex;
  /** What came behind the request. */
  readonly head: Buffer;
}

/** Opens and watches them. Disposing it cuts those that are left. */
export class HardenedSockets implements Disposable {
  readonly #server: WebSocketServer;
  readonly #clock: Clock;
  readonly #granted = new WeakMap<Request, Granted>();
  readonly #open = new Set<HardenedSocket>();
  /** Runs while there are sockets. */
  #timer: Timer | null = null;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#server = new WebSocketServer(OPTIONS);
  }

  /** Grants a socket to a request: the response stands for it until {@link complete}. */
  readonly upgrade: Upgrade = (request, bind) => {
    if (!isUpgrade(request) || !CONNECTION.test(request.headers.get("connection") ?? "")) {
      throw new ChatError("upgrade_required");
    }
    this.#granted.set(request, bind);
    return new Response(null);
  };

  /** Whether a request was granted a socket, which is opened on its connection then. */
  complete(request: Request, { incoming, socket, head }: Handshake): boolean {
    const bind = this.#granted.get(request);
    if (!this.withdraw(request) || bind === undefined) return false;
    // Of the offers, some of which `ws` would refuse to read, it is shown the one that is taken.
    const protocol = agreedProtocol(request);
    if (protocol === null) delete incoming.headers["sec-websocket-protocol"];
    else incoming.headers["sec-websocket-protocol"] = protocol;
    this.#server.handleUpgrade(incoming, socket, head, (opened) => {
      const transport = new HardenedSocket(opened);
      this.#open.add(transport);
      this.#timer ??= this.#later();
      transport.listen(bind(transport), () => this.#gone(transport));
    });
    return true;
  }

  /** Whether a request was granted a socket, which it gets no more. */
  withdraw(request: Request): boolean {
    return this.#granted.delete(request);
  }

  [Symbol.dispose](): void {
    for (const socket of this.#open) socket.cut();
  }

  #gone(socket: HardenedSocket): void {
    this.#open.delete(socket);
    if (this.#open.size > 0) return;
    this.#timer?.cancel();
    this.#timer = null;
  }

  /** A dead peer is gone after two to three looks: as soon as with the runtime's own, within 60 s. */
  #later(): Timer {
    return this.#clock.after(IDLE_TIMEOUT_SECONDS * 500, () => {
      for (const socket of this.#open) socket.look();
      this.#timer = this.#later();
    });
  }
}
