/**
 * One-shot timers by name: starting one again puts it off.
 *
 * @module
 */

/** @import { Clock } from "./platform.js" */

export class Timers {
  #clock;
  /** @type {Map<string, () => void>} */
  #running = new Map();

  /** @param {Clock} clock */
  constructor(clock) {
    this.#clock = clock;
  }

  /**
   * Whether it is running.
   *
   * @param {string} name
   * @returns {boolean}
   */
  has(name) {
    return this.#running.has(name);
  }

  /**
   * Runs something once, in `ms`.
   *
   * @param {string} name
   * @param {number} ms
   * @param {() => void} run
   */
  start(name, ms, run) {
    this.cancel(name);
    const cancel = this.#clock.after(ms, () => {
      this.#running.delete(name);
      run();
    });
    this.#running.set(name, cancel);
  }

  /** @param {string} name */
  cancel(name) {
    this.#running.get(name)?.();
    this.#running.delete(name);
  }

  /** Cancels all of them. */
  clear() {
    for (const cancel of this.#running.values()) cancel();
    this.#running.clear();
  }
}
