/**
 * What each frame of the server does to what the page knows. Pure, as state.js.
 *
 * @module
 */
import { withMarks, withMessages } from "./chats.js";
import { withPresence, withTyping } from "./state.js";

/** @import { ServerFrame } from "../../realtime/frames.ts" */
/** @import { ChatState } from "./state.js" */

/**
 * Takes one frame; those that bring no news of themselves change nothing.
 *
 * @param {ChatState} state
 * @param {ServerFrame} frame
 * @returns {ChatState}
 */
export function withFrame(state, frame) {
  switch (frame.type) {
    case "private":
      return withMessages(state, frame.data.conversation_id, [frame]);
    case "receipt":
      return withMarks(state, {
        userId: frame.from_user_id,
        conversationId: frame.data.conversation_id,
        deliveredSeq: frame.data.delivered_seq,
        readSeq: frame.data.read_seq,
      });
    case "user_list":
      return withPresence(state, frame.data.users, { whole: true });
    case "join":
    case "leave":
      return withPresence(state, [frame.data], { whole: false });
    case "typing":
      return withTyping(state, {
        conversationId: frame.data.conversation_id,
        userId: frame.from_user_id,
        active: frame.data.active,
      });
    default:
      return state;
  }
}
