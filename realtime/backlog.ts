/**
 * What waits for slow readers, over all of them: each has a bound of its own, and many of them have one together.
 *
 * @module
 */
import { CLOSE, type CloseReason } from "./close.ts";

/** Somebody for whom something may wait. */
export interface Reader {
  /** Bytes that wait now; asking may cost a call into the runtime. */
  readonly waiting: number;
  /** Whether too many frames wait for too long, as asked once a second. */
  isCrowded(): boolean;
  /** Ends the reader; what waits for it then counts no longer. */
  close(reason: CloseReason): void;
}

/** Less than this is what a healthy reader has for a moment, in bytes, and is not kept count of. */
export const COUNTED_FROM_BYTES = 16 * 1024;
/** Readers are closed down to this part of the bound, so that not every frame after it counts them all again. */
const CLOSED_DOWN_TO = 0.9;

/** Keeps what waits for all readers within a bound, by closing those for whom most waits. */
export class Backlog {
  readonly #mostBytes: number;
  /** What waited when it was last noted; readers may have caught up since. */
  readonly #waiting = new Map<Reader, number>();
  #bytes = 0;

  /** @param mostBytes What may wait in all; 0: no bound. */
  constructor(mostBytes: number) {
    this.#mostBytes = mostBytes;
  }

  /** How much waits at the most, in bytes. */
  get bytes(): number {
    return this.#bytes;
  }

  /** What waits for a reader as it was last noted, in bytes. */
  of(reader: Reader): number {
    return this.#waiting.get(reader) ?? 0;
  }

  /** Notes what waits for a reader; over the bound, closes whoever is slowest. */
  note(reader: Reader, bytes: number): void {
    if (this.#mostBytes === 0) return;
    this.#set(reader, bytes);
    if (this.#bytes > this.#mostBytes) this.#shrink();
  }

  /** Forgets a reader that ended. */
  forget(reader: Reader): void {
    this.#set(reader, 0);
  }

  /** Asks all readers again what waits for them. */
  recount(): void {
    for (const reader of [...this.#waiting.keys()]) this.#set(reader, reader.waiting);
  }

  /** Asks all readers again, and closes those for whom too many small frames wait; to be called once a second. */
  look(): void {
    this.recount();
    for (const reader of [...this.#waiting.keys()]) if (reader.isCrowded()) reader.close(CLOSE.slow);
  }

  #set(reader: Reader, bytes: number): void {
    const counted = bytes > COUNTED_FROM_BYTES ? bytes : 0;
    this.#bytes += counted - (this.#waiting.get(reader) ?? 0);
    if (counted > 0) this.#waiting.set(reader, counted);
    else this.#waiting.delete(reader);
  }

  #shrink(): void {
    this.recount();
    if (this.#bytes <= this.#mostBytes) return;
    const slowestFirst = [...this.#waiting].sort(([, one], [, other]) => other - one);
    for (const [reader] of slowestFirst) {
      if (this.#bytes <= this.#mostBytes * CLOSED_DOWN_TO) return;
      reader.close(CLOSE.slow);
      this.forget(reader);
    }
  }
}
