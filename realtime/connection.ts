/**
 * One open socket: what may still be pushed to it, and when it has had enough.
 *
 * @module
 */
import { type Backlog, COUNTED_FROM_BYTES, type Reader } from "./backlog.ts";
import { CLOSE, type CloseReason } from "./close.ts";
import { utf8Length } from "./codec.ts";
import type { Identity } from "./identity.ts";
import { type EndOfTurn, JoinedFrames } from "./joined.ts";
import type { Traffic } from "./traffic.ts";
import type { Transport } from "./transport.ts";

/** What the runtime keeps for each frame that waits, beside its text, in bytes: 0.9 to 2 KiB on Deno 2.9. */
const FRAME_BYTES = 1_024;

/**
 * How much a frame matters. `answer` goes out at once; `message` keeps its order behind a running sync;
 * `hint` (presence, typing) is dropped for a slow reader.
 */
export type Weight = "answer" | "message" | "hint";

/** What a connection is told when it ends, from whichever side. */
export type OnClosed = (connection: Connection, reason: CloseReason | null) => void;

interface ConnectionOptions {
  readonly id: string;
  readonly identity: Identity;
  readonly transport: Transport;
  /** Bytes that may wait for this reader; 0: no bound. */
  readonly buffer: number;
  /** Keeps count of what waits for all connections together. */
  readonly backlog: Backlog;
  /** Counts what is sent. */
  readonly traffic: Traffic;
  /** Whether the client confirms delivery itself. */
  readonly confirms: boolean;
  readonly openedAt: number;
  readonly onClosed: OnClosed;
}

/**
 * A socket of one user on this instance. It begins held: nothing is sent before {@link Connection.open}.
 * Every method may be called after the end and then does nothing.
 */
export class Connection implements Reader {
  readonly id: string;
  readonly identity: Identity;
  readonly openedAt: number;
  /** Whether the client sends `delivered` itself; else handing a message over counts as delivery. */
  confirms: boolean;
  readonly #native: Transport;
  #transport: Transport;
  readonly #buffer: number;
  readonly #backlog: Backlog;
  readonly #traffic: Traffic;
  readonly #onClosed: OnClosed;
  #state: "opening" | "open" | "closed" = "opening";
  #holds = 0;
  /** What is held back; null while there is none, as for nearly everybody. */
  #held: string[] | null = null;
  #heldBytes = 0;
  /** What waited at the last look, in bytes. */
  #seen = 0;
  /** What waits at the least if nothing was taken since the last look, in bytes. */
  #untaken = 0;
  #wasHeard = false;
  #left = 0;
  /** What was handed over since the reader last had everything: frames, and UTF-16 units. */
  #frames = 0;
  #units = 0;
  #wasCrowded = false;

  constructor(options: ConnectionOptions) {
    this.id = options.id;
    this.identity = options.identity;
    this.openedAt = options.openedAt;
    this.confirms = options.confirms;
    this.#native = options.transport;
    this.#transport = options.transport;
    this.#buffer = options.buffer;
    this.#backlog = options.backlog;
    this.#traffic = options.traffic;
    this.#onClosed = options.onClosed;
  }

  get userId(): number {
    return this.identity.userId;
  }

  /** What waits for the reader, in bytes: handed over and not taken yet, or held back. */
  get waiting(): number {
    return this.#transport.bufferedAmount + this.#heldBytes;
  }

  /**
   * What waited for the reader when the connection ended, or at the last {@link settle}, in bytes, with what the
   * runtime keeps for each frame of it.
   */
  get left(): number {
    return this.#left;
  }

  /** From now on the frames of a turn go as one JSON array, at its end; or, without `turn`, each by itself again. */
  join(turn: EndOfTurn | null): void {
    if (this.#transport instanceof JoinedFrames) this.#transport.flush();
    this.#transport = turn === null ? this.#native : new JoinedFrames(this.#native, turn);
  }

  get isOpen(): boolean {
    return this.#state === "open";
  }

  get isClosed(): boolean {
    return this.#state === "closed";
  }

  /** Sends `first` before anything else, then lets the rest through. */
  open(first: readonly string[]): void {
    if (this.#state !== "opening") return;
    this.#state = "open";
    for (const text of first) this.push(text, "answer");
    this.#flushHeld();
  }

  /** Sends a frame, or drops it, or closes a reader that is too slow. Whether it was taken. */
  push(text: string, weight: Weight): boolean {
    if (this.#state === "closed") return false;
    if (this.#state === "opening" || (this.#holds > 0 && weight === "message")) {
      return this.#hold(text, weight);
    }
    const waiting = this.#transport.bufferedAmount;
    if (this.#isOver(waiting, text)) {
      if (weight !== "hint") this.close(CLOSE.slow);
      return false;
    }
    this.#transport.send(text);
    this.#traffic.sent(text);
    if (waiting === 0) this.#hasAll();
    this.#frames++;
    this.#units += text.length;
    if (waiting < this.#untaken) this.heard();
    this.#untaken = waiting + text.length;
    if (waiting + text.length > COUNTED_FROM_BYTES) this.#backlog.note(this, waiting + text.length);
    return true;
  }

  /** From now on messages wait, so that an answer from the store goes before them. */
  hold(): void {
    this.#holds++;
  }

  /** Ends one {@link hold}; after the last the waiting messages go out in order. */
  release(): void {
    this.#holds = Math.max(0, this.#holds - 1);
    if (this.#state === "open") this.#flushHeld();
  }

  /** Ends the connection from this side. */
  close(reason: CloseReason): void {
    if (this.#state === "closed") return;
    this.#left = this.#cost;
    this.#end(reason);
    try {
      this.#transport.close(reason.code, reason.reason);
    } catch {
      // The socket is past closing: the end was reported above.
    }
  }

  /** Goes on with a close that may wait for the other side, or ends the wait where `atOnce`. */
  settle(atOnce: boolean = false): void {
    this.#left = this.#cost;
    this.#transport.settle?.(atOnce);
  }

  /** Notes a sign of life: something was said, or taken. */
  heard(): void {
    this.#wasHeard = true;
  }

  /** Looks whether something waits of which nothing was taken since the last look, without any sign of life. */
  isStuck(): boolean {
    const { bufferedAmount, readyState = WebSocket.OPEN } = this.#transport;
    const isStuck = this.#seen > 0 && bufferedAmount > 0 && bufferedAmount >= this.#untaken &&
      !this.#wasHeard;
    this.#seen = bufferedAmount;
    this.#untaken = bufferedAmount;
    this.#wasHeard = false;
    // A close that the runtime began tells nothing either while it waits behind the rest.
    return isStuck || readyState > WebSocket.OPEN;
  }

  /**
   * Looks whether so many small frames wait that keeping them takes more than the bound, now and at the last look: a
   * burst that goes out is none of that.
   */
  isCrowded(): boolean {
    const wasCrowded = this.#wasCrowded;
    this.#wasCrowded = this.#buffer > 0 && this.#cost > this.#buffer;
    return wasCrowded && this.#wasCrowded;
  }

  /** Notes that the other side ended it. May come twice, late or never. */
  closed(): void {
    if (this.#state === "closed") return;
    // The runtime does not tell any more; this is what was last heard from it.
    this.#left = Math.max(this.#backlog.of(this), this.#seen);
    this.#end(null);
  }

  /** Begins to count anew: nothing waits. */
  #hasAll(): void {
    this.#frames = 0;
    this.#units = 0;
    this.#wasCrowded = false;
  }

  /** What waits at the runtime, with what it keeps for each frame: as many as waited on average for so much. */
  get #cost(): number {
    const waiting = this.#transport.bufferedAmount;
    if (waiting === 0) return 0;
    const frames = this.#frames * Math.min(1, waiting / Math.max(1, this.#units));
    return waiting + Math.round(frames * FRAME_BYTES);
  }

  #end(reason: CloseReason | null): void {
    this.#state = "closed";
    this.#held = null;
    this.#heldBytes = 0;
    this.#backlog.forget(this);
    this.#onClosed(this, reason);
  }

  #hold(text: string, weight: Weight): boolean {
    if (weight === "hint") return false;
    if (this.#buffer > 0 && this.#heldBytes + this.#transport.bufferedAmount + text.length > this.#buffer) {
      this.close(CLOSE.slow);
      return false;
    }
    (this.#held ??= []).push(text);
    this.#heldBytes += text.length;
    if (this.#heldBytes > COUNTED_FROM_BYTES) this.#backlog.note(this, this.waiting);
    return true;
  }

  #flushHeld(): void {
    const held = this.#held;
    if (this.#holds > 0 || held === null) return;
    this.#held = null;
    this.#heldBytes = 0;
    for (const text of held) this.push(text, "message");
  }

  /** The runtime's only sign of a slow reader is what it still holds. */
  #isOver(waiting: number, text: string): boolean {
    if (this.#buffer === 0) return false;
    if (waiting + text.length * 3 <= this.#buffer) return false;
    return waiting > 0 && waiting + utf8Length(text) > this.#buffer;
  }
}
