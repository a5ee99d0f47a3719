/**
 * How many messages are unread. The server counts; between its counts this client goes on counting.
 *
 * @module
 */
import { holds, lastHeld } from "./timeline.js";

/** @import { Conversation, MessageFrame } from "../../realtime/frames.ts" */
/** @import { Chat } from "./state.js" */
/** @import { Timeline } from "./timeline.js" */

/**
 * With these messages, which may be known already.
 *
 * @param {Chat} chat Before them.
 * @param {{ messages: readonly MessageFrame[], selfId: number }} options
 * @returns {number}
 */
export function unreadWith({ info, timeline, countedTo }, { messages, selfId }) {
  const isNews = isUncounted({ above: Math.max(countedTo, info.read_seq), selfId });
  return info.unread + messages.filter((message) => isNews(message) && !holds(timeline, message)).length;
}

/**
 * After the server told its count, though this client may have read further, or know newer messages.
 *
 * @param {Conversation} told
 * @param {{ timeline: Timeline, read: number, lastSeq: number, selfId: number }} known With what is told in it.
 * @returns {number}
 */
export function unreadTold(told, { timeline, read, lastSeq, selfId }) {
  const isNews = isUncounted({ above: Math.max(told.last_seq, told.read_seq), selfId });
  const unread = told.unread + [...timeline.messages, ...timeline.ahead].filter(isNews).length;
  if (read <= told.read_seq) return unread;
  return unreadAfter({ unread, lastSeq, timeline }, { read, selfId });
}

/**
 * After everything up to `read` was.
 *
 * @param {{ unread: number, lastSeq: number, timeline: Timeline }} before
 * @param {{ read: number, selfId: number }} options
 * @returns {number}
 */
export function unreadAfter({ unread, lastSeq, timeline }, { read, selfId }) {
  if (read >= lastSeq) return 0;
  const from = timeline.messages[0]?.data.seq ?? Infinity;
  // Counted where everything unread is held; else at most what can be left.
  if (from <= read + 1 && lastHeld(timeline) >= lastSeq) {
    return timeline.messages.filter(isUncounted({ above: read, selfId })).length;
  }
  return Math.min(unread, lastSeq - read);
}

/**
 * @param {{ above: number, selfId: number }} options
 * @returns {(message: MessageFrame) => boolean}
 */
function isUncounted({ above, selfId }) {
  return ({ data, from_user_id: by }) => data.seq > above && by !== selfId;
}
