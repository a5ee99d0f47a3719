/**
 * Who is online, as news: each change once; and the people who are watched, on every connection anew.
 *
 * @module
 */
import { RequestError } from "./requests.js";

/** @import { OnlineUser, ServerFrame } from "../../realtime/frames.ts" */
/** @import { Clock } from "./platform.js" */
/** @import { Requests } from "./requests.js" */

/** People whom one connection may watch (contract §3.1). */
export const MAX_WATCHED = 200;

/** After a refusal that says nothing of later it is asked again all the same, ms. */
const REFUSED_MS = 30_000;

/**
 * Somebody as others see them. `lastSeen`: RFC 3339, or null where it is not told.
 *
 * @typedef {{ userId: number, username: string, avatar: string, isOnline: boolean, lastSeen: string | null }} Person
 */

/**
 * @typedef {object} PresenceOptions
 * @property {Requests} requests
 * @property {Clock} clock
 * @property {(person: Person) => void} onChange
 */

export class Presence {
  #options;
  /** @type {Map<number, OnlineUser>} */
  #online = new Map();
  /** @type {ReadonlySet<number>} */
  #watched = new Set();
  /** Whom the server knows this connection to watch. @type {ReadonlySet<number>} */
  #told = new Set();
  #open = false;
  #isAsking = false;
  /** Ends the wait before it is tried again. @type {(() => void) | null} */
  #cancel = null;

  /** @param {PresenceOptions} options */
  constructor(options) {
    this.#options = options;
  }

  /** A connection was welcomed: it watches nobody yet. */
  open() {
    this.#open = true;
    this.#told = new Set();
    void this.#tellWatched();
  }

  /** The connection is gone. */
  close() {
    this.#open = false;
    this.#isAsking = false;
    this.#cancel?.();
    this.#cancel = null;
  }

  /**
   * Takes one of the frames that tell of people.
   *
   * @param {Extract<ServerFrame, { type: "user_list" | "join" | "leave" }>} frame
   */
  take(frame) {
    if (frame.type !== "user_list") return this.#note([frame.data]);
    const listed = new Set(frame.data.users.map(({ user_id: id }) => id));
    const gone = [...this.#online.values()].filter(({ user_id: id }) => !listed.has(id));
    this.#note(gone.map((user) => ({ ...user, status: "offline" })));
    this.#note(frame.data.users);
  }

  /**
   * Watches these people and nobody else.
   *
   * @param {Iterable<number>} ids
   */
  watch(ids) {
    const next = new Set(ids);
    if (next.size > MAX_WATCHED) throw new RangeError(`At most ${MAX_WATCHED} people can be watched`);
    this.#watched = next;
    void this.#tellWatched();
  }

  /** @returns {Promise<void>} */
  async #tellWatched() {
    if (!this.#open || this.#isAsking || this.#cancel !== null) return;
    const { requests, clock } = this.#options;
    const [watched, told] = [this.#watched, this.#told];
    const add = [...watched].filter((id) => !told.has(id));
    const remove = [...told].filter((id) => !watched.has(id));
    if (add.length + remove.length === 0) return;
    this.#isAsking = true;
    try {
      const { users } = await requests.ask({ type: "watch", data: { add, remove } }, "presence");
      if (told !== this.#told) return;
      this.#told = watched;
      for (const user of users) this.#tell(user);
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      if (told !== this.#told || !this.#open) return;
      this.#cancel = clock.after(error.later ? error.retryAfterMs : REFUSED_MS, () => {
        this.#cancel = null;
        void this.#tellWatched();
      });
    } finally {
      if (told === this.#told || watched === this.#told) this.#isAsking = false;
    }
    return this.#tellWatched();
  }

  /** @param {readonly OnlineUser[]} users */
  #note(users) {
    for (const user of users) {
      const before = this.#online.get(user.user_id);
      const isSame = (before?.status ?? "offline") === user.status && before?.username === user.username;
      if (!isSame) this.#tell(user);
    }
  }

  /** @param {OnlineUser} user */
  #tell(user) {
    if (user.status === "online") this.#online.set(user.user_id, user);
    else this.#online.delete(user.user_id);
    this.#options.onChange({
      userId: user.user_id,
      username: user.username,
      avatar: user.avatar,
      isOnline: user.status === "online",
      lastSeen: user.last_seen,
    });
  }
}
