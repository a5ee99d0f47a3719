/**
 * How long to wait before dialling again: full jitter over a window that doubles, and stays short in a short outage.
 *
 * @module
 */

/** @import { Clock } from "./platform.js" */

/** The first attempt falls into this, ms. */
export const BACKOFF_BASE_MS = 500;
/** Most outages are short, and people wait through them: until then attempts stay close together, ms. */
export const SHORT_OUTAGE_MS = 20_000;
/** As close as this, ms. */
export const SHORT_WINDOW_MS = 1_500;
/** No attempt waits longer than this, ms. */
export const BACKOFF_CAP_MS = 30_000;

/** Codes after which everybody comes back at once, or came too fast: a floor and a wider spread, ms. */
const PATIENCE = new Map([
  [1012, { floor: 0, spread: 3_000 }],
  [1013, { floor: 1_000, spread: 5_000 }],
  [4429, { floor: 2_000, spread: 4_000 }],
]);

/** The waits of one outage after another. */
export class Backoff {
  #options;
  #window = 0;
  /** @type {number | null} */
  #awaySince = null;

  /** @param {{ clock: Clock, random: () => number }} options */
  constructor(options) {
    this.#options = options;
  }

  /** The connection was good: the next outage is a new one. */
  reset() {
    this.#window = 0;
    this.#awaySince = null;
  }

  /**
   * The wait before the next attempt, ms.
   *
   * @param {number} code The close that made it necessary; some ask for more patience.
   * @returns {number}
   */
  next(code) {
    const now = this.#options.clock.now();
    this.#awaySince ??= now;
    const cap = now - this.#awaySince < SHORT_OUTAGE_MS ? SHORT_WINDOW_MS : BACKOFF_CAP_MS;
    this.#window = this.#window === 0 ? BACKOFF_BASE_MS : Math.min(cap, this.#window * 2);
    const { floor, spread } = PATIENCE.get(code) ?? { floor: 0, spread: 0 };
    return Math.min(BACKOFF_CAP_MS, floor + this.#options.random() * Math.max(this.#window, spread));
  }
}
