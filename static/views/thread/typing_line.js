/**
 * Who types just now.
 *
 * @module
 */
import { html } from "../../vendor/preact.js";
import { nameOf } from "../parts/person.js";

/** @import { VNode } from "../../vendor/preact.js" */
/** @import { Desk } from "../desk.js" */
/** @import { OpenThread } from "../open_thread.js" */

/**
 * Nothing while nobody does.
 *
 * @param {{ desk: Desk, thread: OpenThread }} props
 * @returns {VNode | null}
 */
export function TypingLine({ desk, thread }) {
  const { typing, selfId } = desk.state.value;
  const id = desk.chatOf(thread)?.info.conversation_id;
  const isTyping = id === undefined
    ? [...typing.values()].includes(thread.peerId)
    : typing.has(id) && typing.get(id) !== selfId;
  if (!isTyping) return null;
  const texts = desk.page.texts.value;
  const name = nameOf(desk.personOf(thread.peerId), texts);
  return html`
    <span class="typing" data-testid="typing">
      <span class="dots" aria-hidden="true"><i></i><i></i><i></i></span>
      ${texts.t("thread.typing", { name })}
    </span>
  `;
}
