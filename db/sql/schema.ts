/**
 * The tables, as Kysely sees them. One schema for every SQL database; what differs is in `dialect.ts`.
 *
 * Times are ms since 1970 but for the three of the documented `user` table, which an existing database
 * keeps as it has them: those are only ever written, or compared with null.
 *
 * @module
 */
import type { ColumnType, Generated } from "kysely";

/** A point in time in the form of the dialect; see {@link SqlDialect.instant}. */
type Instant = ColumnType<unknown, number | string | null, number | string>;

/** The documented table (all columns up to `status`), and what this program adds. */
export interface UserTable {
  readonly id: Generated<number>;
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
  readonly deletedAt: ColumnType<unknown, number | string | null, number | string | null>;
  readonly userName: string | null;
  readonly passwordDigest: string | null;
  readonly email: string | null;
  readonly avatar: string | null;
  readonly phone: string | null;
  readonly status: string | null;
  readonly role: string;
  /** Null: the account has no name of its own to sign in with (removed, or an older one has it). */
  readonly nameKey: string | null;
  readonly emailKey: string | null;
  readonly lastSeenAt: number | null;
  /** See {@link Erasure.dueAt}; with `deletedAt` the erasure was begun. Null: nobody asked for it, or it is over. */
  readonly eraseAt: number | null;
}

export interface SessionTable {
  readonly id: string;
  readonly userId: number;
  readonly device: string;
  readonly address: string;
  readonly createdAt: number;
  readonly lastUsedAt: number;
  readonly expiresAt: number;
}

export interface InviteTable {
  readonly id: string;
  readonly role: string;
  readonly usesLeft: number;
  readonly expiresAt: number;
  readonly createdAt: number;
  readonly createdBy: number | null;
}

export interface ConversationTable {
  /** Short, so that the rows of messages and members are. */
  readonly key: number;
  readonly id: string;
  readonly kind: string;
  readonly directLow: number | null;
  readonly directHigh: number | null;
  readonly firstSeq: number;
  readonly lastSeq: number;
  readonly lastChange: number;
  /** When the newest message came. */
  readonly updatedAt: number;
  /** When anything changed that all members may know. */
  readonly changedAt: number;
}

export interface MemberTable {
  readonly conversation: number;
  readonly userId: number;
  readonly role: string;
  readonly joinedSeq: number;
  readonly leftAt: number | null;
  readonly deliveredSeq: number;
  readonly readSeq: number;
  readonly shownReadSeq: number;
  /** How many of the member's own messages are above `readSeq` and still stored. */
  readonly ownAfterRead: number;
  /** When a mark moved that only this member may know of. */
  readonly changedAt: number;
}

export interface MessageTable {
  readonly id: Generated<number>;
  readonly conversation: number;
  readonly seq: number;
  readonly change: number;
  readonly messageId: string;
  readonly senderId: number;
  readonly clientId: string | null;
  /**
   * Of the first recipient and content, so that an edit leaves idempotency alone. Empty in SQLite until something of
   * them changes: whoever changes them must store it first. What was removed has none of its own: who knows a short
   * text's hash can guess the text, so the column holds that of the empty text.
   */
  readonly bodyHash: Uint8Array;
  readonly kind: string;
  readonly content: string;
  readonly data: string | null;
  readonly createdAt: number;
  readonly editedAt: number | null;
  readonly deletedAt: number | null;
}

/** Facts of the store as a whole, by name. */
export interface FactTable {
  readonly name: string;
  readonly value: string;
}

/** Every table by its name. */
export interface Schema {
  readonly user: UserTable;
  readonly session: SessionTable;
  readonly invite: InviteTable;
  readonly conversation: ConversationTable;
  readonly member: MemberTable;
  readonly message: MessageTable;
  readonly fact: FactTable;
}
