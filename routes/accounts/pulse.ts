/**
 * Tells workers whether the event loop of this thread turns.
 *
 * @module
 */
import type { Clock, Timer } from "../../db/clock.ts";

/** Between two beats, ms. At half of it the workers take so much more that messages wait half as long again. */
const BEAT_MS = 2;

/** A number in shared memory that rises while the event loop turns, and stands still while something holds it. */
export class Pulse implements Disposable {
  /** One number. Whoever waits for it to change is woken. */
  readonly beats: Int32Array = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  readonly #clock: Clock;
  readonly #isWanted: () => boolean;
  #next: Timer | null = null;

  /** It beats from {@link Pulse.start} until it is not wanted any more. */
  constructor(clock: Clock, isWanted: () => boolean) {
    this.#clock = clock;
    this.#isWanted = isWanted;
  }

  /** Goes on beating, or begins to. */
  start(): void {
    if (this.#next === null) this.#beat();
  }

  [Symbol.dispose](): void {
    this.#next?.cancel();
    this.#next = null;
  }

  #beat(): void {
    Atomics.add(this.beats, 0, 1);
    Atomics.notify(this.beats, 0);
    this.#next = this.#isWanted() ? this.#clock.after(BEAT_MS, () => this.#beat()) : null;
  }
}
