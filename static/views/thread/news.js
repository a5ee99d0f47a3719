/**
 * Tells screen readers what arrives in the open thread, and that alone: what scrolls in is not news.
 *
 * @module
 */
import { html, useEffect, useState } from "../../vendor/preact.js";
import { nameOf } from "../parts/person.js";

/** @import { MessageFrame } from "../../../realtime/frames.ts" */
/** @import { VNode } from "../../vendor/preact.js" */
/** @import { Desk } from "../desk.js" */
/** @import { OpenThread } from "../open_thread.js" */

/** Nobody wants to be read a whole page, characters. */
const MAX_SAID = 300;

/**
 * @param {{ desk: Desk, thread: OpenThread }} props
 * @returns {VNode}
 */
export function News({ desk, thread }) {
  const texts = desk.page.texts.value;
  const [message, setMessage] = useState(/** @type {MessageFrame | null} */ (null));
  useEffect(() =>
    desk.connection.on("arrived", (arrived) => {
      const isHere = thread.conversationId === null
        ? arrived.from_user_id === thread.peerId
        : arrived.data.conversation_id === thread.conversationId;
      if (isHere) setMessage(arrived);
    }), []);
  return html`
    <div class="sr-only" aria-live="polite">
      ${message === null ? null : html`
        <p key=${message.data.message_id}>${texts.t("thread.news", {
          name: nameOf(desk.personOf(message.from_user_id), texts),
          text: message.content.slice(0, MAX_SAID),
        })}</p>
      `}
    </div>
  `;
}
