/**
 * Hands messages to a program: those of a conversation in rising seq, one at a time, each until it was handled.
 *
 * Of each conversation it knows how far messages were taken and handled, and how far there are any. One that follows
 * what was taken is taken at once; where some are missing, or too many wait, the conversation is behind, and what it
 * lacks is to be asked for once there is room.
 *
 * @module
 */

/** @import { MessageFrame } from "../../realtime/frames.ts" */
/** @import { Clock } from "./platform.js" */
/** @import { Position, Positions } from "./positions.js" */

/** Messages that may wait to be handled, of all conversations together; the others wait on the server. */
export const MAX_WAITING_MESSAGES = 1_000;
/** A message whose handling failed is handed over again after this, then after twice as long, up to the cap, ms. */
export const AGAIN_BASE_MS = 1_000;
export const AGAIN_CAP_MS = 30_000;
/** Conversations named in `have`, so that the frame stays small; the others come as if unknown. */
const MAX_HAVE = 1_000;

/**
 * A place in the order of a conversation. `message`: null where there is nothing to hand over.
 *
 * @typedef {{ seq: number, change: number, message: MessageFrame | null }} Entry
 */

/**
 * @typedef {object} Stream
 * @property {string} id Of the conversation.
 * @property {Position} taken Everything up to here was taken, or is known not to exist.
 * @property {number} last The newest seq there is, as far as known.
 * @property {Entry[]} entries Taken, and not handled; the first may be under way.
 * @property {boolean} isHandling
 */

/**
 * @typedef {object} FeedOptions
 * @property {Positions} positions
 * @property {Clock} clock
 * @property {number} selfId Whose own messages are not handed over.
 * @property {(message: MessageFrame) => Promise<void>} hand Resolves once the message was handled.
 * @property {(conversationId: string, seq: number) => void} onHandled A message of somebody else was handled.
 * @property {() => void} onRoom There may be something to ask for, or nothing left to do.
 */

export class Feed {
  #options;
  /** By conversation, those that moved last at the end. @type {Map<string, Stream>} */
  #streams = new Map();
  /** Those of which messages are missing. @type {Set<Stream>} */
  #behind = new Set();
  #waiting = 0;
  #open = true;
  /** @type {Set<Promise<void>>} */
  #running = new Set();
  /** How to end a pause before a message is handed over again. @type {Set<() => void>} */
  #pauses = new Set();

  /** @param {FeedOptions} options */
  constructor(options) {
    this.#options = options;
    for (const [id, position] of options.positions.all()) this.#add(id, position);
  }

  /** Whether everything that is known to exist was handled. */
  get isDone() {
    return this.#waiting === 0 && this.#behind.size === 0;
  }

  /** @returns {Record<string, number>} The highest change taken, of the conversations that moved last. */
  get have() {
    const known = [...this.#streams.values()].filter(({ taken }) => taken.change > 0);
    return Object.fromEntries(known.slice(-MAX_HAVE).map(({ id, taken }) => [id, taken.change]));
  }

  /**
   * Whether it is known how far a conversation was handled.
   *
   * @param {string} id
   * @returns {boolean}
   */
  has(id) {
    return this.#streams.has(id);
  }

  /**
   * Begins a conversation after `seq`.
   *
   * @param {string} id
   * @param {number} seq
   */
  begin(id, seq) {
    this.drop(id);
    this.#add(id, { seq, change: 0 });
    this.#options.positions.keep(id, { seq, change: 0 });
  }

  /**
   * Which messages of a conversation there are; those below `first` exist no more.
   *
   * @param {string} id
   * @param {{ first: number, last: number }} bounds
   */
  bound(id, { first, last }) {
    const stream = this.#streams.get(id);
    if (stream === undefined) return;
    if (stream.taken.seq < first - 1) stream.taken = { ...stream.taken, seq: first - 1 };
    this.#know(stream, last);
  }

  /**
   * Takes a message, or learns by it that some are missing. One of a conversation that is not begun is left alone.
   *
   * @param {MessageFrame} message
   */
  offer(message) {
    const { conversation_id: id, seq, change, deleted_at: deletedAt } = message.data;
    const isNone = message.from_user_id === this.#options.selfId || deletedAt !== undefined;
    this.#take(id, { seq, change, message: isNone ? null : message });
  }

  /**
   * An own message got its place.
   *
   * @param {string} id
   * @param {number} seq
   */
  own(id, seq) {
    this.#take(id, { seq, change: 0, message: null });
  }

  /**
   * A conversation of which messages can be asked for now, and after which seq; each has its turn.
   *
   * @returns {{ id: string, after: number } | null}
   */
  nextBehind() {
    if (!this.#open || this.#waiting >= MAX_WAITING_MESSAGES) return null;
    for (const stream of this.#behind) {
      if (stream.entries.length > 0) continue;
      this.#behind.delete(stream);
      this.#behind.add(stream);
      return { id: stream.id, after: stream.taken.seq };
    }
    return null;
  }

  /**
   * Takes the messages that follow `after`, as the server has them. Those that it left out exist no more.
   *
   * @param {{ id: string, after: number }} asked
   * @param {readonly MessageFrame[]} messages
   */
  fill({ id, after }, messages) {
    const stream = this.#streams.get(id);
    if (stream === undefined) return;
    const first = messages[0]?.data.seq ?? stream.last + 1;
    if (stream.taken.seq === after) stream.taken = { ...stream.taken, seq: first - 1 };
    for (const message of messages) this.offer(message);
    this.#know(stream, 0);
  }

  /**
   * Forgets a conversation.
   *
   * @param {string} id
   */
  drop(id) {
    const stream = this.#streams.get(id);
    if (stream === undefined) return;
    this.#waiting -= stream.entries.length;
    stream.entries = [];
    this.#streams.delete(id);
    this.#behind.delete(stream);
    this.#options.positions.keep(id, null);
  }

  /** Forgets all of them, and what was kept: another store. */
  forget() {
    for (const id of [...this.#streams.keys()]) this.drop(id);
    this.#options.positions.forget();
  }

  /** Hands over nothing more; resolves when what was handed over has been handled, or has failed. */
  async stop() {
    this.#open = false;
    for (const end of [...this.#pauses]) end();
    await Promise.all([...this.#running]);
  }

  /**
   * @param {string} id
   * @param {Position} taken
   */
  #add(id, taken) {
    this.#streams.set(id, { id, taken, last: taken.seq, entries: [], isHandling: false });
  }

  /**
   * @param {Stream} stream
   * @param {number} last
   */
  #know(stream, last) {
    stream.last = Math.max(stream.last, last, stream.taken.seq);
    if (stream.last > stream.taken.seq) this.#behind.add(stream);
    else this.#behind.delete(stream);
  }

  /**
   * @param {string} id
   * @param {Entry} entry
   */
  #take(id, entry) {
    const stream = this.#streams.get(id);
    if (stream === undefined) return;
    const follows = entry.seq === stream.taken.seq + 1 && this.#waiting < MAX_WAITING_MESSAGES;
    if (follows) {
      stream.taken = { seq: entry.seq, change: Math.max(stream.taken.change, entry.change) };
      stream.entries.push(entry);
      this.#waiting++;
      this.#streams.delete(id);
      this.#streams.set(id, stream);
    }
    this.#know(stream, entry.seq);
    if (follows && !stream.isHandling) this.#run(stream);
    if (!follows) this.#options.onRoom();
  }

  /** @param {Stream} stream */
  #run(stream) {
    const run = this.#handleAll(stream).finally(() => {
      this.#running.delete(run);
      this.#options.onRoom();
    });
    this.#running.add(run);
  }

  /** @param {Stream} stream */
  async #handleAll(stream) {
    stream.isHandling = true;
    for (let entry = stream.entries[0]; entry !== undefined; entry = stream.entries[0]) {
      const isHandled = entry.message === null || await this.#hand(entry.message);
      // Given up; or it was dropped meanwhile, and what was handled speaks of another store.
      if (!isHandled || stream.entries[0] !== entry) break;
      stream.entries.shift();
      this.#waiting--;
      this.#handled(stream, entry);
    }
    stream.isHandling = false;
  }

  /**
   * @param {Stream} stream
   * @param {Entry} entry
   */
  #handled({ id, entries, taken }, { seq, change, message }) {
    const isLast = entries.length === 0;
    if (message === null && !isLast) return;
    this.#options.positions.keep(id, { seq, change: isLast ? taken.change : change });
    if (message !== null) this.#options.onHandled(id, seq);
  }

  /**
   * @param {MessageFrame} message
   * @returns {Promise<boolean>} Whether it was handled, and not given up.
   */
  async #hand(message) {
    for (let wait = AGAIN_BASE_MS; this.#open; wait = Math.min(AGAIN_CAP_MS, wait * 2)) {
      try {
        await this.#options.hand(message);
        return true;
      } catch (error) {
        if (!this.#open) return false;
        queueMicrotask(() => {
          throw error;
        });
      }
      await this.#pause(wait);
    }
    return false;
  }

  /** @param {number} ms */
  async #pause(ms) {
    await new Promise((resolve) => {
      const end = () => {
        cancel();
        this.#pauses.delete(end);
        resolve(undefined);
      };
      const cancel = this.#options.clock.after(ms, end);
      this.#pauses.add(end);
    });
  }
}
