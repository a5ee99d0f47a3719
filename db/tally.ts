/**
 * The contract of counting tries, for limits that all instances share.
 *
 * @module
 */

/** A limit that one try falls under. */
export interface Quota {
  /** What is limited, such as `account`; keys of different kinds never meet. */
  readonly kind: string;
  /** Who or what has this quota. */
  readonly key: string;
  /** Tries within a window, from 1. */
  readonly limit: number;
  /** A window begins with the first try and ends this much later, in ms. */
  readonly windowMs: number;
  /** Where it is given, one try passes in this time, in ms, when the quota is used up; else none. */
  readonly trickleMs?: number;
}

/** Counts tries. Each call is one step: no other comes in between. Throws {@link StoreUnavailableError}. */
export interface Tally {
  /** Counts one try in each quota and answers 0; or counts none, and answers the ms until it may be tried again. */
  take(quotas: readonly Quota[]): Promise<number>;
  /** Takes a try back. */
  giveBack(quotas: readonly Quota[]): Promise<void>;
  /** Has the quotas start anew. */
  reset(quotas: readonly Quota[]): Promise<void>;
}
