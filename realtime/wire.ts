/**
 * From the store's nouns to the wire's shapes.
 *
 * @module
 */
import { type ConversationView, type Message, peerOf, type UserId } from "../db/model.ts";
import { type ChatError, ERRORS, type Language, sentence } from "./errors.ts";
import {
  codePoints,
  type Conversation,
  type MessageFrame,
  type OnlineUser,
  type ServerFrame,
} from "./frames.ts";
import { PREVIEW_POINTS } from "./limits.ts";

/** Everything of one turn has the same time: the last text is kept. */
const last = { ms: Number.NaN, text: "" };

/** RFC 3339, UTC, milliseconds. */
export function timestamp(ms: number): string {
  if (ms !== last.ms) {
    last.text = new Date(ms).toISOString();
    last.ms = ms;
  }
  return last.text;
}

interface MessageView {
  readonly viewerId: UserId;
  /** Whether it comes by sync or history. */
  readonly isOffline: boolean;
}

/** The `private` frame of a message, as `viewerId` may see it: client ids are for the sender's devices only. */
export function messageFrame(message: Message, view: MessageView): MessageFrame {
  const own = message.senderId === view.viewerId && message.clientId !== null;
  return {
    type: "private",
    id: message.messageId,
    from_user_id: message.senderId,
    to_user_id: peerOf(message.conversation, message.senderId),
    content: message.content,
    timestamp: timestamp(message.createdAt),
    data: {
      message_id: message.messageId,
      conversation_id: message.conversation.id,
      seq: message.seq,
      change: message.change,
      kind: message.kind,
      ...(own && message.clientId !== null ? { client_id: message.clientId } : {}),
      is_offline: view.isOffline,
      ...(message.deletedAt === null ? {} : { deleted_at: timestamp(message.deletedAt) }),
      ...(message.editedAt === null ? {} : { edited_at: timestamp(message.editedAt) }),
    },
  };
}

/** The same with its text cut to a preview. */
export function previewFrame(message: Message, viewerId: UserId): MessageFrame {
  const frame = messageFrame(message, { viewerId, isOffline: true });
  if (frame.content.length <= PREVIEW_POINTS || codePoints(frame.content) <= PREVIEW_POINTS) return frame;
  const content = Array.from(frame.content.slice(0, PREVIEW_POINTS * 2)).slice(0, PREVIEW_POINTS).join("");
  return { ...frame, content, data: { ...frame.data, cut: true } };
}

/** Whoever had this number: there is no account with it any more. */
export function erasedPerson(userId: UserId): OnlineUser {
  return { user_id: userId, username: "", avatar: "", status: "offline", last_seen: null, deleted: true };
}

/** A conversation for the list of `viewerId`. */
export function conversationShape(
  view: ConversationView,
  viewerId: UserId,
  people: ReadonlyMap<UserId, OnlineUser>,
): Conversation {
  const peerId = peerOf(view.conversation, viewerId);
  return {
    conversation_id: view.conversation.id,
    kind: view.conversation.kind,
    peer: people.get(peerId) ?? erasedPerson(peerId),
    first_seq: view.firstSeq,
    last_seq: view.lastSeq,
    last_change: view.lastChange,
    last_message: view.lastMessage === null ? null : previewFrame(view.lastMessage, viewerId),
    unread: view.unread,
    read_seq: view.readSeq,
    delivered_seq: view.deliveredSeq,
    peer_read_seq: view.peerReadSeq,
    peer_delivered_seq: view.peerDeliveredSeq,
    updated_at: timestamp(view.updatedAt),
  };
}

/** The `error` frame of a refusal. */
export function errorFrame(
  error: ChatError,
  context: { readonly id: string | undefined; readonly language: Language; readonly now: number },
): ServerFrame {
  const kind = ERRORS[error.code];
  const { params, text, retryAfterMs } = error.details;
  return {
    type: "error",
    ...(context.id === undefined ? {} : { id: context.id }),
    timestamp: timestamp(context.now),
    data: {
      code: kind.status,
      error: error.code,
      message: sentence(text ?? kind.text, context.language, params),
      temporary: kind.temporary,
      ...(retryAfterMs === undefined ? {} : { retry_after_ms: retryAfterMs }),
    },
  };
}
