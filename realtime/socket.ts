/**
 * The native WebSocket of the runtime as a {@link Transport}: the only upgrade in the program.
 *
 * @module
 */
import { getLogger } from "@logtape/logtape";
import { ChatError } from "./errors.ts";
import { IDLE_TIMEOUT_SECONDS } from "./limits.ts";
import type { SocketEvents, Transport } from "./transport.ts";

const log = getLogger(["chat", "realtime"]);

/** The subprotocol of clients that confirm delivery themselves. */
export const SUBPROTOCOL = "go-chat";

/** The subprotocols a client offers. */
export function offeredProtocols(request: Request): readonly string[] {
  const header = request.headers.get("sec-websocket-protocol") ?? "";
  return header.split(",").map((one) => one.trim()).filter((one) => one !== "");
}

/** Whether a request asks for a WebSocket, so that refusing it can come before the upgrade. */
export function isUpgrade(request: Request): boolean {
  return request.method === "GET" && request.headers.get("upgrade")?.toLowerCase() === "websocket";
}

/**
 * Upgrades a request. To be called in the turn in which it came, and its response returned as it is: the runtime
 * keeps a descriptor for ever when the client leaves during an await. Throws `upgrade_required`.
 */
export function upgradeSocket(
  request: Request,
  bind: (transport: Transport) => SocketEvents,
): Response {
  if (!isUpgrade(request)) throw new ChatError("upgrade_required");
  const protocol = offeredProtocols(request).includes(SUBPROTOCOL) ? { protocol: SUBPROTOCOL } : {};
  let upgraded: Deno.WebSocketUpgrade;
  try {
    upgraded = Deno.upgradeWebSocket(request, { idleTimeout: IDLE_TIMEOUT_SECONDS, ...protocol });
  } catch {
    throw new ChatError("upgrade_required");
  }
  const { socket, response } = upgraded;
  socket.binaryType = "arraybuffer";
  const listener = new SocketListener(bind(socket));
  for (const type of ["open", "message", "close", "error"]) socket.addEventListener(type, listener);
  return response;
}

/** Hands on what a socket reports. One object for all four: there are thousands of sockets. */
class SocketListener implements EventListenerObject {
  readonly #events: SocketEvents;

  constructor(events: SocketEvents) {
    this.#events = events;
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
      const data: unknown = event.data;
      if (typeof data === "string") this.#events.text(data);
      else this.#events.binary(data instanceof ArrayBuffer ? data.byteLength : 0);
    } else if (event.type === "open") this.#events.opened();
    // An error says nothing that the client did not cause, and close does not always follow it.
    else this.#events.closed();
  }
}
