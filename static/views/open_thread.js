/**
 * Which thread is open, as plain data.
 *
 * @module
 */

/** @import { Chat } from "../core/state.js" */

/**
 * The thread that is open: with whom, and what was unread when it was opened.
 *
 * @typedef {object} OpenThread
 * @property {number} peerId 0 for a conversation that is not direct.
 * @property {string | null} conversationId Set where `peerId` is 0.
 * @property {number | null} unreadFrom The first seq that was unread; null: nothing was.
 */

/**
 * The thread of a conversation.
 *
 * @param {Chat} chat
 * @returns {OpenThread}
 */
export function threadOf({ info }) {
  const peerId = info.kind === "direct" ? info.peer?.user_id ?? 0 : 0;
  return {
    peerId,
    conversationId: peerId === 0 ? info.conversation_id : null,
    unreadFrom: info.unread > 0 ? info.read_seq + 1 : null,
  };
}

/**
 * What tells threads apart.
 *
 * @param {OpenThread} thread
 * @returns {string}
 */
export function threadKey({ peerId, conversationId }) {
  return conversationId ?? `with ${peerId}`;
}

/**
 * The thread that was open before a reload, or null.
 *
 * @param {unknown} value
 * @returns {OpenThread | null}
 */
export function readThread(value) {
  if (typeof value !== "object" || value === null || !("peerId" in value) || !("conversationId" in value)) {
    return null;
  }
  const { peerId, conversationId } = value;
  if (typeof peerId !== "number" || !(conversationId === null || typeof conversationId === "string")) {
    return null;
  }
  return { peerId, conversationId, unreadFrom: null };
}
