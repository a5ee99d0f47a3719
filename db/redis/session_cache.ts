/**
 * Sessions that were looked up lately, so that not every request asks Redis.
 *
 * @module
 */
import { z } from "zod";
import type { Clock } from "../clock.ts";
import { StoreUnavailableError } from "../errors.ts";
import type { Session, UserId } from "../model.ts";
import { isLive, type SessionStore } from "../sessions.ts";
import type { Channels } from "./channels.ts";

/** How long a session may be remembered, in ms: so long may one that ended elsewhere live on where nobody hears of it. */
export const REMEMBERED_MS = 30_000;
/** Sessions remembered; past this the one looked up first is forgotten. */
const MAX_REMEMBERED = 20_000;

const Ids = z.array(z.string());

/** What a cache is made of. */
export interface SessionCacheOptions {
  readonly store: SessionStore;
  readonly channels: Channels;
  /** By this channel every instance hears of sessions that ended, as a JSON list of ids. */
  readonly endedChannel: string;
  readonly clock: Clock;
}

interface Remembered {
  session: Session;
  readonly until: number;
}

/**
 * A session store that remembers what {@link SessionStore.find} found.
 *
 * An end on any instance is heard of at once. While it could not be heard of, the store is asked each time, and only
 * where it does not answer does what is remembered still count, until its 30 s are over: a lost Redis lets nobody in
 * who was not in before.
 */
export class SessionCache implements SessionStore {
  readonly #options: SessionCacheOptions;
  readonly #remembered = new Map<string, Remembered>();
  /** Grows with each end, so that what was looked up before it is not remembered after it. */
  #ends = 0;

  private constructor(options: SessionCacheOptions) {
    this.#options = options;
  }

  /** A cache that hears of ends. */
  static async open(options: SessionCacheOptions): Promise<SessionCache> {
    const cache = new SessionCache(options);
    await options.channels.listen(options.endedChannel, (text) => cache.#heard(text));
    options.channels.onGap(() => cache.#forgetAll());
    return cache;
  }

  /** How many sessions are remembered. */
  get size(): number {
    return this.#remembered.size;
  }

  create(session: Session): Promise<void> {
    return this.#options.store.create(session);
  }

  async find(id: string, now: number): Promise<Session | null> {
    const known = this.#recall(id, now);
    if (known !== null && this.#options.channels.isWhole) return known;
    const ends = this.#ends;
    try {
      const session = await this.#options.store.find(id, now);
      if (session === null) this.#remembered.delete(id);
      else if (ends === this.#ends) this.#remember(session);
      return session;
    } catch (error) {
      const still = error instanceof StoreUnavailableError ? this.#recall(id, now) : null;
      if (still === null) throw error;
      return still;
    }
  }

  list(userId: UserId, now: number): Promise<readonly Session[]> {
    return this.#options.store.list(userId, now);
  }

  async end(userId: UserId, which: Parameters<SessionStore["end"]>[1]): Promise<readonly string[]> {
    const ended = await this.#options.store.end(userId, which);
    this.#forget(ended);
    return ended;
  }

  async touch(ids: readonly string[], now: number): Promise<void> {
    await this.#options.store.touch(ids, now);
    for (const id of ids) {
      const known = this.#remembered.get(id);
      if (known === undefined || known.session.lastUsedAt >= now) continue;
      known.session = { ...known.session, lastUsedAt: now };
    }
  }

  live(ids: readonly string[], now: number): Promise<ReadonlySet<string>> {
    return this.#options.store.live(ids, now);
  }

  #recall(id: string, now: number): Session | null {
    const known = this.#remembered.get(id);
    if (known === undefined) return null;
    if (this.#options.clock.now() < known.until && isLive(known.session, now)) return known.session;
    this.#remembered.delete(id);
    return null;
  }

  #remember(session: Session): void {
    this.#remembered.delete(session.id);
    this.#remembered.set(session.id, { session, until: this.#options.clock.now() + REMEMBERED_MS });
    if (this.#remembered.size <= MAX_REMEMBERED) return;
    const oldest = this.#remembered.keys().next();
    if (!oldest.done) this.#remembered.delete(oldest.value);
  }

  #heard(text: string): void {
    try {
      const ids = Ids.safeParse(JSON.parse(text));
      if (ids.success) return this.#forget(ids.data);
    } catch {
      // Not ours: whatever it was to say, nothing remembered is safer.
    }
    this.#forgetAll();
  }

  #forget(ids: readonly string[]): void {
    if (ids.length === 0) return;
    this.#ends++;
    for (const id of ids) this.#remembered.delete(id);
  }

  #forgetAll(): void {
    this.#ends++;
    this.#remembered.clear();
  }
}
