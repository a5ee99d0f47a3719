/**
 * Promises for own messages: kept when the server has stored them, over reconnects and restarts.
 *
 * @module
 */
import { MAX_WAITING } from "./draft.js";
import { DraftStore } from "./draft_store.js";
import { Emitter } from "./emitter.js";
import { storable } from "./frames.js";
import { Outbox } from "./outbox.js";

/** @import { ServerFrame } from "../../realtime/frames.ts" */
/** @import { OutFrame } from "./frames.js" */
/** @import { Clock, Memory } from "./platform.js" */

/** Code points of an idempotency key (contract §3.1). */
const MAX_ID = 64;

/** Why a message was not sent, or is not known to be. */
export class SendError extends Error {
  /**
   * @param {string} word The server's machine word, or one of this client's: `empty`, `too_large`, `queue_full`; and
   *   `closed` and `ended`, after which the message waits in the client's memory for the next run.
   * @param {string} id
   */
  constructor(word, id) {
    super(`Cannot send message "${id}": ${word}`);
    this.name = "SendError";
    this.word = word;
    this.id = id;
    /** Whether it will never be sent; else it waits in the client's memory for the next run. */
    this.isFinal = word !== "closed" && word !== "ended";
  }
}

/** @typedef {{ messageId: string, conversationId: string, seq: number }} Sent Where a message was stored. */
/** @typedef {{ id: string, to: number, text: string, word: string }} Failed A message that will never be sent. */
/** @typedef {{ to: number, text: string, id: string }} Request */

/**
 * @typedef {Request & {
 *   promise: Promise<Sent>,
 *   resolve: (sent: Sent) => void,
 *   reject: (error: Error) => void,
 * }} Waiting
 */

/**
 * @typedef {object} SendingOptions
 * @property {(frame: OutFrame) => boolean} send
 * @property {Clock} clock
 * @property {() => number} random
 * @property {() => string} newId
 * @property {Memory} memory
 */

/** @extends {Emitter<{ failed: Failed }>} */
export class Sending extends Emitter {
  #options;
  /** Once it is known whose messages they are. @type {Outbox | null} */
  #outbox = null;
  /** @type {Map<string, Waiting>} */
  #waiting = new Map();
  #isAdding = false;
  #isLooking = false;
  /** Why nothing is sent any more. @type {"closed" | "ended" | null} */
  #over = null;

  /** @param {SendingOptions} options */
  constructor(options) {
    super();
    this.#options = options;
  }

  /**
   * Whose messages they are: those that an earlier run left are sent too.
   *
   * @param {number} userId
   */
  identify(userId) {
    if (this.#outbox !== null) return;
    const { memory } = this.#options;
    this.#outbox = new Outbox({ ...this.#options, store: new DraftStore({ memory, userId }) });
    this.#outbox.on("change", () => this.#lookSoon());
    this.#addAll();
  }

  /**
   * Sends, now or as soon as possible. Rejects with {@link SendError}.
   *
   * @param {number} to
   * @param {string} text
   * @param {string} [id]
   * @returns {Promise<Sent>}
   */
  send(to, text, id = this.#options.newId()) {
    const length = [...id].length;
    if (length < 1 || length > MAX_ID) {
      throw new RangeError(`The id of a message has 1 to ${MAX_ID} characters`);
    }
    if (this.#over !== null) return Promise.reject(new SendError(this.#over, id));
    const content = storable(text);
    const known = this.#waiting.get(id);
    if (known !== undefined && known.to === to && known.text === content) return known.promise;
    if (known !== undefined) return Promise.reject(new SendError("id_reused", id));
    if (this.#waiting.size >= MAX_WAITING) return Promise.reject(new SendError("queue_full", id));
    const waiting = newWaiting({ to, text: content, id });
    this.#waiting.set(id, waiting);
    this.#addAll();
    return waiting.promise;
  }

  /** @param {Parameters<Outbox["open"]>[0]} limits */
  open(limits) {
    this.#outbox?.open(limits);
  }

  /** @param {{ tooBig: boolean }} options */
  close(options) {
    this.#outbox?.close(options);
  }

  /**
   * The message is stored.
   *
   * @param {Extract<ServerFrame, { type: "read" }>["data"]} stored
   */
  acknowledge({ original_message_id: id, message_id: messageId, conversation_id: conversationId, seq }) {
    this.#take(id)?.resolve({ messageId, conversationId, seq });
    this.#outbox?.acknowledge(id);
  }

  /** @param {Extract<ServerFrame, { type: "error" }>} frame */
  refuse(frame) {
    this.#outbox?.refuse(frame);
  }

  /** Resolves when nothing waits any more of what waits now. */
  async settled() {
    await Promise.allSettled([...this.#waiting.values()].map(({ promise }) => promise));
  }

  /**
   * Sends nothing more. What is in the memory is sent by the next run.
   *
   * @param {"closed" | "ended"} word
   */
  abandon(word) {
    this.#over ??= word;
    const all = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { id, reject } of all) reject(new SendError(word, id));
  }

  /**
   * Puts into the outbox what is not there: the rest, once it is known whose; and what vanished from the memory without
   * an answer, since a repeat is answered as the first was.
   */
  #addAll() {
    if (this.#outbox === null || this.#isAdding) return;
    this.#isAdding = true;
    for (const { to, text, id } of [...this.#waiting.values()]) {
      const draft = this.#outbox.drafts.find((one) => one.id === id);
      if (draft === undefined) {
        if (this.#outbox.add({ toUserId: to, content: text, id }) === null) this.#reject("queue_full", id);
      } else if (draft.toUserId !== to || draft.content !== text) this.#reject("id_reused", id);
    }
    this.#isAdding = false;
  }

  /** After the outbox is done with what it does: it tells of changes in the middle of it. */
  #lookSoon() {
    if (this.#isLooking) return;
    this.#isLooking = true;
    queueMicrotask(() => {
      this.#isLooking = false;
      this.#look();
    });
  }

  #look() {
    const failed = this.#outbox?.drafts.filter(({ status }) => status === "failed") ?? [];
    for (const { id, error, toUserId: to, content: text } of failed) {
      const word = error ?? "refused";
      this.#reject(word, id);
      this.emit("failed", { id, to, text, word });
      this.#outbox?.discard(id);
    }
    this.#addAll();
  }

  /**
   * @param {string} word
   * @param {string} id
   */
  #reject(word, id) {
    this.#take(id)?.reject(new SendError(word, id));
  }

  /** @param {string} id */
  #take(id) {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    return waiting;
  }
}

/**
 * @param {Request} request
 * @returns {Waiting}
 */
function newWaiting(request) {
  /** @type {(sent: Sent) => void} */
  let resolve = () => {};
  /** @type {(error: Error) => void} */
  let reject = () => {};
  /** @type {Promise<Sent>} */
  const promise = new Promise((onSent, onFailed) => {
    resolve = onSent;
    reject = onFailed;
  });
  // Nobody has to wait for it: a refusal is told by `failed` too.
  promise.catch(() => {});
  return { ...request, promise, resolve, reject };
}
