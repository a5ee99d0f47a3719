/**
 * The contract of the session store.
 *
 * @module
 */
import type { Session, UserId } from "./model.ts";

/** A session ends this long after sign-in: 90 days, in ms. */
export const SESSION_LIFETIME_MS = 90 * 86_400_000;
/** A session ends after this long without use: 30 days, in ms. */
export const SESSION_IDLE_MS = 30 * 86_400_000;

/** Whether a session is still good at `now`. */
export function isLive(session: Session, now: number): boolean {
  return now < session.expiresAt && now < session.lastUsedAt + SESSION_IDLE_MS;
}

/** Sessions. An ended one is gone for every instance as soon as the promise resolves. */
export interface SessionStore {
  create(session: Session): Promise<void>;
  /** The live session, or null. */
  find(id: string, now: number): Promise<Session | null>;
  /**
   * The same without waiting, where the store is inside this process. A socket can then be refused before
   * its upgrade; where this is absent it is looked up right after.
   */
  findNow?(id: string, now: number): Session | null;
  /** The live sessions of a user, newest use first; at most 200. */
  list(userId: UserId, now: number): Promise<readonly Session[]>;
  /** Ends sessions of `userId`: those in `ids`, or all but `exceptId`. Answers the ids that ended. */
  end(
    userId: UserId,
    which: { readonly ids: readonly string[] } | { readonly exceptId: string | null },
  ): Promise<
    readonly string[]
  >;
  /** Notes use, forward only; and now and then removes what has expired, at the latest after an hour. */
  touch(ids: readonly string[], now: number): Promise<void>;
  /** Those of `ids` that are live; at most 10 000, in one query where the store is over the network. */
  live(ids: readonly string[], now: number): Promise<ReadonlySet<string>>;
}
