/**
 * Notices that a connected server does not answer: something waits for it, and it gives no sign of life.
 *
 * @module
 */
import { Timers } from "./timers.js";

/** @import { Clock } from "./platform.js" */

/** Silence that people should be told of, ms. */
export const SLOW_MS = 3_000;

export class Slowness {
  #options;
  #timers;
  #isSlow = false;

  /**
   * @param {object} options
   * @param {Clock} options.clock
   * @param {() => boolean} options.isWaiting Whether anything that was sent waits for its answer.
   * @param {(isSlow: boolean) => void} options.onChange
   */
  constructor(options) {
    this.#options = options;
    this.#timers = new Timers(options.clock);
  }

  /** Whether the server owes an answer and has been silent since, for {@link SLOW_MS}. */
  get isSlow() {
    return this.#isSlow;
  }

  /** Something was sent. */
  sent() {
    if (this.#isSlow || this.#timers.has("slow") || !this.#options.isWaiting()) return;
    this.#timers.start("slow", SLOW_MS, () => this.#set(this.#options.isWaiting()));
  }

  /** Something was heard, and worked: the wait for whatever is still owed begins anew. */
  heard() {
    this.reset();
    this.sent();
  }

  /** The connection is gone: its absence is no slowness. */
  reset() {
    this.#timers.clear();
    this.#set(false);
  }

  /** @param {boolean} isSlow */
  #set(isSlow) {
    if (this.#isSlow === isSlow) return;
    this.#isSlow = isSlow;
    this.#options.onChange(isSlow);
  }
}
