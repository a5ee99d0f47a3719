/**
 * Questions over the socket: each has an id, and its answer, its refusal or the loss of the connection ends it.
 *
 * @module
 */

/** @import { ServerFrame } from "../../realtime/frames.ts" */
/** @import { OutFrame } from "./frames.js" */
/** @import { Clock } from "./platform.js" */

/** An answer that takes longer is not waited for, ms. */
export const ANSWER_TIMEOUT_MS = 20_000;
/** How long to wait when the server says "later" and not when, ms. */
const LATER_MS = 1_000;

/**
 * What answers hold, by their type.
 *
 * @typedef {{ [Type in "sync" | "history" | "presence"]: Extract<ServerFrame, { type: Type }>["data"] }} Answers
 */

/**
 * Why a question got no answer. `later`: the same question may be asked again after `retryAfterMs`.
 */
export class RequestError extends Error {
  /**
   * @param {string} word The server's machine word, or `lost` or `timeout`.
   * @param {{ later: boolean, retryAfterMs?: number | undefined }} options
   */
  constructor(word, { later, retryAfterMs }) {
    super(`The request failed: ${word}`);
    this.name = "RequestError";
    this.word = word;
    this.later = later;
    this.retryAfterMs = retryAfterMs ?? LATER_MS;
  }
}

/**
 * @typedef {object} Waiting
 * @property {(frame: ServerFrame) => void} resolve
 * @property {(error: RequestError) => void} reject
 * @property {() => void} cancelTimer
 */

/** Ties answers to questions by their id. */
export class Requests {
  #options;
  /** @type {Map<string, Waiting>} */
  #waiting = new Map();

  /** @param {{ send: (frame: OutFrame) => boolean, clock: Clock, newId: () => string }} options */
  constructor(options) {
    this.#options = options;
  }

  /** Whether a question waits for its answer. */
  get isWaiting() {
    return this.#waiting.size > 0;
  }

  /**
   * Asks, and resolves with the answer. Throws {@link RequestError}.
   *
   * @template {keyof Answers} Type
   * @param {OutFrame} frame
   * @param {Type} answerType
   * @returns {Promise<Answers[Type]>}
   */
  async ask(frame, answerType) {
    const answer = await this.#exchange(frame);
    if (answer.type !== answerType || !("data" in answer)) {
      throw new RequestError("unexpected_answer", { later: false });
    }
    return /** @type {Answers[Type]} */ (answer.data);
  }

  /**
   * Takes a frame that answers a question. False when it answers none.
   *
   * @param {ServerFrame} frame
   * @returns {boolean}
   */
  take(frame) {
    const id = "id" in frame ? frame.id : undefined;
    const waiting = id === undefined ? undefined : this.#waiting.get(id);
    if (id === undefined || waiting === undefined) return false;
    this.#finish(id, waiting);
    if (frame.type === "error") {
      const { error, temporary, retry_after_ms: retryAfterMs } = frame.data;
      waiting.reject(new RequestError(error, { later: temporary, retryAfterMs }));
    } else {
      waiting.resolve(frame);
    }
    return true;
  }

  /** Ends every open question: the connection is gone. */
  fail() {
    for (const [id, waiting] of [...this.#waiting]) {
      this.#finish(id, waiting);
      waiting.reject(new RequestError("lost", { later: false }));
    }
  }

  /**
   * @param {OutFrame} frame
   * @returns {Promise<ServerFrame>}
   */
  #exchange(frame) {
    const { send, clock, newId } = this.#options;
    const id = newId();
    return new Promise((resolve, reject) => {
      const cancelTimer = clock.after(ANSWER_TIMEOUT_MS, () => {
        this.#waiting.delete(id);
        reject(new RequestError("timeout", { later: true }));
      });
      const waiting = { resolve, reject, cancelTimer };
      this.#waiting.set(id, waiting);
      if (send({ ...frame, id })) return;
      this.#finish(id, waiting);
      reject(new RequestError("lost", { later: false }));
    });
  }

  /**
   * @param {string} id
   * @param {Waiting} waiting
   */
  #finish(id, waiting) {
    waiting.cancelTimer();
    this.#waiting.delete(id);
  }
}
