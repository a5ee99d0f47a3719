/**
 * Where own messages wait until they are acknowledged: one key each, so that tabs never overwrite one another's.
 *
 * Where nothing can be kept, a message waits in this tab alone.
 *
 * @module
 */
import { byTime, readDraft } from "./draft.js";

/** @import { Draft } from "./draft.js" */
/** @import { Memory } from "./platform.js" */

/** Drafts that are read back; no tab lets more wait, but several may have written at once. */
const MAX_READ = 1_000;

/**
 * @typedef {object} DraftListener What other tabs do.
 * @property {(draft: Draft) => void} put One is new, or changed.
 * @property {(id: string) => void} removed One was acknowledged or discarded.
 */

export class DraftStore {
  #memory;
  #prefix;
  /** Those that could not be kept: their absence says nothing. @type {Set<string>} */
  #unkept = new Set();

  /** @param {{ memory: Memory, userId: number }} options */
  constructor({ memory, userId }) {
    this.#memory = memory;
    this.#prefix = `outbox.${userId}.`;
  }

  /** @returns {Draft[]} All that wait, of every tab, in the order they were written. */
  read() {
    return this.#memory.keys(this.#prefix).slice(0, MAX_READ)
      .flatMap((key) => readDraft(this.#memory.get(key)) ?? [])
      .toSorted(byTime);
  }

  /** @param {Draft} draft */
  put(draft) {
    const isKept = this.#memory.set(this.#prefix + draft.id, draft);
    if (isKept) this.#unkept.delete(draft.id);
    else this.#unkept.add(draft.id);
  }

  /**
   * Whether it still waits. False once any tab has seen it acknowledged or discarded.
   *
   * @param {string} id
   * @returns {boolean}
   */
  has(id) {
    return this.#unkept.has(id) || this.#memory.get(this.#prefix + id) !== null;
  }

  /** @param {string} id */
  remove(id) {
    this.#unkept.delete(id);
    this.#memory.set(this.#prefix + id, null);
  }

  /** Forgets everything that waits, for every tab: the person signs out. */
  forget() {
    for (const key of this.#memory.keys(this.#prefix)) this.#memory.set(key, null);
  }

  /**
   * @param {DraftListener} listener
   * @returns {() => void} How to stop.
   */
  watch({ put, removed }) {
    return this.#memory.watch(this.#prefix, ({ key, value }) => {
      const draft = readDraft(value);
      if (draft !== null) put(draft);
      else if (value === null) removed(key.slice(this.#prefix.length));
    });
  }
}
