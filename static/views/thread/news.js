/**
 * Tells screen readers what arrives in the open thread, and that alone: what scrolls in is not news.
 *
 * @module
 */
import { html, useEffect } from "../../vendor/preact.js";
import { nameOf } from "../parts/person.js";

/** @import { VNode } from "../../vendor/preact.js" */
/** @import { Desk } from "../desk.js" */
/** @import { OpenThread } from "../open_thread.js" */

/** Nobody wants to be read a whole page, characters. */
const MAX_TOLD = 300;

/**
 * @param {{ desk: Desk, thread: OpenThread }} props
 * @returns {VNode}
 */
export function News({ desk, thread }) {
  useEffect(() => {
    const stop = desk.connection.on("arrived", (message) => {
      const isHere = thread.conversationId === null
        ? message.from_user_id === thread.peerId
        : message.data.conversation_id === thread.conversationId;
      if (!isHere) return;
      const texts = desk.page.texts.peek();
      const name = nameOf(desk.personOf(message.from_user_id), texts);
      desk.tell(texts.t("thread.news", { name, text: message.content.slice(0, MAX_TOLD) }));
    });
    return () => {
      stop();
      // Told once: the next thread begins in silence.
      desk.tell("");
    };
  }, []);
  const { count, text } = desk.told.value;
  return html`
    <div class="sr-only" aria-live="polite">
      ${text === "" ? null : html`<p key=${count}>${text}</p>`}
    </div>
  `;
}
