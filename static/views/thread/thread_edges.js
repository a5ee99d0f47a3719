/**
 * What stands above the first message, and where there is none: more to load, the beginning, or a word of welcome.
 *
 * @module
 */
import { html } from "../../vendor/preact.js";
import { nameOf } from "../parts/person.js";

/** @import { VNode } from "../../vendor/preact.js" */
/** @import { Desk } from "../desk.js" */
/** @import { OpenThread } from "../open_thread.js" */
/** @import { OlderMessages } from "./older_messages.js" */
/** @import { Reading } from "./reading.js" */

/**
 * Above the first message. At the newest one the button is no stop on the way of the Tab key: it would lead away.
 *
 * @param {object} props
 * @param {Desk} props.desk
 * @param {OpenThread} props.thread
 * @param {OlderMessages} props.older
 * @param {Reading} props.reading
 * @param {boolean} props.isMoreHeld
 * @returns {VNode}
 */
export function ThreadTop({ desk, thread, older, reading, isMoreHeld }) {
  const texts = desk.page.texts.value;
  const isMore = isMoreHeld || older.hasOlder;
  const name = nameOf(desk.personOf(thread.peerId), texts);
  const isOffered = !reading.atNewest.value || older.stalled.value;
  return html`
    <div class="messages-top">
      ${isMore
        ? isOffered && html`
          <button type="button" class="link older" data-testid="older" onClick=${() => void older.more()}>
            ${texts.t("thread.older")}
          </button>
        `
        : isBeginning(desk, thread)
        ? html`<p>${texts.t("thread.beginning", { name })}</p>`
        : null}
    </div>
  `;
}

/**
 * Whether nothing was ever written above what is held: not where retention removed it, nor where nobody knows.
 *
 * @param {Desk} desk
 * @param {OpenThread} thread
 * @returns {boolean}
 */
function isBeginning(desk, thread) {
  const chat = desk.chatOf(thread);
  if (thread.peerId === 0) return false;
  return chat === undefined ? desk.state.value.since !== null : chat.timeline.messages[0]?.data.seq === 1;
}

/**
 * Instead of messages.
 *
 * @param {{ desk: Desk, thread: OpenThread }} props
 * @returns {VNode}
 */
export function NoMessages({ desk, thread }) {
  const texts = desk.page.texts.value;
  const chat = desk.chatOf(thread);
  const isKnownEmpty = chat === undefined ? desk.state.value.since !== null : chat.info.last_seq === 0;
  const key = isKnownEmpty
    ? "thread.empty"
    : desk.link.value === "online"
    ? "thread.loading"
    : "thread.unloaded";
  return html`<p class="thread-empty" data-state=${key === "thread.loading" ? "loading" : null}>${
    texts.t(key)
  }</p>`;
}
