/**
 * Saves what changed for reading offline: a moment after it did, each conversation by itself.
 *
 * @module
 */
import { MAX_SAVED_CHATS, MAX_SAVED_THREADS, toSaved } from "./cache.js";
import { chatsByActivity } from "./state.js";
import { Timers } from "./timers.js";

/** @import { ChatCache, Saved } from "./cache.js" */
/** @import { Pair } from "./marks.js" */
/** @import { Clock } from "./platform.js" */
/** @import { Chat, ChatState } from "./state.js" */

/** From a change to its save, ms: a page that goes away has no time left to save anything. */
export const SAVE_AFTER_MS = 100;
/** A busy conversation is written this seldom, ms. */
export const SAVE_EVERY_MS = 1_000;
/** Nobody waits longer for what was kept, or for its end, ms. */
export const PATIENCE_MS = 1_000;
/** After so many failures in a row nothing more is tried: the page works without. */
const MAX_FAILURES = 3;

/**
 * @typedef {object} KeeperOptions
 * @property {ChatCache} cache
 * @property {Clock} clock
 * @property {() => ChatState} state
 * @property {() => string | null} epoch Null until the server, or what was kept, has told it.
 * @property {(conversationId: string) => Pair} told The own marks that the server is known to have.
 */

/** The chats of the last save, and whether their messages were in it. @typedef {Map<string, { chat: Chat, withMessages: boolean }>} SavedChats */

export class Keeper {
  #options;
  #timers;
  /** @type {SavedChats} */
  #saved = new Map();
  /** What was saved beside the conversations, as text. */
  #head = "";
  /** Whether the server's epoch has not been saved yet. */
  #replaces = true;
  /** Another tab has met a newer epoch: this one says nothing before it has met it too. */
  #isStale = false;
  #open = true;
  #failures = 0;
  #savedAt = -Infinity;
  /** @type {Promise<void> | null} */
  #saving = null;

  /** @param {KeeperOptions} options */
  constructor(options) {
    this.#options = options;
    this.#timers = new Timers(options.clock);
  }

  /**
   * What was kept, or null: there is nothing, it is broken, or it does not come in time. Never rejects.
   *
   * @returns {Promise<Saved | null>}
   */
  load() {
    return this.#inTime(this.#options.cache.load(), null);
  }

  /** What was loaded is the state now: only what changes from here on is saved. */
  restored() {
    this.#replaces = false;
    for (const [id, chat] of this.#options.state().chats) {
      this.#saved.set(id, { chat, withMessages: chat.timeline.messages.length > 0 });
    }
  }

  /** The server's store is another one: everything saved before is of no use. */
  renew() {
    this.#replaces = true;
    this.#isStale = false;
    this.#saved.clear();
    this.#head = "";
  }

  /** Something changed. */
  soon() {
    if (!this.#open || this.#timers.has("save")) return;
    const rest = this.#savedAt + SAVE_EVERY_MS - this.#options.clock.now();
    // A clock that was set back makes nobody wait until it has caught up.
    const wait = Math.min(SAVE_EVERY_MS, Math.max(SAVE_AFTER_MS, rest));
    this.#timers.start("save", wait, () => void this.flush());
  }

  /** Saves what changed, at once. Never rejects. */
  async flush() {
    this.#timers.cancel("save");
    while (this.#saving !== null) await this.#saving;
    // Before its first sync is finished this client knows less than what is kept.
    if (!this.#open || this.#isStale || this.#options.state().since === null) return;
    this.#savedAt = this.#options.clock.now();
    this.#saving = this.#save().catch(() => this.#failed()).finally(() => this.#saving = null);
    await this.#saving;
  }

  /** Saves nothing any more; what is kept stays. */
  close() {
    this.#open = false;
    this.#timers.clear();
  }

  /** Leaves nothing of this person, and saves nothing any more. Never rejects. */
  async forget() {
    this.close();
    const saving = this.#saving ?? Promise.resolve();
    await this.#inTime(saving.then(() => this.#options.cache.clear()), undefined);
  }

  async #save() {
    const { cache, state, epoch, told } = this.#options;
    const now = state();
    const next = wanted(now);
    const changed = [...next].filter(([id, entry]) => isNews(this.#saved.get(id), entry));
    const gone = [...this.#saved.keys()].filter((id) => !next.has(id));
    const isComplete = now.chats.size <= MAX_SAVED_CHATS;
    const since = isComplete ? now.since : null;
    const head = { epoch: epoch() ?? "", selfName: now.selfName, since };
    // Most changes are of who types and who is online, which nobody wants to read later.
    if (changed.length + gone.length === 0 && JSON.stringify(head) === this.#head) return;
    const result = await cache.save({
      ...head,
      replaces: this.#replaces,
      gone,
      chats: changed.map(([id, { chat, withMessages }]) =>
        toSaved(chat, { state: now, told: told(id), withMessages })
      ),
    });
    this.#failures = 0;
    if (result === "wiped") return this.close();
    this.#isStale = result === "stale";
    if (result === "saved") {
      this.#replaces = false;
      this.#saved = next;
      this.#head = JSON.stringify(head);
    }
  }

  #failed() {
    if (++this.#failures >= MAX_FAILURES) this.close();
    else this.soon();
  }

  /**
   * What comes of a promise, or `otherwise` when it fails or takes too long.
   *
   * @template Result
   * @param {Promise<Result>} promise
   * @param {Result} otherwise
   * @returns {Promise<Result>}
   */
  #inTime(promise, otherwise) {
    return new Promise((resolve) => {
      const cancel = this.#options.clock.after(PATIENCE_MS, () => resolve(otherwise));
      promise.catch(() => otherwise).then((result) => {
        cancel();
        resolve(result);
      });
    });
  }
}

/**
 * The conversations to keep, the newest with their messages. One that the server has not described is not kept.
 *
 * @param {ChatState} state
 * @returns {SavedChats}
 */
function wanted(state) {
  const newest = chatsByActivity(state).filter(({ sketched }) => !sketched).slice(0, MAX_SAVED_CHATS);
  return new Map(
    newest.map((chat, rank) => [
      chat.info.conversation_id,
      { chat, withMessages: rank < MAX_SAVED_THREADS && chat.timeline.messages.length > 0 },
    ]),
  );
}

/**
 * @param {{ chat: Chat, withMessages: boolean } | undefined} before
 * @param {{ chat: Chat, withMessages: boolean }} now
 * @returns {boolean}
 */
function isNews(before, now) {
  return before?.chat !== now.chat || before.withMessages !== now.withMessages;
}
