/**
 * What a notice of a message says.
 *
 * @module
 */

/** @import { MessageFrame } from "../../realtime/frames.ts" */
/** @import { ChatState } from "./state.js" */

/** A notice shows the beginning, in code points. */
const MAX_POINTS = 120;
/** Characters that turn the direction of what follows: outside the page nothing keeps them in bounds. */
const TURNS = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/**
 * Who wrote, and the first line of it.
 *
 * @param {ChatState} state
 * @param {MessageFrame} message
 * @returns {{ title: string, body: string }}
 */
export function noticeOf(state, { from_user_id: userId, content, data }) {
  const peer = state.chats.get(data.conversation_id)?.info.peer;
  const name = state.people.get(userId)?.username || (peer?.user_id === userId ? peer.username : "");
  const line = content.split("\n").map((text) => text.trim()).find((text) => text !== "") ?? "";
  const points = [...line.replace(TURNS, "")];
  const body = points.length > MAX_POINTS ? `${points.slice(0, MAX_POINTS).join("")}…` : points.join("");
  return { title: name.replace(TURNS, "") || `#${userId}`, body };
}
