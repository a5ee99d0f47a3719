/**
 * What a client keeps from one run to the next: given by whoever uses it, or this run's own.
 *
 * @module
 */
import { createMemory } from "./platform.js";

/** @import { Memory } from "./platform.js" */

/**
 * Small values as JSON, by name. Everything is asked for synchronously, so what is slow belongs behind a copy.
 *
 * @typedef {object} ClientMemory
 * @property {(key: string) => unknown} get `null` or `undefined` when there is nothing.
 * @property {(key: string, value: unknown) => void} set Keeps it before it returns, or throws; `null` forgets.
 * @property {(prefix: string) => Iterable<string>} keys Those that begin so.
 */

/**
 * Memory over `localStorage` or its like, for a page.
 *
 * @param {import("./platform.js").TextStorage} storage
 * @returns {ClientMemory}
 */
export function storageMemory(storage) {
  return createMemory(() => storage);
}

/**
 * Memory that ends with this run.
 *
 * @returns {ClientMemory}
 */
export function runMemory() {
  /** @type {Map<string, unknown>} */
  const values = new Map();
  return {
    get: (key) => values.get(key),
    set: (key, value) => void (value === null ? values.delete(key) : values.set(key, value)),
    keys: (prefix) => [...values.keys()].filter((key) => key.startsWith(prefix)),
  };
}

/**
 * Memory as the parts of the client use it: it never throws, and nobody else writes to it.
 *
 * @param {ClientMemory} memory
 * @returns {Memory}
 */
export function asMemory(memory) {
  return {
    get: (key) => memory.get(key) ?? null,
    set(key, value) {
      try {
        memory.set(key, value);
        return true;
      } catch {
        // A full disk: the run goes on, and the next one is told again what this one has handled.
        return false;
      }
    },
    keys: (prefix) => [...memory.keys(prefix)],
    watch: () => () => {},
  };
}
