/**
 * How late the event loop is: one small timer, and how much later than wanted it ran.
 *
 * @module
 */
import type { Clock, Timer } from "../../db/clock.ts";

/** Between two looks, in ms. */
const EACH_MS = 250;
/** Looks that are remembered: a minute. */
const LOOKS = 240;

/** What a loop delay is measured with. */
export interface LoopDelayOptions {
  readonly clock: Clock;
  /** Milliseconds that never go back. */
  readonly monotonic: () => number;
}

/** Measures the event loop of this isolate until it is disposed. */
export class LoopDelay implements Disposable {
  readonly #options: LoopDelayOptions;
  readonly #late = new Float64Array(LOOKS);
  #looks = 0;
  #timer: Timer;

  constructor(options: LoopDelayOptions) {
    this.#options = options;
    this.#timer = this.#look();
  }

  /** The last minute, in seconds, for /metrics; all 0 before the first look. */
  figures(): ReadonlyMap<string, number> {
    const sorted = this.#late.slice(0, Math.min(this.#looks, LOOKS)).sort();
    const at = (part: number): number =>
      (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0) / 1_000;
    return new Map([
      ['event_loop_delay_seconds{quantile="0.5"}', at(0.5)],
      ['event_loop_delay_seconds{quantile="0.99"}', at(0.99)],
      ['event_loop_delay_seconds{quantile="1"}', at(1)],
    ]);
  }

  [Symbol.dispose](): void {
    this.#timer.cancel();
  }

  #look(): Timer {
    const { clock, monotonic } = this.#options;
    const due = monotonic() + EACH_MS;
    return clock.after(EACH_MS, () => {
      this.#late[this.#looks++ % LOOKS] = Math.max(0, monotonic() - due);
      this.#timer = this.#look();
    });
  }
}
