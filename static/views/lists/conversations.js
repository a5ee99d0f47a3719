/**
 * The list of conversations, newest activity first.
 *
 * @module
 */
import { chatsByActivity } from "../../core/state.js";
import { html } from "../../vendor/preact.js";
import { Avatar, nameOf, presenceOf } from "../parts/person.js";

/** @import { Chat } from "../../core/state.js" */
/** @import { VNode } from "../../vendor/preact.js" */
/** @import { Desk } from "../desk.js" */

/** Rows shown; the rest is there by search. */
const MAX_ROWS = 500;
const MAX_SHOWN_UNREAD = 99;

/**
 * @param {{ desk: Desk }} props
 * @returns {VNode}
 */
export function Conversations({ desk }) {
  const texts = desk.page.texts.value;
  const chats = chatsByActivity(desk.state.value).slice(0, MAX_ROWS);
  return html`
    <section class="list-section">
      <h2 class="list-title">${texts.t("main.conversations")}</h2>
      <ul class="rows" data-testid="conversation-list" aria-label=${texts.t("main.conversations")}>
        ${chats.map((chat) => html`<${Row} key=${chat.info.conversation_id} desk=${desk} chat=${chat} />`)}
      </ul>
      ${chats.length === 0 ? html`<p class="list-empty">${texts.t("main.no_conversations")}</p>` : null}
    </section>
  `;
}

/**
 * @param {{ desk: Desk, chat: Chat }} props
 * @returns {VNode}
 */
function Row({ desk, chat }) {
  const texts = desk.page.texts.value;
  const { info } = chat;
  const person = desk.personOf(info.peer?.user_id ?? 0);
  const name = nameOf(person, texts);
  const presence = presenceOf(person, desk.link.value);
  const at = Date.parse(info.updated_at);
  const unread = info.unread > MAX_SHOWN_UNREAD ? `${MAX_SHOWN_UNREAD}+` : `${info.unread}`;
  return html`
    <li>
      <button
        type="button"
        class="row"
        data-testid="conversation"
        data-conversation-id=${info.conversation_id}
        data-peer-id=${info.peer?.user_id}
        aria-current=${desk.isOpen(chat) ? "true" : null}
        onClick=${() => desk.openChat(chat)}
      >
        <${Avatar} userId=${person.user_id} name=${name} presence=${presence} />
        <span class="row-text">
          <span class="row-line">
            <span class="row-name" data-testid="conversation-name" dir="auto">${name}</span>
            <span class="sr-only" data-testid="presence" data-status=${presence}>${texts.t(
              `presence.${presence}`,
            )}</span>
            <time class="row-time" datetime=${info.updated_at}>${texts.moment(at, desk.page.now())}</time>
          </span>
          <span class="row-line">
            <span class="row-preview" data-testid="conversation-preview" dir="auto">${previewOf(
              chat,
              desk,
            )}</span>
            ${info.unread === 0 ? null : html`
              <span class="badge" data-testid="unread" title=${texts.t("main.unread", {
                count: info.unread,
              })}>${unread}</span>
            `}
          </span>
        </span>
      </button>
    </li>
  `;
}

/**
 * The last line, whoever wrote it.
 *
 * @param {Chat} chat
 * @param {Desk} desk
 * @returns {string}
 */
function previewOf({ info }, desk) {
  const texts = desk.page.texts.value;
  const last = info.last_message;
  if (last === null) return "";
  const text = last.data.deleted_at === undefined ? last.content : texts.t("thread.removed");
  return last.from_user_id === desk.connection.userId ? texts.t("main.you_said", { text }) : text;
}
