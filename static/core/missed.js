/**
 * Brings a feed what it missed: `sync` on every connection says what there is, `history` the messages, page by page.
 *
 * @module
 */
import { RequestError } from "./requests.js";
import { Timers } from "./timers.js";

/** @import { Conversation } from "../../realtime/frames.ts" */
/** @import { Feed } from "./feed.js" */
/** @import { Clock } from "./platform.js" */
/** @import { Positions } from "./positions.js" */
/** @import { Answers, Requests } from "./requests.js" */

/** Messages of a conversation that a sync may bring, and a page of history. */
const SYNC_LIMIT = 50;
const PAGE = 100;
/** After a refusal that says nothing of later it is asked again all the same, ms. */
const REFUSED_MS = 30_000;

/**
 * @typedef {object} MissedOptions
 * @property {Requests} requests
 * @property {Feed} feed
 * @property {Positions} positions
 * @property {(conversation: Conversation) => void} onConversation Each that a sync tells of.
 * @property {Clock} clock
 * @property {() => number} random
 */

export class Missed {
  #options;
  #timers;
  /** Counts connections: what an earlier one was answered is of no use. */
  #generation = 0;
  #open = false;
  /** @type {string | null} */
  #epoch;
  /** The `now` of the last finished sync. @type {string | null} */
  #since;
  /** Whether the head that is kept says so too. */
  #isKept = true;
  /** Whether every conversation has a position: one that turns up without is new. */
  #isBegun;
  /** Whether this connection has been told what there is. */
  #isSynced = false;
  #isSyncing = false;
  #again = false;
  #isPulling = false;

  /** @param {MissedOptions} options */
  constructor(options) {
    this.#options = options;
    this.#timers = new Timers(options.clock);
    const head = options.positions.head;
    this.#epoch = head?.epoch ?? null;
    this.#since = head?.since ?? null;
    this.#isBegun = head !== null;
  }

  /**
   * A connection was welcomed.
   *
   * @param {string} epoch Of the server's store. Another one than before: whatever was handled was of another store.
   */
  open(epoch) {
    if (this.#epoch !== null && this.#epoch !== epoch) {
      this.#options.feed.forget();
      this.#since = null;
      this.#isBegun = false;
    }
    this.#epoch = epoch;
    this.#open = true;
    this.sync();
  }

  /** The connection is gone. */
  close() {
    this.#open = false;
    this.#generation++;
    this.#isSynced = false;
    this.#isSyncing = false;
    this.#again = false;
    this.#isPulling = false;
    this.#timers.clear();
  }

  /** Asks what there is; while that is under way, once more after it. */
  sync() {
    if (!this.#open) return;
    if (this.#isSyncing) this.#again = true;
    else void this.#syncAll();
  }

  /**
   * Asks at a random moment within that time, so that not everybody does at once.
   *
   * @param {number} ms
   */
  syncWithin(ms) {
    if (!this.#timers.has("sync")) {
      this.#timers.start("sync", this.#options.random() * ms, () => this.sync());
    }
  }

  /**
   * A message of a conversation came, or was sent. One without a position is new, or was overtaken by its message
   * while everything was told for the first time.
   *
   * @param {string} conversationId
   */
  meet(conversationId) {
    const { feed } = this.#options;
    if (feed.has(conversationId)) return;
    if (this.#isBegun) feed.begin(conversationId, 0);
    else if (this.#isSyncing) this.#again = true;
  }

  /** There may be something to ask for, or nothing left to do. */
  pull() {
    if (!this.#isSynced || this.#isPulling || this.#timers.has("pull")) return;
    const { feed } = this.#options;
    const next = feed.nextBehind();
    if (next !== null) void this.#fetch(next);
    else if (feed.isDone && !this.#isKept) this.#keepHead();
  }

  async #syncAll() {
    const generation = this.#generation;
    this.#isSyncing = true;
    try {
      await this.#readPages(generation);
    } catch (error) {
      if (generation === this.#generation) this.#isSyncing = false;
      return this.#refused(error, { name: "sync", generation, run: () => this.sync() });
    }
    if (generation !== this.#generation) return;
    this.#isSyncing = false;
    if (this.#again) {
      this.#again = false;
      return this.sync();
    }
    if (!this.#isBegun) {
      this.#isBegun = true;
      this.#options.positions.keepHead({ epoch: this.#epoch ?? "", since: null });
    }
    this.#isSynced = true;
    this.pull();
  }

  /** @param {number} generation */
  async #readPages(generation) {
    const { requests, feed } = this.#options;
    const { have } = feed;
    const since = this.#since;
    /** Told on the first page, for all of them. @type {Set<string>} */
    const resets = new Set();
    /** @type {string | null} */
    let page = null;
    do {
      /** @type {Answers["sync"]} */
      const data = await requests.ask({
        type: "sync",
        data: {
          have,
          limit: SYNC_LIMIT,
          ...(since === null ? {} : { since }),
          ...(page === null ? {} : { page }),
        },
      }, "sync");
      if (generation !== this.#generation) return;
      for (const id of data.reset) resets.add(id);
      this.#take(data, { resets, have });
      page = data.next;
      if (page !== null) continue;
      this.#since = data.now;
      this.#isKept = false;
    } while (page !== null);
  }

  /**
   * @param {Answers["sync"]} data
   * @param {{ resets: ReadonlySet<string>, have: Readonly<Record<string, number>> }} told
   */
  #take({ conversations, messages, gone }, { resets, have }) {
    const { feed, onConversation } = this.#options;
    for (const id of gone) feed.drop(id);
    for (const info of conversations) {
      const { conversation_id: id, first_seq: first, last_seq: last, delivered_seq: delivered } = info;
      // The store is an older one: what it has was handled, and the seqs that it has lost are given out anew. Where it
      // is not, many old messages were changed, and those were handled.
      if (resets.has(id) && (have[id] ?? 0) > info.last_change) feed.begin(id, last);
      else if (!feed.has(id)) feed.begin(id, this.#isBegun ? 0 : delivered);
      for (const message of messages[id] ?? []) feed.offer(message);
      feed.bound(id, { first, last });
      onConversation(info);
    }
  }

  /** @param {{ id: string, after: number }} asked */
  async #fetch(asked) {
    const { requests, feed } = this.#options;
    const generation = this.#generation;
    this.#isPulling = true;
    try {
      const { messages } = await requests.ask({
        type: "history",
        data: { conversation_id: asked.id, after_seq: asked.after, limit: PAGE },
      }, "history");
      if (generation !== this.#generation) return;
      feed.fill(asked, messages);
    } catch (error) {
      if (error instanceof RequestError && error.word === "not_a_member") feed.drop(asked.id);
      else this.#refused(error, { name: "pull", generation, run: () => this.pull() });
    } finally {
      if (generation === this.#generation) this.#isPulling = false;
    }
    this.pull();
  }

  #keepHead() {
    this.#isKept = true;
    this.#options.positions.keepHead({ epoch: this.#epoch ?? "", since: this.#since });
  }

  /**
   * @param {unknown} error
   * @param {{ name: string, generation: number, run: () => void }} again
   */
  #refused(error, { name, generation, run }) {
    if (!(error instanceof RequestError)) throw error;
    if (error.word === "lost" || generation !== this.#generation) return;
    const wait = error.later ? error.retryAfterMs : REFUSED_MS;
    this.#timers.start(name, wait * (1 + this.#options.random()), run);
  }
}
