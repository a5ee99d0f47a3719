/**
 * The contract of the account store.
 *
 * @module
 */
import type { Account, User, UserId, UserRole, UserStatus } from "./model.ts";

/** An account to be; the keys are {@link nameKey} and {@link emailKey} of what the person typed. */
export interface NewUser {
  readonly username: string;
  readonly email: string;
  readonly phone: string;
  readonly passwordDigest: string;
  readonly createdAt: number;
  /** The invite that pays for this account: one use is taken, and its role given, in the same commit. */
  readonly inviteId?: string;
}

/** What may change of an account; absent means "leave as it is". */
export interface UserPatch {
  readonly username?: string;
  readonly email?: string;
  readonly phone?: string;
  readonly avatar?: string;
  readonly passwordDigest?: string;
  /** Nothing changes unless the digest is this one: somebody may have changed it since it was looked at. */
  readonly passwordDigestWas?: string;
  readonly status?: UserStatus;
  readonly role?: UserRole;
  /** Throws {@link LastOwnerError}, and nothing changes, when this account is the only active owner. */
  readonly keepsOwner?: boolean;
}

/** Which people to list, in the order of their ids. */
export interface UserQuery {
  /** Beginning of the username, compared by {@link nameKey}; empty: everybody. */
  readonly prefix: string;
  /** Only ids above. */
  readonly afterId: UserId;
  readonly limit: number;
  readonly activeOnly: boolean;
}

/** The form by which names are compared: NFKC, case folded. Two names with one key are one name. */
export function nameKey(username: string): string {
  return foldCase(username.normalize("NFKC")).normalize("NFKC");
}

/** The form by which e-mail addresses are compared. */
export function emailKey(email: string): string {
  return foldCase(email.normalize("NFC"));
}

/** Through upper case, which joins what lower case keeps apart (ß and ss, ſ and s); before it ẞ must become ß. */
function foldCase(text: string): string {
  return text.toLowerCase().toUpperCase().toLowerCase();
}

/** Accounts. Removed accounts (`deleted_at`) are never answered. */
export interface UserStore {
  /**
   * Adds an account. Throws {@link UsernameTakenError}, {@link EmailTakenError} or {@link InviteInvalidError},
   * and then nothing changed. The first account of a store is its owner.
   */
  create(user: NewUser): Promise<User>;
  /** The account with this id, or whose username or e-mail address is `login`; null when there is none. */
  find(by: { readonly id: UserId } | { readonly login: string }): Promise<Account | null>;
  /** Those of `ids` that exist, in no order; at most 1 000 ids. */
  byIds(ids: readonly UserId[]): Promise<readonly User[]>;
  search(query: UserQuery): Promise<{ readonly users: readonly User[]; readonly hasMore: boolean }>;
  /** Changes an account; null when it does not exist, or is not what the patch expects. Throws as {@link UserStore.create} does. */
  update(id: UserId, patch: UserPatch, at: number): Promise<User | null>;
  /** Notes when people were last seen. Unknown ids are passed over. */
  touch(ids: readonly UserId[], at: number): Promise<void>;
  /**
   * Whether more than `count` accounts are active. Looks at no more active ones than it takes to tell: all of them
   * are not counted.
   */
  hasMoreActiveThan(count: number): Promise<boolean>;
}
