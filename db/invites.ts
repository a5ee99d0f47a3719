/**
 * The contract of the invite store. Redeeming happens inside {@link UserStore.create}.
 *
 * @module
 */
import type { Invite } from "./model.ts";

/** Invites that may still be used. */
export interface InviteStore {
  create(invite: Invite): Promise<void>;
  /** The invite with uses left and not expired at `now`, or null. */
  find(id: string, now: number): Promise<Invite | null>;
  /** Every invite with uses left and not expired, newest first; at most 500. */
  list(now: number): Promise<readonly Invite[]>;
  /** Whether there was one to remove. */
  remove(id: string): Promise<boolean>;
}
