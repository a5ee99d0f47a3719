/**
 * Tells the server how far this client has received and read: cumulative, once each, again after a reconnect.
 *
 * @module
 */
import { holeOf, lastHeld } from "./timeline.js";

/** @import { OutFrame } from "./frames.js" */
/** @import { Chat, ChatState } from "./state.js" */
/** @import { Clock } from "./platform.js" */

/** Marks wait this long for company, ms: short enough for a tick to look immediate. */
const GATHER_MS = 40;
/** Frames of one turn, and the pause before the next: far below what a connection may send. */
const MAX_AT_ONCE = 20;
const PAUSE_MS = 1_000;

/** @typedef {{ delivered: number, read: number }} Pair */

const NOTHING = { delivered: 0, read: 0 };

export class Marks {
  #options;
  /** What the server is known to have. @type {Map<string, Pair>} */
  #known = new Map();
  /** What this connection was told. @type {Map<string, Pair>} */
  #sent = new Map();
  /** @type {(() => void) | null} */
  #cancel = null;
  #open = false;
  #atOnce = false;

  /**
   * @param {object} options
   * @param {(frame: OutFrame) => boolean} options.send
   * @param {() => Iterable<readonly [conversationId: string, marks: Pair]>} options.wanted What the server should have.
   * @param {Clock} options.clock
   */
  constructor(options) {
    this.#options = options;
  }

  /** The first sync of a connection is done: from now on marks are told. */
  open() {
    this.#open = true;
    this.soon();
  }

  /** The connection is gone, and with it what may have been under way. */
  close() {
    this.#open = false;
    this.#sent.clear();
    this.#cancel?.();
    this.#cancel = null;
  }

  /** Forgets everything: another store. */
  forget() {
    this.close();
    this.#known.clear();
  }

  /**
   * Notes what the server has, which only grows.
   *
   * @param {string} conversationId
   * @param {Pair} marks
   */
  note(conversationId, { delivered, read }) {
    const known = this.known(conversationId);
    this.#known.set(conversationId, {
      delivered: Math.max(known.delivered, delivered, read),
      read: Math.max(known.read, read),
    });
  }

  /**
   * The server has lost them: its store is an older one.
   *
   * @param {string} conversationId
   */
  drop(conversationId) {
    this.#known.delete(conversationId);
    this.#sent.delete(conversationId);
  }

  /**
   * What the server is known to have.
   *
   * @param {string} conversationId
   * @returns {Pair}
   */
  known(conversationId) {
    return this.#known.get(conversationId) ?? NOTHING;
  }

  /**
   * Whether marks wait for no company, since timers are slow: those of pages that nobody looks at.
   *
   * @param {boolean} atOnce
   */
  hurry(atOnce) {
    this.#atOnce = atOnce;
  }

  /** Looks, in a moment, what there is to tell. */
  soon() {
    if (!this.#open || this.#cancel !== null) return;
    this.#later(GATHER_MS);
    if (this.#atOnce) queueMicrotask(() => this.now());
  }

  /** Tells at once what waits for company. */
  now() {
    if (this.#cancel === null) return;
    this.#cancel();
    this.#cancel = null;
    this.#flush();
  }

  /** @param {number} ms */
  #later(ms) {
    this.#cancel = this.#options.clock.after(ms, () => {
      this.#cancel = null;
      this.#flush();
    });
  }

  #flush() {
    let left = MAX_AT_ONCE;
    for (const [id, marks] of this.#options.wanted()) {
      if (!this.#tell(id, marks)) continue;
      if (--left === 0) return this.#later(PAUSE_MS);
    }
  }

  /**
   * @param {string} id
   * @param {Pair} marks
   * @returns {boolean} Whether a frame was sent.
   */
  #tell(id, { read, delivered }) {
    const known = this.known(id);
    const sent = this.#sent.get(id) ?? NOTHING;
    if (read > known.read && read > sent.read) {
      this.#sent.set(id, { read, delivered: Math.max(sent.delivered, read) });
      return this.#options.send({ type: "read", data: { conversation_id: id, seq: read } });
    }
    if (delivered > known.delivered && delivered > sent.delivered) {
      this.#sent.set(id, { read: sent.read, delivered });
      return this.#options.send({ type: "delivered", data: { conversation_id: id, seq: delivered } });
    }
    return false;
  }
}

/**
 * What the page knows and the server should: how far it has received and read, of each conversation.
 *
 * @param {ChatState} state
 * @returns {Iterable<readonly [conversationId: string, marks: Pair]>}
 */
export function* marksOf({ selfId, chats }) {
  for (const [id, chat] of chats) {
    yield [id, { delivered: receivedSeq(chat, selfId), read: chat.info.read_seq }];
  }
}

/**
 * Up to where this client has everything, or knows what it has not; 0 when nothing of others is new in that.
 *
 * @param {Chat} chat
 * @param {number} selfId
 * @returns {number}
 */
function receivedSeq({ info, timeline }, selfId) {
  const upTo = holeOf(timeline, info.last_seq) === null ? info.last_seq : lastHeld(timeline);
  const first = timeline.messages[0]?.data.seq ?? Infinity;
  if (first > info.delivered_seq + 1) return info.unread > 0 ? upTo : 0;
  const isNews = timeline.messages.some(({ data, from_user_id: by }) =>
    by !== selfId && data.seq > info.delivered_seq
  );
  return isNews ? upTo : 0;
}
