/**
 * One conversation: its messages, who types, and the composer.
 *
 * @module
 */
import { html } from "../../vendor/preact.js";
import { nameOf } from "../parts/person.js";

/** @import { VNode } from "../../vendor/preact.js" */
/** @import { Desk } from "../desk.js" */
/** @import { OpenThread } from "../open_thread.js" */

/**
 * @param {{ desk: Desk, thread: OpenThread }} props
 * @returns {VNode}
 */
export function Thread({ desk, thread }) {
  const texts = desk.page.texts.value;
  const messages = desk.chatOf(thread)?.timeline.messages ?? [];
  return html`
    <section class="thread" data-testid="thread" data-peer-id=${thread.peerId || null}>
      <h2 class="thread-name" data-testid="thread-name" dir="auto">${nameOf(
        desk.personOf(thread.peerId),
        texts,
      )}</h2>
      <ol class="messages">
        ${messages.map((message) =>
          html`
            <li key=${message.data.message_id} data-testid="message">
              <p class="message-text" data-testid="message-text" dir="auto">${message.content}</p>
            </li>
          `
        )}
      </ol>
    </section>
  `;
}
