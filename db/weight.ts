/**
 * How big things will be as JSON, estimated upwards, so that an answer can be cut before it is made.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import type { ConversationView, Message } from "./model.ts";

/** The `private` frame without its texts: ids, times, numbers at their longest, keys and quotes. */
const MESSAGE_BYTES = 480;
/** A conversation with its peer (names and paths of a generous length), without its last message's text. */
const VIEW_BYTES = 1_400;
/** An id in a list, or a mark beside it: quotes, colon, comma. */
const ID_BYTES = 16;
/** A preview is shorter: 200 code points. */
const PREVIEW_UNITS = 400;

/** A message in an answer. */
export function messageWeight(message: Message): number {
  return MESSAGE_BYTES + jsonBytes(message.content) + jsonBytes(message.clientId ?? "");
}

/** A conversation in an answer; of its last message a preview. */
export function viewWeight(view: ConversationView): number {
  const { lastMessage } = view;
  if (lastMessage === null) return VIEW_BYTES;
  return VIEW_BYTES + MESSAGE_BYTES + jsonBytes(lastMessage.content.slice(0, PREVIEW_UNITS)) +
    jsonBytes(lastMessage.clientId ?? "");
}

/** An id in a list. */
export function idWeight(id: string): number {
  return ID_BYTES + jsonBytes(id);
}

function jsonBytes(text: string): number {
  return Buffer.byteLength(JSON.stringify(text));
}
