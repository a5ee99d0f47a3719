/**
 * How big things will be as JSON, estimated upwards, so that an answer can be cut before it is made.
 *
 * Near the truth, since what is estimated too high costs another page. Only of a peer's name and picture, which the
 * store of messages does not know, an allowance is counted: where they are longer, the answer is asked for again.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import type { ConversationView, Message } from "./model.ts";

/** The longest a time can be. */
const TIME = '"+275760-09-13T00:00:00.000Z"';
/** The `private` frame without its texts, ids and numbers, and the comma after it. */
const MESSAGE_BYTES =
  ('{"type":"private","id":"","from_user_id":,"to_user_id":,"content":,"timestamp":,"data":{' +
    '"message_id":"","conversation_id":"","seq":,"change":,"kind":"","is_offline":false}},').length +
  TIME.length;
const CLIENT_ID_BYTES = ',"client_id":'.length;
const EDITED_BYTES = ',"edited_at":'.length + TIME.length;
const DELETED_BYTES = ',"deleted_at":'.length + TIME.length;
/** A conversation without its last message, its peer, ids and numbers, and the comma after it. */
const VIEW_BYTES = ('{"conversation_id":"","kind":"direct","peer":,"first_seq":,"last_seq":,"last_change":,' +
  '"last_message":null,"unread":,"read_seq":,"delivered_seq":,"peer_read_seq":,"peer_delivered_seq":,' +
  '"updated_at":},').length + TIME.length;
/** A name and the path of a picture; most are shorter. */
const NAME_BYTES = 100;
const PEER_BYTES = '{"user_id":4294967295,"username":"","avatar":"","status":"offline","last_seen":}'.length +
  TIME.length + NAME_BYTES;
/** An id in a list, or with its mark: `:true,`. */
const ID_BYTES = 6;
/** A preview is shorter: 200 code points. */
const PREVIEW_UNITS = 400;
const CUT_BYTES = ',"cut":true'.length;

/** A message in an answer. */
export function messageWeight(message: Message): number {
  return frameWeight(message) + jsonBytes(message.content);
}

/** A conversation in an answer; of its last message a preview. */
export function viewWeight(view: ConversationView): number {
  const { lastMessage } = view;
  const bytes = VIEW_BYTES + PEER_BYTES + view.conversation.id.length + digits(view.firstSeq) +
    digits(view.lastSeq) + digits(view.lastChange) + digits(view.unread) + digits(view.readSeq) +
    digits(view.deliveredSeq) + digits(view.peerReadSeq) + digits(view.peerDeliveredSeq);
  if (lastMessage === null) return bytes;
  return bytes + frameWeight(lastMessage) + CUT_BYTES +
    jsonBytes(lastMessage.content.slice(0, PREVIEW_UNITS));
}

/** An id in a list. */
export function idWeight(id: string): number {
  return ID_BYTES + jsonBytes(id);
}

/** A message without its text. */
function frameWeight({ conversation, messageId, kind, seq, change, ...message }: Message): number {
  const { clientId, editedAt, deletedAt } = message;
  return MESSAGE_BYTES + 2 * messageId.length + conversation.id.length + kind.length +
    digits(conversation.low) + digits(conversation.high) + digits(seq) + digits(change) +
    (clientId === null ? 0 : CLIENT_ID_BYTES + jsonBytes(clientId)) +
    (editedAt === null ? 0 : EDITED_BYTES) + (deletedAt === null ? 0 : DELETED_BYTES);
}

function digits(number: number): number {
  return String(number).length;
}

function jsonBytes(text: string): number {
  return Buffer.byteLength(JSON.stringify(text));
}
