/**
 * The contract for moving house: everything a store holds, out of one backend and into another as it is.
 *
 * What can be derived is not in it: a backend that keeps counters makes them anew. Sessions that expire by
 * themselves elsewhere, such as in Redis, are not in it either: people sign in again.
 *
 * @module
 */
import type { Invite, Session, UserId } from "./model.ts";

/** An account as it is stored. Times are ms since 1970; null where the store has nothing. */
export interface ArchivedUser {
  readonly id: UserId;
  readonly username: string | null;
  readonly passwordDigest: string | null;
  readonly email: string | null;
  readonly phone: string | null;
  readonly avatar: string | null;
  readonly status: string | null;
  readonly role: string;
  /** By what the account is found; null: it has no name, or address, of its own. */
  readonly nameKey: string | null;
  readonly emailKey: string | null;
  readonly createdAt: number | null;
  readonly updatedAt: number | null;
  readonly deletedAt: number | null;
  readonly lastSeenAt: number | null;
  /** See {@link Erasure.dueAt}; null: nobody asked for it. */
  readonly eraseAt: number | null;
}

/** A conversation with its members. */
export interface ArchivedConversation {
  readonly id: string;
  readonly kind: string;
  readonly low: UserId | null;
  readonly high: UserId | null;
  readonly firstSeq: number;
  readonly lastSeq: number;
  readonly lastChange: number;
  readonly updatedAt: number;
  readonly changedAt: number;
  /** By rising user id. */
  readonly members: readonly ArchivedMember[];
}

/** A member and how far they are. */
export interface ArchivedMember {
  readonly userId: UserId;
  readonly role: string;
  readonly joinedSeq: number;
  readonly leftAt: number | null;
  readonly deliveredSeq: number;
  readonly readSeq: number;
  readonly shownReadSeq: number;
  readonly changedAt: number;
}

/** A message; which conversation it is of, whoever asks knows. */
export interface ArchivedMessage {
  readonly seq: number;
  readonly change: number;
  readonly messageId: string;
  readonly senderId: UserId;
  readonly clientId: string | null;
  /** Of the first recipient and content, in hexadecimal: it decides what is a repeat. */
  readonly bodyHash: string;
  readonly kind: string;
  readonly content: string;
  readonly data: string | null;
  readonly createdAt: number;
  readonly editedAt: number | null;
  readonly deletedAt: number | null;
}

/** Where the next page begins: after this key. */
export interface After<Key> {
  readonly after: Key;
  readonly limit: number;
}

/** Accounts, sessions and invites, read in the order of their keys. Putting a row that is there replaces it. */
export interface AccountArchive {
  users(page: After<UserId>): Promise<readonly ArchivedUser[]>;
  putUsers(users: readonly ArchivedUser[]): Promise<void>;
  sessions(page: After<string>): Promise<readonly Session[]>;
  putSessions(sessions: readonly Session[]): Promise<void>;
  invites(page: After<string>): Promise<readonly Invite[]>;
  putInvites(invites: readonly Invite[]): Promise<void>;
}

/** Where reading the messages of a conversation begins: above a seq. */
export interface Reading {
  readonly conversation: ArchivedConversation;
  readonly after: number;
}

/** Some messages of one conversation, in rising seq. */
export interface Stretch {
  readonly conversation: ArchivedConversation;
  readonly messages: readonly ArchivedMessage[];
}

/** Conversations in the order of their ids' bytes, messages in rising seq. What is put is synced. */
export interface MessageArchive {
  conversations(page: After<string>): Promise<readonly ArchivedConversation[]>;
  /** Puts conversations that are not there; those that are, are left as they are. */
  putConversations(conversations: readonly ArchivedConversation[]): Promise<void>;
  /**
   * The messages of conversations as {@link MessageArchive.conversations} gave them, in the same order, piece by
   * piece; one that is long comes in several stretches. Whoever stops early disposes of the rest by `return()`.
   */
  messages(readings: readonly Reading[]): AsyncIterable<readonly Stretch[]>;
  /**
   * Puts messages of conversations that were put, in rising seq, the first of each behind the last that is stored. Of
   * a call that was cut short a beginning of each conversation may be stored.
   */
  putMessages(stretches: readonly Stretch[]): Promise<void>;
  /** The highest stored seq by conversation id; absent: none. For conversations that were put. */
  lastStoredSeqs(conversations: readonly ArchivedConversation[]): Promise<ReadonlyMap<string, number>>;
  /** Raises the last change of a conversation that was put, and nothing else. */
  raiseChange(id: string, lastChange: number): Promise<void>;
  /** Makes what is derived from messages and marks and was not made on the way, once everything is there. */
  finish(): Promise<void>;
  /** How many messages there are, about: for progress. */
  countMessages(): Promise<number>;
}

/** A store's content, out and in. */
export interface Archive {
  readonly accounts: AccountArchive;
  readonly messages: MessageArchive;
}
