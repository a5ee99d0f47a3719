/**
 * Accounts: registering, signing in, sessions, invites and their rules; knows no Hono.
 *
 * @module
 */
import type { Clock } from "../../db/clock.ts";
import type { Store } from "../../db/store.ts";
import type { Realtime } from "../../realtime/mod.ts";
import type { AppSettings } from "../app_settings.ts";
import type { Hasher } from "./hash_pool.ts";

/** What accounts are made of. */
export interface AccountsDeps {
  readonly settings: AppSettings;
  readonly store: Pick<Store, "users" | "sessions" | "invites">;
  readonly realtime: Pick<Realtime, "sessionsEnded" | "accountDisabled" | "userChanged">;
  readonly hasher: Hasher;
  readonly clock: Clock;
  /** Cryptographically strong random bytes. */
  readonly randomBytes: (length: number) => Uint8Array<ArrayBuffer>;
}

/** The one-time link by which the first account becomes the owner. */
export interface OwnerInvite {
  readonly link: string;
  readonly expiresAt: number;
}

/** The use cases around accounts. */
export interface Accounts {
  /**
   * The owner's invite link under `base`, when the store has no account and registration is not open; else null.
   * Asking again answers the same link while it lasts.
   */
  firstOwnerInvite(base: URL): Promise<OwnerInvite | null>;
}

/** Puts the use cases together. */
export function createAccounts(_deps: AccountsDeps): Accounts {
  return { firstOwnerInvite: () => Promise.resolve(null) };
}
