/**
 * The documents, and what they stand for.
 *
 * Of a conversation nothing is kept that its messages could contradict but hints: where its newest message is, and
 * when that came. Whoever needs the truth asks for the newest message; see {@link ./newest.ts}.
 *
 * @module
 */
import { bodyHash } from "../body_hash.ts";
import type { MessageDraft } from "../messages.ts";
import {
  type ConversationRef,
  type ConversationView,
  membersOf,
  type Message,
  type MessageKind,
  parseConversationId,
  peerOf,
  type UserId,
} from "../model.ts";

/**
 * A message. Never changed by appending others. No two of a conversation have the same change: whoever gives one takes
 * the next above all there are, and where two do so at once, one fails and looks again.
 */
export interface MessageDocument {
  /** The message id. */
  readonly _id: string;
  readonly conversation: string;
  readonly seq: number;
  readonly change: number;
  /** Which of its sender's messages in the conversation it is: from this follows what is unread, without counting. */
  readonly nth: number;
  readonly senderId: UserId;
  /** Sender and client id in one, see {@link clientKey}; absent when the client gave none. */
  readonly clientKey?: string;
  readonly bodyHash: Uint8Array;
  readonly kind: MessageKind;
  readonly content: string;
  readonly data: string | null;
  readonly createdAt: number;
  readonly editedAt: number | null;
  readonly deletedAt: number | null;
}

/** The end of a conversation: what the next message is numbered from. */
export type Tail = Pick<MessageDocument, "seq" | "change" | "nth" | "senderId" | "createdAt">;

/** One member of a conversation, and how far they are. Marks and counts only grow. */
export interface Membership {
  readonly role: string;
  readonly joinedSeq: number;
  readonly leftAt: number | null;
  readonly deliveredSeq: number;
  readonly readSeq: number;
  readonly shownReadSeq: number;
  /** How many of the messages up to `readSeq` are the member's own. */
  readonly ownRead: number;
  /** How many of the messages below the conversation's first are the member's own. */
  readonly ownRemoved: number;
  /** When a mark moved that only this member may know of. */
  readonly changedAt: number;
}

/** A conversation with its members. */
export interface ConversationDocument {
  /** The conversation's id. */
  readonly _id: string;
  readonly kind: string;
  readonly members: readonly UserId[];
  /** Messages below are removed, or about to be. */
  readonly firstSeq: number;
  /** No message has a higher seq; raised before messages are stored. */
  readonly head: number;
  /** Whether `lastSeq` and `updatedAt` are those of the newest message; false while messages are being stored. */
  readonly settled: boolean;
  /** A message that there is, or was: the newest, where `settled`. */
  readonly lastSeq: number;
  /** When it came; absent before the first. */
  readonly updatedAt?: number;
  /** The highest change given to a message that was there before; absent: none was ever changed. Never ahead of it. */
  readonly changed?: number;
  /** When anything changed that all members may know; may be ahead of what is stored, never behind. */
  readonly changedAt: number;
  /** By user id. */
  readonly membership: Readonly<Record<string, Membership>>;
}

/** Somebody who is a member of something. */
export interface PersonDocument {
  readonly _id: UserId;
}

const NEW_MEMBER: Membership = {
  role: "member",
  joinedSeq: 0,
  leftAt: null,
  deliveredSeq: 0,
  readSeq: 0,
  shownReadSeq: 0,
  ownRead: 0,
  ownRemoved: 0,
  changedAt: 0,
};

/** A conversation that has no message yet. */
export function newConversation(conversation: ConversationRef): ConversationDocument {
  const members = membersOf(conversation);
  return {
    _id: conversation.id,
    kind: conversation.kind,
    members,
    firstSeq: 1,
    head: 0,
    settled: false,
    lastSeq: 0,
    changedAt: 0,
    membership: Object.fromEntries(members.map((userId) => [String(userId), NEW_MEMBER])),
  };
}

/** By what a repeat is found: unique over all messages that have one. */
export function clientKey(senderId: UserId, clientId: string): string {
  return `${senderId}:${clientId}`;
}

/** The sender's id for the message. */
export function clientIdOf({ clientKey: key }: MessageDocument): string | null {
  return key === undefined ? null : key.slice(key.indexOf(":") + 1);
}

/** The message that a draft becomes behind `tail`, whose clock never goes back. */
export function messageDocument(draft: MessageDraft, tail: Tail | undefined): MessageDocument {
  const { conversation, senderId, clientId, content } = draft;
  const seq = (tail?.seq ?? 0) + 1;
  return {
    _id: draft.messageId,
    conversation: conversation.id,
    seq,
    change: (tail?.change ?? 0) + 1,
    nth: tail === undefined ? 1 : ownUpTo(tail, senderId) + 1,
    senderId,
    ...(clientId === null ? {} : { clientKey: clientKey(senderId, clientId) }),
    bodyHash: bodyHash(conversation, content),
    kind: draft.kind,
    content,
    data: null,
    createdAt: Math.max(draft.createdAt, tail?.createdAt ?? 0),
    editedAt: null,
    deletedAt: null,
  };
}

/** The message of a document. */
export function toMessage(conversation: ConversationRef, document: MessageDocument): Message {
  return {
    conversation,
    seq: document.seq,
    change: document.change,
    messageId: document._id,
    senderId: document.senderId,
    clientId: clientIdOf(document),
    kind: document.kind,
    content: document.content,
    createdAt: document.createdAt,
    editedAt: document.editedAt,
    deletedAt: document.deletedAt,
  };
}

/** What the conversation's id names. */
export function refOf(document: Pick<ConversationDocument, "_id">): ConversationRef {
  const conversation = parseConversationId(document._id);
  if (conversation === null) {
    throw new Error(`Cannot read the conversation "${document._id}": the id names none`);
  }
  return conversation;
}

/** How many of a direct conversation's messages up to this one are `userId`'s; the others are the other side's. */
export function ownUpTo(message: Pick<Tail, "seq" | "nth" | "senderId">, userId: UserId): number {
  return message.senderId === userId ? message.nth : message.seq - message.nth;
}

/** The last change of a conversation: its newest message, or one that was there before. */
export function lastChangeOf(
  { changed = 0 }: Pick<ConversationDocument, "changed">,
  newest: { readonly change: number },
): number {
  return Math.max(newest.change, changed);
}

/** What there is of a member. */
export function membershipOf(document: ConversationDocument, userId: UserId): Membership {
  return document.membership[userId] ?? NEW_MEMBER;
}

/** Messages of others above the read mark, without counting them. What retention removed is not unread. */
export function unreadOf(
  userId: UserId,
  { firstSeq, tail, marks }: {
    readonly firstSeq: number;
    readonly tail: Tail;
    readonly marks: Pick<Membership, "readSeq" | "ownRead" | "ownRemoved">;
  },
): number {
  const floor = Math.max(marks.readSeq, firstSeq - 1);
  // Both counts rise with the seq they belong to, so the greater one belongs to the floor.
  const ownBelow = Math.max(marks.ownRead, marks.ownRemoved);
  return tail.seq - floor - (ownUpTo(tail, userId) - ownBelow);
}

/** A conversation as its member sees it, given its newest message. */
export function toView(
  userId: UserId,
  document: ConversationDocument,
  newest: MessageDocument,
): ConversationView {
  const conversation = refOf(document);
  const marks = membershipOf(document, userId);
  const peer = membershipOf(document, peerOf(conversation, userId));
  return {
    conversation,
    firstSeq: document.firstSeq,
    lastSeq: newest.seq,
    lastChange: lastChangeOf(document, newest),
    lastMessage: toMessage(conversation, newest),
    unread: unreadOf(userId, { firstSeq: document.firstSeq, tail: newest, marks }),
    deliveredSeq: marks.deliveredSeq,
    readSeq: marks.readSeq,
    shownReadSeq: marks.shownReadSeq,
    peerReadSeq: peer.shownReadSeq,
    peerDeliveredSeq: peer.deliveredSeq,
    updatedAt: newest.createdAt,
  };
}
