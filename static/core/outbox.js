/**
 * Own messages until they are acknowledged: kept, sent in order, sent again with the same id, or given up.
 *
 * One message of a conversation is under way at a time, so that a refusal can never turn the order round. Any tab may
 * send any message, since its id lets the server store it once; the tab that wrote it comes first.
 *
 * @module
 */
import { DEFAULT_LIMITS, MAX_WAITING, problemOf, retried, toFrame } from "./draft.js";
import { DraftList } from "./draft_list.js";
import { Emitter } from "./emitter.js";
import { byteLength, storable } from "./frames.js";
import { Pace } from "./pace.js";
import { Timers } from "./timers.js";

/** @import { ServerFrame } from "../../realtime/frames.ts" */
/** @import { Draft } from "./draft.js" */
/** @import { DraftStore } from "./draft_store.js" */
/** @import { OutFrame } from "./frames.js" */
/** @import { Clock } from "./platform.js" */

/** An acknowledgement that takes longer makes the message go again, with the same id, ms. */
export const ACKNOWLEDGE_TIMEOUT_MS = 10_000;
/** While the tab that wrote a message gets on with its messages, the others leave them to it, ms. */
export const OTHERS_PATIENCE_MS = 1_000;
/** A message that another tab saw stored comes here within this, or with the next sync, ms. */
export const SETTLED_PATIENCE_MS = 5_000;
/** Waits after "later" double up to this, ms. */
const LATER_CAP_MS = 30_000;
const LATER_BASE_MS = 1_000;

/** @typedef {{ change: readonly Draft[] }} OutboxEvents */

/**
 * @typedef {object} OutboxOptions
 * @property {(frame: OutFrame) => boolean} send
 * @property {Clock} clock
 * @property {() => number} random
 * @property {() => string} newId
 * @property {DraftStore} store
 */

/** @extends {Emitter<OutboxEvents>} */
export class Outbox extends Emitter {
  #options;
  #limits = DEFAULT_LIMITS;
  #list;
  #pace;
  /** Under way: how to forget the timeout, by id. @type {Map<string, () => void>} */
  #flying = new Map();
  /** Written by other tabs, and left to them for a while. @type {Set<string>} */
  #others = new Set();
  #open = false;
  #setbacks = 0;
  #timers;
  /** @type {(() => void) | null} */
  #unwatch = null;

  /** @param {OutboxOptions} options */
  constructor(options) {
    super();
    this.#options = options;
    this.#list = new DraftList(options.store);
    this.#pace = new Pace(options.clock);
    this.#timers = new Timers(options.clock);
  }

  /** @returns {readonly Draft[]} In the order they were written. */
  get drafts() {
    return this.#list.all;
  }

  /** Whether a message was sent and its acknowledgement has not come. */
  get isWaiting() {
    return this.#flying.size > 0;
  }

  /** Follows what other tabs write and see stored. */
  watch() {
    this.#unwatch ??= this.#options.store.watch({
      put: (draft) => {
        if (this.#list.find(draft.id) === undefined) this.#others.add(draft.id);
        this.#list.takeIn(draft);
        this.#leaveToOthers();
        this.#changed();
      },
      removed: (id) => {
        this.#list.letGo(id);
        this.#land(id);
        this.#changed();
      },
    });
    this.reread();
  }

  /** Ends {@link watch}. */
  unwatch() {
    this.#unwatch?.();
    this.#unwatch = null;
  }

  /** Looks again at what is kept: a page that slept was told nothing. */
  reread() {
    if (this.#list.reread()) this.#changed();
  }

  /**
   * Takes a message to send. Null when too many wait already.
   *
   * @param {{ toUserId: number, content: string, id?: string }} message
   * @returns {Draft | null}
   */
  add({ toUserId, content, id = this.#options.newId() }) {
    if (this.#list.all.length >= MAX_WAITING) return null;
    /** @type {Draft} */
    const draft = {
      id,
      toUserId,
      content: storable(content),
      createdAt: this.#list.nextTime(this.#options.clock.now()),
      status: "pending",
      error: null,
    };
    this.#list.add(draft);
    this.#changed();
    return draft;
  }

  /**
   * Sends everything that waits, from now on.
   *
   * @param {{ contentPoints: number, frameBytes: number, messages: { rate: number, burst: number } }} limits
   */
  open({ messages, ...limits }) {
    this.#limits = limits;
    this.#pace.set(messages);
    this.#open = true;
    this.#leaveToOthers();
    this.#flush();
  }

  /** Everything stored before is known to this tab. */
  synced() {
    if (this.#list.dropSettled()) this.#changed();
  }

  /**
   * The connection is gone: what was under way goes again with the next one. Except after `tooBig`: one of them
   * broke the connection, and the longest is the one that must not be sent again.
   *
   * @param {{ tooBig: boolean }} options
   */
  close({ tooBig }) {
    this.#open = false;
    const flying = this.#list.all.filter((draft) => this.#flying.has(draft.id));
    for (const { id } of flying) this.#land(id);
    this.#timers.clear();
    if (!tooBig) return;
    const [longest] = flying.toSorted((one, other) => byteLength(other.content) - byteLength(one.content));
    if (longest !== undefined) this.#fail(longest.id, "too_large");
  }

  /**
   * The message is stored.
   *
   * @param {string} id
   */
  acknowledge(id) {
    if (this.#list.find(id) === undefined) return;
    this.#land(id);
    this.#setbacks = 0;
    this.#list.remove(id);
    this.#changed();
  }

  /**
   * The message was refused: later again, or never. False when the frame speaks of no draft.
   *
   * @param {Extract<ServerFrame, { type: "error" }>} frame
   * @returns {boolean}
   */
  refuse(frame) {
    const draft = frame.id === undefined ? undefined : this.#list.find(frame.id);
    if (draft === undefined) return false;
    this.#land(draft.id);
    const { code, error, temporary, retry_after_ms: retryAfterMs } = frame.data;
    if (code === 429) this.#pace.drain();
    if (temporary) this.#pause(retryAfterMs);
    else this.#fail(draft.id, error);
    this.#flush();
    return true;
  }

  /**
   * Tries a failed message once more.
   *
   * @param {string} id
   */
  retry(id) {
    const draft = this.#list.find(id);
    if (draft === undefined || draft.status !== "failed") return;
    this.#list.replace(id, retried(draft, this.#options.newId));
    this.#changed();
  }

  /**
   * Forgets a failed message.
   *
   * @param {string} id
   */
  discard(id) {
    if (this.#list.find(id)?.status !== "failed") return;
    this.#list.remove(id);
    this.#changed();
  }

  /** Forgets everything, for every tab: the person signs out. */
  forget() {
    this.close({ tooBig: false });
    this.#list.forget();
    this.#changed();
  }

  #changed() {
    this.emit("change", this.#list.all);
    this.#flush();
  }

  #flush() {
    if (!this.#open || this.#timers.has("resume")) return;
    const busy = new Set(
      this.#list.all.filter(({ id }) => this.#flying.has(id)).map(({ toUserId }) => toUserId),
    );
    for (const draft of this.#list.all) {
      if (busy.has(draft.toUserId) || !this.#list.waits(draft)) continue;
      const problem = problemOf(draft, this.#limits);
      if (problem !== null) {
        this.#fail(draft.id, problem);
        continue;
      }
      busy.add(draft.toUserId);
      if (this.#others.has(draft.id)) continue;
      const wait = this.#pace.take();
      if (wait > 0) return this.#timers.start("resume", wait, () => this.#flush());
      if (!this.#launch(draft)) return this.#pause(LATER_BASE_MS);
    }
    if (this.#list.hasSettled && !this.#timers.has("settled")) {
      this.#timers.start("settled", SETTLED_PATIENCE_MS, () => this.synced());
    }
  }

  /**
   * @param {Draft} draft
   * @returns {boolean}
   */
  #launch(draft) {
    const cancel = this.#options.clock.after(ACKNOWLEDGE_TIMEOUT_MS, () => {
      this.#flying.delete(draft.id);
      this.#flush();
    });
    this.#flying.set(draft.id, cancel);
    const isSent = this.#options.send(toFrame(draft));
    if (!isSent) this.#land(draft.id);
    return isSent;
  }

  /** Those who wrote what waits here may be gone: once they get on no more, it is sent from here. */
  #leaveToOthers() {
    if (!this.#open || this.#others.size === 0) return;
    this.#timers.start("others", OTHERS_PATIENCE_MS, () => {
      this.#others.clear();
      this.#flush();
    });
  }

  /** @param {number | undefined} retryAfterMs */
  #pause(retryAfterMs) {
    const doubled = Math.min(LATER_CAP_MS, LATER_BASE_MS * 2 ** Math.min(this.#setbacks++, 16));
    const wait = Math.max(retryAfterMs ?? 0, doubled / 2) + this.#options.random() * (doubled / 2);
    this.#timers.start("resume", wait, () => this.#flush());
  }

  /** @param {string} id */
  #land(id) {
    this.#flying.get(id)?.();
    this.#flying.delete(id);
    if (this.#others.delete(id)) this.#leaveToOthers();
  }

  /**
   * @param {string} id
   * @param {string} error
   */
  #fail(id, error) {
    const draft = this.#list.find(id);
    if (draft === undefined) return;
    this.#list.replace(id, { ...draft, status: "failed", error });
    this.emit("change", this.#list.all);
  }
}
