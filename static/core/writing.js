/**
 * What is being written and not sent, kept on this device, by thread.
 *
 * @module
 */

/** @import { Clock, Memory } from "./platform.js" */

/** Texts kept; beyond, the one that was left alone longest goes. */
export const MAX_WRITING = 50;

/** @typedef {{ text: string, at: number }} Kept */

/** The texts of one person's threads, shared by the tabs of a browser where the memory is. */
export class Writing {
  #memory;
  #clock;
  #prefix;

  /** @param {{ memory: Memory, clock: Clock, userId: number }} options */
  constructor({ memory, clock, userId }) {
    this.#memory = memory;
    this.#clock = clock;
    this.#prefix = `writing.${userId}.`;
  }

  /**
   * What was being written; empty when nothing was.
   *
   * @param {string} thread A peer's id or a conversation's, as the page names its threads.
   * @returns {string}
   */
  get(thread) {
    return readKept(this.#memory.get(this.#prefix + thread))?.text ?? "";
  }

  /** In how many threads something is written and not sent. */
  get count() {
    return this.#memory.keys(this.#prefix).length;
  }

  /**
   * Keeps what is being written, at once. Cheap enough for every key.
   *
   * @param {string} thread
   * @param {string} text Empty forgets.
   */
  set(thread, text) {
    const key = this.#prefix + thread;
    if (text === "") return void this.#memory.set(key, null);
    const isNew = this.#memory.get(key) === null;
    this.#memory.set(key, { text, at: this.#clock.now() });
    if (isNew) this.#prune();
  }

  /**
   * Follows what other tabs write. The listener decides whether to show it: not under a cursor.
   *
   * @param {(change: { thread: string, text: string }) => void} listener
   * @returns {() => void} How to stop.
   */
  watch(listener) {
    return this.#memory.watch(this.#prefix, ({ key, value }) => {
      listener({ thread: key.slice(this.#prefix.length), text: readKept(value)?.text ?? "" });
    });
  }

  /** Forgets everything: the person signs out. */
  forget() {
    for (const key of this.#memory.keys(this.#prefix)) this.#memory.set(key, null);
  }

  #prune() {
    const kept = this.#memory.keys(this.#prefix).map((key) => ({
      key,
      at: readKept(this.#memory.get(key))?.at ?? 0,
    }));
    const stale = kept.toSorted((one, other) => other.at - one.at).slice(MAX_WRITING);
    for (const { key } of stale) this.#memory.set(key, null);
  }
}

/**
 * @param {unknown} value
 * @returns {Kept | null}
 */
function readKept(value) {
  if (typeof value !== "object" || value === null || !("text" in value) || !("at" in value)) return null;
  const { text, at } = value;
  return typeof text === "string" && typeof at === "number" ? { text, at } : null;
}
