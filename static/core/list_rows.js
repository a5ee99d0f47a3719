/**
 * The rows of the conversation list: conversations, and people to whom a first message is on its way.
 *
 * Pure, as state.js.
 *
 * @module
 */

import { statusOf } from "./thread_items.js";

/** @import { Draft } from "./draft.js" */
/** @import { Chat, ChatState } from "./state.js" */
/** @import { Status } from "./thread_items.js" */

/**
 * @typedef {object} ListRow
 * @property {string} key
 * @property {number} peerId 0 for a conversation that is not direct.
 * @property {Chat | null} chat Null while there is only what waits to be sent.
 * @property {Draft | null} draft The newest that waits to be sent there.
 * @property {number} at Of the newest activity, milliseconds since 1970.
 */

/** @typedef {{ text: string, mine: boolean, removed: boolean, status: Status | null }} LastLine */

/**
 * All rows, newest activity first.
 *
 * @param {Pick<ChatState, "chats" | "drafts">} state
 * @returns {ListRow[]}
 */
export function listRows({ chats, drafts }) {
  const waiting = new Map(drafts.map((draft) => [draft.toUserId, draft]));
  const rows = [...chats.values()].map((chat) => {
    const peerId = chat.info.kind === "direct" ? chat.info.peer?.user_id ?? 0 : 0;
    const draft = waiting.get(peerId) ?? null;
    waiting.delete(peerId);
    const at = Math.max(Date.parse(chat.info.updated_at), draft?.createdAt ?? 0);
    return { key: chat.info.conversation_id, peerId, chat, draft, at };
  });
  const first = [...waiting.values()].map((draft) => ({
    key: `with ${draft.toUserId}`,
    peerId: draft.toUserId,
    chat: null,
    draft,
    at: draft.createdAt,
  }));
  return [...rows, ...first].toSorted((one, other) => other.at - one.at || one.key.localeCompare(other.key));
}

/**
 * What was written last in a row's conversation, or null.
 *
 * @param {Pick<ListRow, "chat" | "draft">} row
 * @param {number} selfId
 * @returns {LastLine | null}
 */
export function lastLine({ chat, draft }, selfId) {
  if (draft !== null) return { text: draft.content, mine: true, removed: false, status: draft.status };
  const last = chat?.info.last_message;
  if (chat === null || last === null || last === undefined) return null;
  const mine = last.from_user_id === selfId;
  return {
    text: last.content,
    mine,
    removed: last.data.deleted_at !== undefined,
    status: mine ? statusOf(last.data.seq, chat) : null,
  };
}

/**
 * Everything that is unread.
 *
 * @param {Pick<ChatState, "chats">} state
 * @returns {number}
 */
export function totalUnread({ chats }) {
  return [...chats.values()].reduce((sum, { info }) => sum + info.unread, 0);
}
