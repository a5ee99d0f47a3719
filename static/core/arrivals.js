/**
 * Which messages are news to a person: those of others that came while this client was running, or was away.
 *
 * @module
 */

/** @import { MessageFrame } from "../../realtime/frames.ts" */
/** @import { SyncData } from "./chats.js" */
/** @import { ChatState } from "./state.js" */

/**
 * Whether a live message is news: from somebody else, not known, not read.
 *
 * @param {ChatState} state Before the message.
 * @param {MessageFrame} message
 * @returns {boolean}
 */
export function isArrival(state, message) {
  const info = state.chats.get(message.data.conversation_id)?.info;
  const { seq } = message.data;
  return message.from_user_id !== state.selfId && seq > (info?.last_seq ?? 0) && seq > (info?.read_seq ?? 0);
}

/**
 * What a page of a sync brings as news: of each conversation the newest message alone, and nothing at all while
 * this client has never been told anything.
 *
 * @param {ChatState} state Before the page.
 * @param {SyncData} page
 * @returns {MessageFrame[]}
 */
export function arrivalsOf(state, page) {
  if (state.since === null) return [];
  return page.conversations.flatMap(({ last_message: last, unread }) =>
    last !== null && unread > 0 && isArrival(state, last) ? [last] : []
  );
}
