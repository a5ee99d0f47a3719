/**
 * One row of the conversation list.
 *
 * @module
 */
import { stranger } from "../../core/chats.js";
import { lastLine } from "../../core/list_rows.js";
import { html } from "../../vendor/preact.js";
import { threadOf } from "../open_thread.js";
import { isolated } from "../parts/direction_control.js";
import { Avatar, nameOf, presenceOf } from "../parts/person.js";
import { Ticks } from "../parts/ticks.js";

/** @import { OnlineUser } from "../../../realtime/frames.ts" */
/** @import { Texts } from "../../core/i18n.js" */
/** @import { LinkState } from "../../core/link.js" */
/** @import { ListRow } from "../../core/list_rows.js" */
/** @import { VNode } from "../../vendor/preact.js" */
/** @import { Desk } from "../desk.js" */
/** @import { OpenThread } from "../open_thread.js" */

const MAX_SHOWN_UNREAD = 99;

/**
 * Whose conversation a row is; null where it is not between two people.
 *
 * @param {ListRow} row
 * @param {ReadonlyMap<number, OnlineUser>} people
 * @returns {OnlineUser | null}
 */
export function personOfRow({ peerId, chat }, people) {
  if (peerId === 0) return null;
  return people.get(peerId) ?? chat?.info.peer ?? stranger(peerId);
}

/**
 * What to call a row.
 *
 * @param {OnlineUser | null} person
 * @param {Texts} texts
 * @returns {string}
 */
export function nameOfRow(person, texts) {
  return person === null ? texts.t("list.unknown_kind") : nameOf(person, texts);
}

/**
 * The thread that a row opens.
 *
 * @param {ListRow} row
 * @returns {OpenThread}
 */
export function threadOfRow({ chat, peerId }) {
  return chat === null ? { peerId, conversationId: null, unreadFrom: null } : threadOf(chat);
}

/**
 * @typedef {object} ConversationRowProps
 * @property {Desk} desk
 * @property {ListRow} row
 * @property {OnlineUser | null} person
 * @property {LinkState} link
 * @property {boolean} isOpen
 * @property {string} writing What is written there and not sent.
 */

/**
 * @param {ConversationRowProps} props
 * @returns {VNode}
 */
export function ConversationRow({ desk, row, person, link, isOpen, writing }) {
  const texts = desk.page.texts.value;
  const name = nameOfRow(person, texts);
  const presence = person === null ? "unknown" : presenceOf(person, link);
  const unread = row.chat?.info.unread ?? 0;
  return html`
    <li class="row-item">
      <button
        type="button"
        class="row"
        data-testid="conversation"
        data-conversation-id=${row.chat?.info.conversation_id}
        data-peer-id=${row.peerId === 0 ? null : row.peerId}
        aria-current=${isOpen ? "true" : null}
        onClick=${() => desk.choose(threadOfRow(row))}
      >
        <${Avatar} userId=${row.peerId} name=${name} presence=${presence} />
        <span class="row-text">
          <span class="row-line">
            <span class="row-name" data-testid="conversation-name" dir="auto">${name}</span>
            ${person === null ? null : html`
              <span class="sr-only" data-testid="presence" data-status=${presence}>${texts.t(
                `presence.${presence}`,
              )}</span>
            `}
            <time class="row-time" datetime=${new Date(row.at).toISOString()}>${texts.moment(
              row.at,
              desk.page.now(),
            )}</time>
          </span>
          <span class="row-line">
            <${LastLine} desk=${desk} row=${row} link=${link} writing=${writing} />
            ${unread === 0 ? null : html`<${Badge} texts=${texts} count=${unread} />`}
          </span>
        </span>
      </button>
    </li>
  `;
}

/**
 * What is being written there, else the last line, whoever wrote it, and how far an own one has come.
 *
 * @param {{ desk: Desk, row: ListRow, link: LinkState, writing: string }} props
 * @returns {VNode | null}
 */
function LastLine({ desk, row, link, writing }) {
  const texts = desk.page.texts.value;
  if (writing !== "") {
    return html`
      <span class="row-preview" data-testid="conversation-preview" dir="auto">
        <span class="row-draft">${texts.t("list.draft")}</span> ${isolated(writing)}
      </span>
    `;
  }
  const last = lastLine(row, desk.connection.userId);
  if (last === null) return null;
  const text = last.removed ? texts.t("thread.removed") : last.text;
  return html`
    ${last.status === null
      ? null
      : html`<${Ticks} texts=${texts} status=${last.status} waits=${link !== "online"} />`}
    <span class="row-preview" data-testid="conversation-preview" dir="auto">${last.mine
      ? isolated(texts.t("main.you_said", { text }))
      : isolated(text)}</span>
  `;
}

/**
 * @param {{ texts: Texts, count: number }} props
 * @returns {VNode}
 */
function Badge({ texts, count }) {
  return html`
    <span class="badge" data-testid="unread" data-count=${count} aria-hidden="true">${count > MAX_SHOWN_UNREAD
      ? `${MAX_SHOWN_UNREAD}+`
      : count}</span>
    <span class="sr-only">${texts.t("main.unread", { count })}</span>
  `;
}
