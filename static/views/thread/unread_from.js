/**
 * Where what is new begins in the open thread.
 *
 * @module
 */
import { isAttended } from "../../device/attention.js";
import { useEffect, useState } from "../../vendor/preact.js";

/** @import { Desk } from "../desk.js" */
/** @import { OpenThread } from "../open_thread.js" */

/**
 * The first seq that was unread when the thread was opened, or the first that came while nobody looked at the page.
 *
 * @param {Desk} desk
 * @param {OpenThread} thread
 * @returns {number | null}
 */
export function useUnreadFrom(desk, thread) {
  const [from, setFrom] = useState(thread.unreadFrom);
  useEffect(() => setFrom(thread.unreadFrom), [thread]);
  useEffect(() =>
    desk.connection.on("arrived", ({ data }) => {
      const isHere = desk.chatOf(thread)?.info.conversation_id === data.conversation_id;
      const unread = desk.connection.state.chats.get(data.conversation_id)?.info.unread ?? 0;
      if (isHere && unread <= 1 && !isAttended()) setFrom(data.seq);
    }), [thread]);
  return from;
}
