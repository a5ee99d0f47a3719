/**
 * The native WebSocket of the runtime as a {@link Transport}.
 *
 * @module
 */
import { getLogger } from "@logtape/logtape";
import { ChatError } from "./errors.ts";
import { agreedProtocol, isUpgrade } from "./handshake.ts";
import { IDLE_TIMEOUT_SECONDS } from "./limits.ts";
import type { SocketEvents, Transport, Upgrade } from "./transport.ts";

const log = getLogger(["chat", "realtime"]);

/** Messages of somebody who is to be told of a close and does not take what was sent before it. */
const MAX_LATE_MESSAGES = 100;

/**
 * Upgrades a request. To be called in the turn in which it came, and its response returned as it is: the runtime
 * keeps a descriptor for ever when the client leaves during an await. Throws `upgrade_required`.
 */
export const upgradeSocket: Upgrade = (request, bind) => {
  if (!isUpgrade(request)) throw new ChatError("upgrade_required");
  const protocol = agreedProtocol(request);
  const lent = Proxy.revocable(request, {});
  let upgraded: Deno.WebSocketUpgrade;
  try {
    upgraded = Deno.upgradeWebSocket(lent.proxy, {
      idleTimeout: IDLE_TIMEOUT_SECONDS,
      ...(protocol === null ? {} : { protocol }),
    });
  } catch {
    throw new ChatError("upgrade_required");
  }
  const { socket, response } = upgraded;
  socket.binaryType = "arraybuffer";
  const native = new NativeSocket(socket, lent.revoke);
  native.listen(bind(native));
  return response;
};

const ONCE = { once: true };

/** A native socket, and the listener of all its events: one object, as there are thousands of them. */
class NativeSocket implements Transport, EventListenerObject {
  readonly #socket: WebSocket;
  #events: SocketEvents | null = null;
  /** The runtime keeps the request as long as the socket, 1.2 KiB of heap, where it was not only lent. */
  #takeBack: (() => void) | null;
  #ending: { readonly code: number; readonly reason: string } | null = null;
  #late = 0;

  constructor(socket: WebSocket, takeBack: () => void) {
    this.#socket = socket;
    this.#takeBack = takeBack;
  }

  get bufferedAmount(): number {
    return this.#socket.bufferedAmount;
  }

  get readyState(): number {
    return this.#socket.readyState;
  }

  listen(events: SocketEvents): void {
    this.#events = events;
    this.#socket.addEventListener("open", this, ONCE);
    for (const type of ["message", "close", "error"]) this.#socket.addEventListener(type, this);
  }

  send(text: string): void {
    this.#socket.send(text);
  }

  /**
   * Waits until the other side took what was sent: the runtime tells only of open sockets how much it keeps for them,
   * and of a closing one it tells the end while it keeps all of it, as soon as the other side says anything.
   */
  close(code: number, reason: string): void {
    this.#ending = { code, reason };
    this.settle(false);
  }

  settle(atOnce: boolean): void {
    if (this.#ending === null || (!atOnce && this.#socket.bufferedAmount > 0)) return;
    const { code, reason } = this.#ending;
    this.#ending = null;
    this.#socket.close(code, reason);
  }

  /** A throw in a socket's handler would end the process. */
  handleEvent(event: Event): void {
    try {
      this.#hand(event);
    } catch (error) {
      log.error("A socket handler failed: {error}", {
        error: error instanceof Error ? error.stack ?? error.message : String(error),
      });
    }
  }

  #hand(event: Event): void {
    if (event instanceof MessageEvent) {
      // A closing socket is cut off at its next message, so that nobody goes on for nothing.
      if (this.#ending !== null && ++this.#late > MAX_LATE_MESSAGES) return this.settle(true);
      const data: unknown = event.data;
      if (typeof data === "string") this.#events?.text(data);
      else this.#events?.binary(data instanceof ArrayBuffer ? data.byteLength : 0);
    } else if (event.type === "open") {
      this.#takeBack?.();
      this.#takeBack = null;
      this.#events?.opened();
      // An error says nothing that the client did not cause, and close does not always follow it.
    } else this.#events?.closed(isReleased(event));
  }
}

/** After a close that both sides said, or an error of the system, the runtime keeps nothing of a socket. */
function isReleased(event: Event): boolean {
  if (event instanceof CloseEvent) return event.wasClean;
  return event instanceof ErrorEvent && /\(os error \d+\)/.test(event.message);
}
