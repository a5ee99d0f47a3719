/**
 * The nouns of the store: plain, readonly data that every backend speaks and no backend owns.
 *
 * Times are milliseconds since 1970 (UTC); marks and sequence numbers start at 0 ("nothing yet").
 *
 * @module
 */

/** The number of an account, 1 to {@link MAX_USER_ID}. */
export type UserId = number;

/** The documented `user.id` column is an unsigned 32-bit integer. */
export const MAX_USER_ID = 4_294_967_295;

/** Whether `value` is a whole number from 1 to {@link MAX_USER_ID}. */
export function isUserId(value: unknown): value is UserId {
  return typeof value === "number" && Number.isInteger(value) && value >= 1 && value <= MAX_USER_ID;
}

/** Whether an account may be used. */
export type UserStatus = "active" | "disabled";
/** What an account may do: owners manage accounts and invites. */
export type UserRole = "owner" | "member";

/** An account as others of this program see it: everything but the password. */
export interface User {
  readonly id: UserId;
  readonly username: string;
  readonly email: string;
  readonly phone: string;
  /** Empty, or a path that this server serves. */
  readonly avatar: string;
  readonly status: UserStatus;
  readonly role: UserRole;
  /** When the last device went offline; null while unknown. */
  readonly lastSeenAt: number | null;
}

/** An account with its bcrypt digest; stays inside `routes/accounts`. */
export interface Account extends User {
  readonly passwordDigest: string;
}

/** One sign-in. The id is the hash of the secret in the token, so reading the store signs nobody in. */
export interface Session {
  readonly id: string;
  readonly userId: UserId;
  /** What the person would recognise the device by, from the User-Agent. */
  readonly device: string;
  readonly address: string;
  readonly createdAt: number;
  readonly lastUsedAt: number;
  /** The absolute end; the idle end follows from `lastUsedAt`. */
  readonly expiresAt: number;
}

/** A permission to register. The code in the link is derived from the id and a secret, never stored. */
export interface Invite {
  readonly id: string;
  readonly role: UserRole;
  readonly usesLeft: number;
  readonly expiresAt: number;
  readonly createdAt: number;
  /** Whose it is; null: made at a start, or by somebody who is gone. */
  readonly createdBy: UserId | null;
}

/** Names a conversation without asking the store. `group` will join this union. */
export interface DirectConversation {
  readonly kind: "direct";
  /** `<smaller user id>-<larger user id>`. */
  readonly id: string;
  readonly low: UserId;
  readonly high: UserId;
}

/** What names any conversation. */
export type ConversationRef = DirectConversation;

/** The direct conversation of two different people. */
export function directConversation(one: UserId, other: UserId): DirectConversation {
  const low = Math.min(one, other);
  const high = Math.max(one, other);
  return { kind: "direct", id: `${low}-${high}`, low, high };
}

/** Reads a conversation id, or null when the text names none. */
export function parseConversationId(text: string): ConversationRef | null {
  const match = /^([1-9][0-9]{0,9})-([1-9][0-9]{0,9})$/.exec(text);
  if (match === null) return null;
  const low = Number(match[1]);
  const high = Number(match[2]);
  if (!isUserId(low) || !isUserId(high) || low >= high) return null;
  return { kind: "direct", id: text, low, high };
}

/** The members of a conversation, in rising order. */
export function membersOf(conversation: ConversationRef): readonly UserId[] {
  return [conversation.low, conversation.high];
}

/** Whether `userId` belongs to the conversation. */
export function isMember(conversation: ConversationRef, userId: UserId): boolean {
  return conversation.low === userId || conversation.high === userId;
}

/** The other side of a direct conversation, seen from `userId`. */
export function peerOf(conversation: ConversationRef, userId: UserId): UserId {
  return conversation.low === userId ? conversation.high : conversation.low;
}

/** Kinds of message the store may hold; clients show `content` for those they do not know. */
export type MessageKind = "text";

/** A stored message. */
export interface Message {
  readonly conversation: ConversationRef;
  /** 1, 2, 3 … in its conversation, without holes. */
  readonly seq: number;
  /** The value of the conversation's change counter when this message last changed. */
  readonly change: number;
  /** UUIDv7. */
  readonly messageId: string;
  readonly senderId: UserId;
  /** The sender's idempotency key, null when the client gave none. */
  readonly clientId: string | null;
  readonly kind: MessageKind;
  readonly content: string;
  readonly createdAt: number;
  readonly editedAt: number | null;
  /** Set when the message was removed: its seq stays, its content is empty. */
  readonly deletedAt: number | null;
}

/** How far one member is. Each only ever grows. */
export interface Marks {
  readonly deliveredSeq: number;
  readonly readSeq: number;
  /** What others are told of `readSeq`: private reads do not move it. */
  readonly shownReadSeq: number;
}

/** A conversation as one of its members sees it. */
export interface ConversationView extends Marks {
  readonly conversation: ConversationRef;
  /** Seqs below were removed by retention. */
  readonly firstSeq: number;
  readonly lastSeq: number;
  readonly lastChange: number;
  readonly lastMessage: Message | null;
  /** Messages of others above `readSeq`. */
  readonly unread: number;
  /** The other side's `shownReadSeq`. */
  readonly peerReadSeq: number;
  readonly peerDeliveredSeq: number;
  /** When the newest message came. */
  readonly updatedAt: number;
}
