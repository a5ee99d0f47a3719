/**
 * Own messages until they are acknowledged: kept, sent in order, sent again with the same id, or given up.
 *
 * One message of a conversation is under way at a time, so that a refusal can never turn the order round.
 *
 * @module
 */
import { MAX_WAITING, toFrame } from "./draft.js";
import { Emitter } from "./emitter.js";
import { byteLength, codePoints, storable } from "./frames.js";

/** @import { ServerFrame } from "../../realtime/frames.ts" */
/** @import { Draft } from "./draft.js" */
/** @import { OutFrame } from "./frames.js" */
/** @import { Clock } from "./platform.js" */

/** An acknowledgement that takes longer makes the message go again, with the same id, ms. */
export const ACKNOWLEDGE_TIMEOUT_MS = 10_000;
/** Waits after "later" double up to this, ms. */
const LATER_CAP_MS = 30_000;
const LATER_BASE_MS = 1_000;
/** What the server takes while it has not said otherwise (contract §3.1, §3.3). */
const DEFAULT_LIMITS = { contentPoints: 10_000, frameBytes: 131_072 };

/** @typedef {Extract<ServerFrame, { type: "error" }>} Refusal */

/**
 * @typedef {object} OutboxEvents
 * @property {readonly Draft[]} change
 */

/** @extends {Emitter<OutboxEvents>} */
export class Outbox extends Emitter {
  #options;
  #limits = DEFAULT_LIMITS;
  /** @type {readonly Draft[]} */
  #drafts = [];
  /** Under way: how to forget the timeout, by id. @type {Map<string, () => void>} */
  #flying = new Map();
  #open = false;
  #setbacks = 0;
  /** @type {(() => void) | null} */
  #resume = null;

  /**
   * @param {object} options
   * @param {(frame: OutFrame) => boolean} options.send
   * @param {Clock} options.clock
   * @param {() => number} options.random
   * @param {() => string} options.newId
   * @param {readonly Draft[]} options.drafts Those left over from before a reload.
   */
  constructor(options) {
    super();
    this.#options = options;
    this.#drafts = options.drafts.slice(0, MAX_WAITING);
  }

  /** @returns {readonly Draft[]} In the order they were written. */
  get drafts() {
    return this.#drafts;
  }

  /**
   * Takes a message to send. Null when too many wait already.
   *
   * @param {{ toUserId: number, content: string }} message
   * @returns {Draft | null}
   */
  add({ toUserId, content }) {
    if (this.#drafts.length >= MAX_WAITING) return null;
    /** @type {Draft} */
    const draft = {
      id: this.#options.newId(),
      toUserId,
      content: storable(content),
      createdAt: this.#options.clock.now(),
      status: "pending",
      error: null,
    };
    this.#set([...this.#drafts, draft]);
    this.#flush();
    return draft;
  }

  /**
   * Sends everything that waits, from now on.
   *
   * @param {{ contentPoints: number, frameBytes: number }} limits
   */
  open(limits) {
    this.#limits = limits;
    this.#open = true;
    this.#flush();
  }

  /**
   * The connection is gone: what was under way goes again with the next one. Except after `tooBig`: one of them
   * broke the connection, and the longest is the one that must not be sent again.
   *
   * @param {{ tooBig: boolean }} options
   */
  close({ tooBig }) {
    this.#open = false;
    const flying = this.#drafts.filter((draft) => this.#flying.has(draft.id));
    for (const cancel of this.#flying.values()) cancel();
    this.#flying.clear();
    this.#resume?.();
    this.#resume = null;
    if (!tooBig) return;
    const [longest] = flying.toSorted((one, other) => byteLength(other.content) - byteLength(one.content));
    if (longest !== undefined) this.#fail(longest.id, "too_large");
  }

  /**
   * The message is stored. Answers the draft, or null when the frame speaks of none.
   *
   * @param {string} id
   * @returns {Draft | null}
   */
  acknowledge(id) {
    const draft = this.#find(id);
    if (draft === undefined) return null;
    this.#land(id);
    this.#setbacks = 0;
    this.#set(this.#drafts.filter((other) => other.id !== id));
    this.#flush();
    return draft;
  }

  /**
   * The message was refused: later again, or never. False when the frame speaks of no draft.
   *
   * @param {Refusal} frame
   * @returns {boolean}
   */
  refuse(frame) {
    const draft = frame.id === undefined ? undefined : this.#find(frame.id);
    if (draft === undefined) return false;
    this.#land(draft.id);
    if (frame.data.temporary) this.#pause(frame.data.retry_after_ms);
    else this.#fail(draft.id, frame.data.error);
    this.#flush();
    return true;
  }

  /**
   * Tries a failed message once more. It keeps its id, unless that id is what was wrong with it.
   *
   * @param {string} id
   */
  retry(id) {
    const draft = this.#find(id);
    if (draft === undefined || draft.status !== "failed") return;
    const again = draft.error === "id_reused" ? this.#options.newId() : id;
    this.#replace(id, { ...draft, id: again, status: "pending", error: null });
    this.#flush();
  }

  /**
   * Forgets a failed message.
   *
   * @param {string} id
   */
  discard(id) {
    this.#set(this.#drafts.filter((draft) => draft.id !== id || draft.status !== "failed"));
  }

  #flush() {
    if (!this.#open || this.#resume !== null) return;
    const busy = new Set(
      this.#drafts.filter(({ id }) => this.#flying.has(id)).map(({ toUserId }) => toUserId),
    );
    for (const draft of this.#drafts) {
      if (draft.status !== "pending") continue;
      const problem = this.#problem(draft);
      if (problem !== null) this.#fail(draft.id, problem);
      if (problem !== null || busy.has(draft.toUserId)) continue;
      if (!this.#launch(draft)) return this.#pause(LATER_BASE_MS);
      busy.add(draft.toUserId);
    }
  }

  /**
   * @param {Draft} draft
   * @returns {boolean}
   */
  #launch(draft) {
    if (!this.#options.send(toFrame(draft))) return false;
    const cancel = this.#options.clock.after(ACKNOWLEDGE_TIMEOUT_MS, () => {
      this.#flying.delete(draft.id);
      this.#flush();
    });
    this.#flying.set(draft.id, cancel);
    return true;
  }

  /**
   * Why a message cannot be sent at all, or null.
   *
   * @param {Draft} draft
   * @returns {string | null}
   */
  #problem(draft) {
    if (draft.content === "") return "empty";
    const fits = codePoints(draft.content) <= this.#limits.contentPoints &&
      byteLength(JSON.stringify(toFrame(draft))) <= this.#limits.frameBytes;
    return fits ? null : "too_large";
  }

  /** @param {number | undefined} retryAfterMs */
  #pause(retryAfterMs) {
    this.#resume?.();
    const { clock, random } = this.#options;
    const doubled = Math.min(LATER_CAP_MS, LATER_BASE_MS * 2 ** Math.min(this.#setbacks++, 16));
    const wait = Math.max(retryAfterMs ?? 0, doubled / 2) + random() * (doubled / 2);
    this.#resume = clock.after(wait, () => {
      this.#resume = null;
      this.#flush();
    });
  }

  /** @param {string} id */
  #land(id) {
    this.#flying.get(id)?.();
    this.#flying.delete(id);
  }

  /**
   * @param {string} id
   * @param {string} error
   */
  #fail(id, error) {
    const draft = this.#find(id);
    if (draft !== undefined) this.#replace(id, { ...draft, status: "failed", error });
  }

  /** @param {string} id */
  #find(id) {
    return this.#drafts.find((draft) => draft.id === id);
  }

  /**
   * @param {string} id
   * @param {Draft} next
   */
  #replace(id, next) {
    this.#set(this.#drafts.map((draft) => draft.id === id ? next : draft));
  }

  /** @param {readonly Draft[]} drafts */
  #set(drafts) {
    this.#drafts = drafts;
    this.emit("change", drafts);
  }
}
