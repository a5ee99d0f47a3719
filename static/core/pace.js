/**
 * How fast own messages may go out: the server's own count, kept here too, so that it never has to refuse one.
 *
 * @module
 */

/** @import { Clock } from "./platform.js" */

/** Left over of a burst: messages reach the server less evenly than they leave. */
const SPARE = 2;

/** A token bucket that is asked before each message. */
export class Pace {
  #clock;
  #rate = 0;
  #burst = 0;
  #tokens = 0;
  #filledAt = 0;

  /** @param {Clock} clock */
  constructor(clock) {
    this.#clock = clock;
  }

  /**
   * What the server allows, as its welcome says; a rate of 0 is no limit. What was used before stays used.
   *
   * @param {{ rate: number, burst: number }} limit A second, and at once.
   */
  set({ rate, burst }) {
    this.#refill();
    const more = Math.max(1, burst - SPARE) - this.#burst;
    this.#rate = rate;
    this.#burst += more;
    this.#tokens += more;
  }

  /** Takes a token; answers 0, or the ms until there is one. */
  take() {
    if (this.#rate === 0) return 0;
    this.#refill();
    if (this.#tokens >= 1) {
      this.#tokens -= 1;
      return 0;
    }
    return Math.ceil((1 - this.#tokens) / this.#rate * 1_000);
  }

  /** The server refused: others of the same account have used what was counted on. */
  drain() {
    this.#refill();
    this.#tokens = Math.min(this.#tokens, 0);
  }

  #refill() {
    const now = this.#clock.now();
    const came = Math.max(0, now - this.#filledAt) / 1_000 * this.#rate;
    this.#tokens = Math.min(this.#burst, this.#tokens + came);
    this.#filledAt = now;
  }
}
