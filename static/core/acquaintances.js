/**
 * People one has no conversation with yet: who they are, and whether they are there. The server tells of them only
 * when asked to watch them.
 *
 * @module
 */
import { stranger } from "./chats.js";
import { RequestError } from "./requests.js";
import { chatWith, withPresence } from "./state.js";

/** @import { Requests } from "./requests.js" */
/** @import { ChatState } from "./state.js" */

/** Watched at once; the one met first leaves. The server allows 200. */
export const MAX_MET = 50;

/**
 * @typedef {object} AcquaintancesOptions
 * @property {Pick<Requests, "ask">} requests
 * @property {() => ChatState} state
 * @property {(state: ChatState) => void} update
 */

export class Acquaintances {
  #options;
  /** @type {Set<number>} */
  #met = new Set();
  /** Whether this connection was asked already. */
  #asked = false;

  /** @param {AcquaintancesOptions} options */
  constructor(options) {
    this.#options = options;
  }

  /**
   * Somebody turned up, perhaps by number alone: asks who it is, unless a conversation tells.
   *
   * @param {{ userId: number, username: string }} person `username`: empty where it is not known.
   */
  meet({ userId, username }) {
    const { state, update } = this.#options;
    if (userId === 0 || userId === state().selfId) return;
    if (username !== "" && !state().people.has(userId)) {
      update(withPresence(state(), [{ ...stranger(userId), username }], { whole: false }));
    }
    if (this.#met.has(userId) || chatWith(state(), userId) !== undefined) return;
    this.#met.add(userId);
    const [first] = this.#met;
    const isTooMany = this.#met.size > MAX_MET && first !== undefined;
    if (isTooMany) this.#met.delete(first);
    void this.#watch({ add: [userId], ...(isTooMany && { remove: [first] }) });
  }

  /** A new connection watches nobody. */
  renew() {
    this.#asked = false;
  }

  /** Once it is synced: asks for everybody again, and for those to whom a first message waits. */
  open() {
    if (this.#asked) return;
    this.#asked = true;
    const { drafts } = this.#options.state();
    for (const { toUserId } of drafts.slice(0, MAX_MET)) {
      if (chatWith(this.#options.state(), toUserId) === undefined) this.#met.add(toUserId);
    }
    if (this.#met.size > 0) void this.#watch({ add: [...this.#met] });
  }

  /** @param {{ add: number[], remove?: number[] }} data */
  async #watch(data) {
    const { requests, state, update } = this.#options;
    try {
      const { users } = await requests.ask({ type: "watch", data }, "presence");
      update(withPresence(state(), users, { whole: false }));
    } catch (error) {
      // Without an answer they stay as they are known; the next connection asks again.
      if (!(error instanceof RequestError)) throw error;
    }
  }
}
