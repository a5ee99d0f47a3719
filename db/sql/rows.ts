/**
 * Rows of conversations and messages, and what they stand for.
 *
 * @module
 */
import { type ConversationRef, type ConversationView, directConversation, type Message } from "../model.ts";

/** The columns of a message that are read, in every statement alike. */
export const MESSAGE_COLUMNS = "m.seq, m.change, m.message_id as messageId, m.sender_id as senderId, " +
  "m.client_id as clientId, m.kind, m.content, m.created_at as createdAt, m.edited_at as editedAt, " +
  "m.deleted_at as deletedAt";

/** {@link MESSAGE_COLUMNS} as a list. */
export type MessageList = readonly [
  seq: number,
  change: number,
  messageId: string,
  senderId: number,
  clientId: string | null,
  kind: Message["kind"],
  content: string,
  createdAt: number,
  editedAt: number | null,
  deletedAt: number | null,
];

/** A message of `conversation`. */
export function listToMessage(conversation: ConversationRef, row: MessageList): Message {
  return {
    conversation,
    seq: row[0],
    change: row[1],
    messageId: row[2],
    senderId: row[3],
    clientId: row[4],
    kind: row[5],
    content: row[6],
    createdAt: row[7],
    editedAt: row[8],
    deletedAt: row[9],
  };
}

/** A message but for its conversation, which whoever asks knows. */
export type MessageRow = Omit<Message, "conversation">;

/** A message with what decides whether a draft repeats it. */
export type StoredRow = MessageRow & {
  /** In hexadecimal; empty: the message is as it was first written, so its hash is that of what is stored. */
  readonly bodyHash: string;
};

/** The columns of a {@link StoredRow}. */
export const STORED_COLUMNS = `${MESSAGE_COLUMNS}, lower(hex(m.body_hash)) as bodyHash`;

/** A message of `conversation`. */
export function toMessage(conversation: ConversationRef, row: MessageRow): Message {
  return {
    conversation,
    seq: row.seq,
    change: row.change,
    messageId: row.messageId,
    senderId: row.senderId,
    clientId: row.clientId,
    kind: row.kind,
    content: row.content,
    createdAt: row.createdAt,
    editedAt: row.editedAt,
    deletedAt: row.deletedAt,
  };
}

/** A conversation beside one of its members, and its other side. */
export interface ViewRow {
  readonly key: number;
  readonly low: number;
  readonly high: number;
  readonly firstSeq: number;
  readonly lastSeq: number;
  readonly lastChange: number;
  readonly updatedAt: number;
  readonly deliveredSeq: number;
  readonly readSeq: number;
  readonly shownReadSeq: number;
  readonly ownAfterRead: number;
  readonly peerDeliveredSeq: number | null;
  readonly peerReadSeq: number | null;
}

/** A conversation as its member sees it. */
export function toView(row: ViewRow, lastMessage: Message | null): ConversationView {
  return {
    conversation: directConversation(row.low, row.high),
    firstSeq: row.firstSeq,
    lastSeq: row.lastSeq,
    lastChange: row.lastChange,
    lastMessage,
    unread: unreadOf(row),
    deliveredSeq: row.deliveredSeq,
    readSeq: row.readSeq,
    shownReadSeq: row.shownReadSeq,
    peerReadSeq: row.peerReadSeq ?? 0,
    peerDeliveredSeq: row.peerDeliveredSeq ?? 0,
    updatedAt: row.updatedAt,
  };
}

/** Messages of others above the read mark, without counting them. What retention removed is not unread. */
export function unreadOf(
  row: {
    readonly firstSeq: number;
    readonly lastSeq: number;
    readonly readSeq: number;
    readonly ownAfterRead: number;
  },
): number {
  return row.lastSeq - Math.max(row.readSeq, row.firstSeq - 1) - row.ownAfterRead;
}
