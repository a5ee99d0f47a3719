/**
 * Finds what was missed: `sync` on every connection, `history` for holes and for scrolling back.
 *
 * @module
 */
import { withHoleSkipped, withMessages, withSync } from "./chats.js";
import { RequestError } from "./requests.js";
import { chatsByActivity, chatWith } from "./state.js";
import { holeOf, isFillable } from "./timeline.js";
import { Timers } from "./timers.js";

/** @import { MessageFrame } from "../../realtime/frames.ts" */
/** @import { Answers, Requests } from "./requests.js" */
/** @import { Chat, ChatState } from "./state.js" */
/** @import { Clock } from "./platform.js" */

/** Messages a conversation that a sync brings; the rest is a limited hole. */
const SYNC_LIMIT = 50;
/** Who was away for longer than a long weekend is brought the list at once, with the newest message of each, ms. */
const LONG_AWAY_MS = 3 * 24 * 60 * 60 * 1_000;
const LONG_AWAY_LIMIT = 1;
/** Pages of one sync; no account has more conversations than these hold. */
const MAX_PAGES = 1_000;
/** Conversations named in `have`, so that the frame stays small; the others come as if unknown. */
const MAX_HAVE = 1_000;
/** Messages a page of history: scrolling back is a matter of round trips. */
export const PAGE = 100;
const FILL_PAGE = 100;
/** Questions for holes after a sync, where nobody has looked yet: enough for the conversations likeliest opened. */
const MAX_UNASKED = 8;
/** A hole among live messages often fills itself: the frame is only late, ms. */
const HOLE_PATIENCE_MS = 500;

/**
 * @typedef {object} CatchUpOptions
 * @property {Requests} requests
 * @property {() => ChatState} state
 * @property {(change: (state: ChatState) => ChatState) => void} update
 * @property {(data: Answers["sync"]) => void} onPage Each page, before it is taken.
 * @property {() => void} onSynced A sync is finished.
 * @property {Clock} clock
 * @property {() => number} random
 */

export class CatchUp {
  #options;
  #open = false;
  #syncing = false;
  #again = false;
  #filling = false;
  #generation = 0;
  #timers;

  /** @param {CatchUpOptions} options */
  constructor(options) {
    this.#options = options;
    this.#timers = new Timers(options.clock);
  }

  /** A connection was welcomed: asks for everything missed. */
  open() {
    this.#open = true;
    this.sync();
  }

  /** The connection is gone. */
  close() {
    this.#open = false;
    this.#generation++;
    this.#syncing = false;
    this.#again = false;
    this.#filling = false;
    this.#timers.clear();
  }

  /** Syncs now; while one is under way, once more after it. */
  sync() {
    if (!this.#open) return;
    if (this.#syncing) this.#again = true;
    else void this.#syncAll();
  }

  /**
   * Syncs at a random moment within that time, so that not everybody asks at once.
   *
   * @param {number} ms
   */
  syncWithin(ms) {
    if (!this.#timers.has("sync")) this.#timers.start("sync", this.#options.random() * ms, () => this.sync());
  }

  /** Looks for holes among live messages, in a moment. */
  checkHoles() {
    if (!this.#open || this.#syncing || this.#filling || this.#timers.has("fill")) return;
    if (this.#firstHole() !== null) this.#timers.start("fill", HOLE_PATIENCE_MS, () => void this.#fillAll());
  }

  /**
   * Older messages of a conversation, or the newest when none are held. False when there are no more; without an
   * answer nobody knows, so true.
   *
   * @param {{ conversationId: string } | { peerId: number }} target
   * @returns {Promise<boolean>}
   */
  async older(target) {
    const state = this.#options.state();
    const chat = "peerId" in target ? chatWith(state, target.peerId) : state.chats.get(target.conversationId);
    const before = chat?.timeline.messages[0]?.data.seq;
    const whom = "peerId" in target
      ? { to_user_id: target.peerId, data: {} }
      : { data: { conversation_id: target.conversationId } };
    try {
      const answer = await this.#options.requests.ask({
        type: "history",
        ...whom,
        data: { ...whom.data, ...(before === undefined ? {} : { before_seq: before }), limit: PAGE },
      }, "history");
      this.#options.update((now) => withMessages(now, answer.conversation_id, answer.messages));
      return answer.has_more;
    } catch (error) {
      if (error instanceof RequestError) return true;
      throw error;
    }
  }

  async #syncAll() {
    const generation = this.#generation;
    this.#syncing = true;
    try {
      await this.#readPages(generation);
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      if (generation === this.#generation) this.#afterRefusal("sync", error, () => this.sync());
      return;
    } finally {
      if (generation === this.#generation) this.#syncing = false;
    }
    if (generation !== this.#generation) return;
    this.#options.onSynced();
    if (this.#again) {
      this.#again = false;
      this.sync();
    } else {
      this.#skipMost();
      void this.#fillAll();
    }
  }

  /** @param {number} generation */
  async #readPages(generation) {
    const { requests, state, update, onPage } = this.#options;
    const { since } = state();
    const have = haveOf(state());
    const limit = this.#isLongAgo(since) ? LONG_AWAY_LIMIT : SYNC_LIMIT;
    /** @type {string | null} */
    let page = null;
    for (let count = 0; count < MAX_PAGES; count++) {
      /** @type {Answers["sync"]} */
      const data = await requests.ask({
        type: "sync",
        data: {
          have,
          limit,
          ...(since === null ? {} : { since }),
          ...(page === null ? {} : { page }),
        },
      }, "sync");
      if (generation !== this.#generation) return;
      onPage(data);
      update((now) => withSync(now, data));
      page = data.next;
      if (page === null) return update((now) => ({ ...now, since: data.now }));
    }
  }

  /** @param {string | null} since */
  #isLongAgo(since) {
    return since !== null && this.#options.clock.now() - Date.parse(since) > LONG_AWAY_MS;
  }

  /**
   * After a sync: few holes are filled unasked, those of the newest conversations. The others are skipped, so that
   * their newest messages are shown at once and {@link older} brings the rest to whoever looks.
   */
  #skipMost() {
    const { state, update } = this.#options;
    let left = MAX_UNASKED;
    /** @type {string[]} */
    const skipped = [];
    for (const { info, timeline } of chatsByActivity(state())) {
      const hole = holeOf(timeline, info.last_seq);
      if (hole === null) continue;
      const questions = Math.ceil((hole.before - hole.after - 1) / FILL_PAGE);
      if (questions <= left) left -= questions;
      else skipped.push(info.conversation_id);
    }
    if (skipped.length > 0) update((now) => skipped.reduce(withHoleSkipped, now));
  }

  async #fillAll() {
    if (this.#filling) return;
    const generation = this.#generation;
    this.#filling = true;
    try {
      for (let chat = this.#firstHole(); chat !== null; chat = this.#firstHole()) {
        await this.#fill(chat);
        if (generation !== this.#generation) return;
      }
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      if (generation === this.#generation) this.#afterRefusal("fill", error, () => void this.#fillAll());
    } finally {
      if (generation === this.#generation) this.#filling = false;
    }
  }

  /** @param {Chat} chat */
  async #fill({ info, timeline }) {
    const { update } = this.#options;
    const id = info.conversation_id;
    const hole = holeOf(timeline, info.last_seq);
    if (hole === null) return;
    if (!isFillable(hole)) return update((now) => withHoleSkipped(now, id));
    const generation = this.#generation;
    const messages = await this.#above(id, hole.after);
    if (generation !== this.#generation) return;
    const joinsOn = messages[0]?.data.seq === hole.after + 1;
    // The store has them no more: what is above the hole is all there is.
    update((now) => joinsOn ? withMessages(now, id, messages) : withHoleSkipped(now, id));
  }

  /**
   * The messages that follow a seq; none where this client may not see them.
   *
   * @param {string} id
   * @param {number} seq
   * @returns {Promise<readonly MessageFrame[]>}
   */
  async #above(id, seq) {
    try {
      const answer = await this.#options.requests.ask({
        type: "history",
        data: { conversation_id: id, after_seq: seq, limit: FILL_PAGE },
      }, "history");
      return answer.messages;
    } catch (error) {
      // One that is refused for good must not keep the others from being filled.
      if (error instanceof RequestError && !error.later && error.word !== "lost") return [];
      throw error;
    }
  }

  /** @returns {Chat | null} */
  #firstHole() {
    for (const chat of this.#options.state().chats.values()) {
      if (holeOf(chat.timeline, chat.info.last_seq) !== null) return chat;
    }
    return null;
  }

  /**
   * @param {string} name
   * @param {RequestError} error
   * @param {() => void} run
   */
  #afterRefusal(name, error, run) {
    if (error.word === "lost") return;
    const wait = error.later ? error.retryAfterMs : 30_000;
    this.#timers.start(name, wait * (1 + this.#options.random()), run);
  }
}

/**
 * What this client has, by conversation: the newest conversations that were told by a sync.
 *
 * @param {ChatState} state
 * @returns {Record<string, number>}
 */
function haveOf(state) {
  const told = [...state.chats.values()].filter((chat) => chat.have > 0);
  const newest = told.toSorted((one, other) => other.info.updated_at.localeCompare(one.info.updated_at));
  return Object.fromEntries(newest.slice(0, MAX_HAVE).map((chat) => [chat.info.conversation_id, chat.have]));
}
