/**
 * How far a program has come in each conversation, kept so that its next run goes on from there.
 *
 * @module
 */

/** @import { Memory } from "./platform.js" */

/**
 * Everything up to `seq` was handled; `change` is the highest change among that, or 0 where none is known.
 *
 * @typedef {object} Position
 * @property {number} seq
 * @property {number} change
 */

/**
 * `since`: the `now` of a sync after which nothing was left to handle, or null while there was none.
 *
 * @typedef {object} Head
 * @property {string} epoch Of the store that the positions speak of.
 * @property {string | null} since
 */

export class Positions {
  #memory;
  #head;
  #prefix;

  /** @param {{ memory: Memory, userId: number }} options */
  constructor({ memory, userId }) {
    this.#memory = memory;
    this.#head = `client.${userId}`;
    this.#prefix = `client.${userId}.`;
  }

  /** What was kept last, or null where a first sync has never been finished. */
  get head() {
    return readHead(this.#memory.get(this.#head));
  }

  /** @param {Head} head */
  keepHead(head) {
    this.#memory.set(this.#head, head);
  }

  /** @returns {Map<string, Position>} By conversation id. */
  all() {
    /** @type {Map<string, Position>} */
    const positions = new Map();
    for (const key of this.#memory.keys(this.#prefix)) {
      const position = readPosition(this.#memory.get(key));
      if (position !== null) positions.set(key.slice(this.#prefix.length), position);
    }
    return positions;
  }

  /**
   * @param {string} conversationId
   * @param {Position | null} position `null` forgets.
   */
  keep(conversationId, position) {
    this.#memory.set(this.#prefix + conversationId, position);
  }

  /** Forgets everything: it speaks of another store. */
  forget() {
    for (const key of this.#memory.keys(this.#prefix)) this.#memory.set(key, null);
    this.#memory.set(this.#head, null);
  }
}

/**
 * @param {unknown} value
 * @returns {Head | null}
 */
function readHead(value) {
  if (typeof value !== "object" || value === null || !("epoch" in value) || !("since" in value)) return null;
  const { epoch, since } = value;
  if (typeof epoch !== "string" || (typeof since !== "string" && since !== null)) return null;
  return { epoch, since };
}

/**
 * @param {unknown} value
 * @returns {Position | null}
 */
function readPosition(value) {
  if (typeof value !== "object" || value === null || !("seq" in value) || !("change" in value)) return null;
  const { seq, change } = value;
  return isCounter(seq) && isCounter(change) ? { seq, change } : null;
}

/**
 * @param {unknown} value
 * @returns {value is number}
 */
function isCounter(value) {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}
