/**
 * What others write, and what the server is told of it: received once it was handled, read when the program says so.
 *
 * @module
 */
import { Feed } from "./feed.js";
import { Marks } from "./marks.js";
import { Missed } from "./missed.js";
import { Positions } from "./positions.js";

/** @import { MessageFrame } from "../../realtime/frames.ts" */
/** @import { OutFrame } from "./frames.js" */
/** @import { Pair } from "./marks.js" */
/** @import { Clock, Memory } from "./platform.js" */
/** @import { Requests } from "./requests.js" */

/**
 * @typedef {object} InboxOptions
 * @property {Requests} requests
 * @property {(frame: OutFrame) => boolean} send
 * @property {Memory} memory
 * @property {Clock} clock
 * @property {() => number} random
 * @property {(message: MessageFrame) => Promise<void>} hand Resolves once the message was handled.
 */

export class Inbox {
  #options;
  #marks;
  /** What the server should know and is not known to. @type {Map<string, Pair>} */
  #wanted = new Map();
  /** Once it is known whose messages they are. @type {{ feed: Feed, missed: Missed } | null} */
  #parts = null;
  #isListening = false;
  /** Of the connection, or of the last one. @type {string | null} */
  #epoch = null;
  #isOpen = false;

  /** @param {InboxOptions} options */
  constructor(options) {
    this.#options = options;
    const { send, clock } = options;
    this.#marks = new Marks({ send, clock, wanted: () => this.#wanted });
  }

  /** Somebody handles messages: until then none is taken. */
  listen() {
    if (this.#isListening) return;
    this.#isListening = true;
    if (this.#isOpen && this.#epoch !== null) this.#parts?.missed.open(this.#epoch);
  }

  /**
   * A connection was welcomed.
   *
   * @param {{ userId: number, epoch: string }} welcome
   */
  open({ userId, epoch }) {
    if (this.#epoch !== null && this.#epoch !== epoch) {
      this.#marks.forget();
      this.#wanted.clear();
    }
    this.#epoch = epoch;
    this.#isOpen = true;
    this.#parts ??= this.#assemble(userId);
    this.#marks.open();
    if (this.#isListening) this.#parts.missed.open(epoch);
  }

  /** The connection is gone. */
  close() {
    this.#isOpen = false;
    this.#marks.close();
    this.#parts?.missed.close();
  }

  /**
   * A message came.
   *
   * @param {MessageFrame} message
   */
  take(message) {
    if (!this.#isListening) return;
    this.#parts?.missed.meet(message.data.conversation_id);
    this.#parts?.feed.offer(message);
  }

  /**
   * An own message was stored.
   *
   * @param {string} conversationId
   * @param {number} seq
   */
  own(conversationId, seq) {
    if (!this.#isListening) return;
    this.#parts?.missed.meet(conversationId);
    this.#parts?.feed.own(conversationId, seq);
  }

  /**
   * The server may have lost hints.
   *
   * @param {number} ms When to ask, at most.
   */
  resync(ms) {
    if (this.#isListening) this.#parts?.missed.syncWithin(ms);
  }

  /**
   * Everything up to `seq` was read.
   *
   * @param {string} conversationId
   * @param {number} seq
   */
  read(conversationId, seq) {
    this.#want(conversationId, { delivered: seq, read: seq });
  }

  /**
   * The server has these marks of ours.
   *
   * @param {string} conversationId
   * @param {Pair} marks
   */
  note(conversationId, marks) {
    this.#marks.note(conversationId, marks);
    const wanted = this.#wanted.get(conversationId);
    const known = this.#marks.known(conversationId);
    if (wanted !== undefined && wanted.delivered <= known.delivered && wanted.read <= known.read) {
      this.#wanted.delete(conversationId);
    }
  }

  /** Hands over nothing more; resolves when what was handed over has been handled and the server has been told. */
  async stop() {
    await this.#parts?.feed.stop();
    this.#marks.now();
  }

  /**
   * @param {string} conversationId
   * @param {Pair} marks
   */
  #want(conversationId, { delivered, read }) {
    const before = this.#wanted.get(conversationId);
    this.#wanted.set(conversationId, {
      delivered: Math.max(before?.delivered ?? 0, delivered),
      read: Math.max(before?.read ?? 0, read),
    });
    this.#marks.soon();
  }

  /** @param {number} userId */
  #assemble(userId) {
    const { requests, memory, clock, random, hand } = this.#options;
    const positions = new Positions({ memory, userId });
    const feed = new Feed({
      positions,
      clock,
      selfId: userId,
      hand,
      onHandled: (id, seq) => this.#want(id, { delivered: seq, read: 0 }),
      onRoom: () => missed.pull(),
    });
    /** @type {Missed} */
    const missed = new Missed({
      requests,
      feed,
      positions,
      clock,
      random,
      onConversation: ({ conversation_id: id, delivered_seq: delivered, read_seq: read }) =>
        this.note(id, { delivered, read }),
    });
    return { feed, missed };
  }
}
