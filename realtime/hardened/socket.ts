/**
 * A socket of `ws` as a {@link Transport}: unlike the runtime's own it can be cut, whatever the other side does.
 *
 * @module
 */
import { getLogger } from "@logtape/logtape";
import { Buffer } from "node:buffer";
import { nextTick } from "node:process";
// @ts-types="@types/ws"
import type { RawData, WebSocket } from "ws";
import { CLOSE } from "../close.ts";
import type { SocketEvents, Transport } from "../transport.ts";

const log = getLogger(["chat", "realtime"]);

const AS_TEXT = { binary: false };
/** A ping is answered while no more than this waits, in bytes. */
const MAX_BEFORE_PONG = 64 * 1024;

/** One socket. */
export class HardenedSocket implements Transport {
  readonly #socket: WebSocket;
  #events: SocketEvents | null = null;
  #wasHeard = true;
  #wasAsked = false;

  constructor(socket: WebSocket) {
    this.#socket = socket;
  }

  get bufferedAmount(): number {
    return this.#socket.bufferedAmount;
  }

  get readyState(): number {
    return this.#socket.readyState;
  }

  /** Reports to `events`, each in a net; `onGone` is called once, when nothing of the socket is left. */
  listen(events: SocketEvents, onGone: () => void): void {
    this.#events = events;
    const socket = this.#socket;
    const heard = (): void => {
      this.#wasHeard = true;
    };
    socket.on("message", (data: RawData, isBinary: boolean) => {
      heard();
      caught(() => isBinary ? events.binary(lengthOf(data)) : events.text(data.toString()));
    });
    socket.on("ping", (payload: Buffer) => {
      heard();
      // Whoever asks and takes no answers is left without.
      if (socket.bufferedAmount <= MAX_BEFORE_PONG) socket.pong(payload, false, () => {});
    });
    socket.on("pong", heard);
    // What the client did wrong; the close is under way. `ws` reads on to the end, by a job of this tick's end, which
    // lets whoever goes on sending fill the heap with what nobody wants.
    socket.on("error", () => nextTick(() => socket.pause()));
    socket.on("close", () => {
      onGone();
      caught(() => events.closed(true));
    });
    caught(() => events.opened());
  }

  send(text: string): void {
    // As bytes: a text that waits would lie in the engine's heap, with two bytes for each character. The callback takes
    // what would be thrown at a socket that ended meanwhile.
    this.#socket.send(Buffer.from(text), AS_TEXT, () => {});
  }

  /** After what was handed over; when the other side does not take it, the socket is cut. */
  close(code: number, reason: string): void {
    this.#socket.close(code, reason);
  }

  settle(atOnce: boolean): void {
    if (atOnce) this.cut();
  }

  /** Ends it now, with all that waits. */
  cut(): void {
    this.#socket.terminate();
  }

  /** Asks whoever was silent since the last look for a sign of life, and closes for who gave none. */
  look(): void {
    if (this.#wasHeard) this.#wasAsked = false;
    else if (this.#wasAsked) return this.#giveUp();
    else {
      this.#wasAsked = true;
      this.#socket.ping();
    }
    this.#wasHeard = false;
  }

  /** Told as gone at once: a dead peer keeps the close waiting. */
  #giveUp(): void {
    this.close(CLOSE.goingAway.code, CLOSE.goingAway.reason);
    caught(() => this.#events?.closed(false));
  }
}

function lengthOf(data: RawData): number {
  return Array.isArray(data) ? data.reduce((sum, { length }) => sum + length, 0) : data.byteLength;
}

/** A throw in a socket's handler would end the process. */
function caught(handle: () => void): void {
  try {
    handle();
  } catch (error) {
    log.error("A socket handler failed: {error}", {
      error: error instanceof Error ? error.stack ?? error.message : String(error),
    });
  }
}
