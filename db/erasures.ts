/**
 * The contract of erasing accounts: what says who somebody was goes, the number stays and is never given again.
 *
 * An erasure has three steps. It is *due* from a time on, until when it can be taken back; it is *begun*, and the
 * account is gone for everybody; it is *over* once the person's messages are empty too. What was begun and is not over
 * is found again after a crash.
 *
 * @module
 */
import type { UserId } from "./model.ts";

/** An account that is to be erased. */
export interface Erasure {
  readonly userId: UserId;
  /** From when on it is due, in ms; for one that was begun: when to look for messages again. */
  readonly dueAt: number;
  /** Whether the account is gone already, and only messages may be left. */
  readonly begun: boolean;
}

/** Erasing accounts. Every method throws {@link StoreUnavailableError} when it cannot answer. */
export interface ErasureStore {
  /** What is asked of an account; null: nothing, or there is no such account. */
  find(userId: UserId): Promise<Erasure | null>;
  /**
   * Notes that an account is to be erased from a time on; null takes that back. False: there is no such account, or
   * its erasure was begun.
   */
  schedule(userId: UserId, dueAt: number | null): Promise<boolean>;
  /** Up to `limit` erasures that are due at `now`, by rising user id above `afterId`. */
  due(now: number, page: { readonly afterId: UserId; readonly limit: number }): Promise<readonly Erasure[]>;
  /**
   * Begins: name, e-mail, phone, picture, digest, sessions and the person's invites go, name and e-mail can be taken
   * by others, and from here on no method answers the account. `againAt`: when {@link ErasureStore.due} brings it
   * next. False: there is no such account. Throws {@link LastOwnerError} for the only active owner.
   */
  begin(userId: UserId, at: { readonly now: number; readonly againAt: number }): Promise<boolean>;
  /** Looks for messages once more, at this time; null: the erasure is over. */
  again(userId: UserId, at: number | null): Promise<void>;
  /** Those of `ids` whose account is gone; at most 1 000 ids. */
  gone(ids: readonly UserId[]): Promise<ReadonlySet<UserId>>;
  /** Leaves nothing of what was erased in the files, as far as this program can do that. */
  scrub(): Promise<void>;
}
