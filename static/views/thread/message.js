/**
 * One message: its text in a bubble, its time, and on an own one how far it came.
 *
 * @module
 */
import { html } from "../../vendor/preact.js";
import { Ticks } from "../parts/ticks.js";
import { CopyMessage } from "./copy_message.js";
import { MessageText } from "./message_text.js";

/** @import { MessageItem } from "../../core/thread_items.js" */
/** @import { Texts } from "../../core/i18n.js" */
/** @import { VNode } from "../../vendor/preact.js" */

/** Longer texts are laid out only when they come near: a window of the longest would stop the page, UTF-16 units. */
const LONG = 1_500;

/**
 * @typedef {object} MessageProps
 * @property {MessageItem} item
 * @property {Texts} texts
 * @property {boolean} isCutOff There is no connection.
 * @property {string} sender By name; where two people talk it shows by the side, and is told to screen readers.
 * @property {boolean} isDirect Two people talk.
 * @property {(id: string) => void} onRetry
 * @property {(id: string) => void} onDiscard
 * @property {(words: string) => void} onTold Something happened that is only seen.
 */

/**
 * @param {MessageProps} props
 * @returns {VNode}
 */
export function Message(props) {
  const { item, texts, isCutOff, sender, isDirect } = props;
  return html`
    <li
      class=${classOf(item)}
      data-testid="message"
      data-message-id=${item.id}
      data-seq=${item.seq}
      data-mine=${`${item.mine}`}
    >
      ${item.follows ? null : html`
        <p class=${isDirect || item.mine ? "sr-only" : "message-sender"} dir="auto">${sender}</p>
      `}
      <div class="bubble">
        ${item.removed
          ? html`<p class="message-text removed" data-testid="message-text">${texts.t("thread.removed")}</p>`
          : html`<${MessageText} text=${item.text} />`}
        <div class="message-foot">
          <time
            class="message-time"
            data-testid="message-time"
            datetime=${new Date(item.at).toISOString()}
            title=${texts.exactTime(item.at)}
          >${texts.time(item.at)}</time>
          ${item.status === null ? null : html`
            <${Ticks} texts=${texts} status=${item.status} waits=${isCutOff} testId="message-status" />
          `}
        </div>
        ${item.removed ? null : html`
          <${CopyMessage} texts=${texts} text=${item.text} onTold=${props.onTold} />
        `}
      </div>
      ${item.status === "failed" ? html`<${Problem} ...${props} />` : null}
    </li>
  `;
}

/**
 * @param {MessageItem} item
 * @returns {string}
 */
function classOf({ follows, leads, text }) {
  const isLong = text.length > LONG;
  return `message${follows ? " follows" : ""}${leads ? " leads" : ""}${isLong ? " long" : ""}`;
}

/**
 * Why a message was not sent, and what can be done.
 *
 * @param {MessageProps} props
 * @returns {VNode}
 */
function Problem({ item, texts, onRetry, onDiscard }) {
  return html`
    <p class="message-problem">
      <span>${item.error === null ? texts.t("status.failed") : texts.error(item.error)}</span>
      <button type="button" class="link" data-testid="retry" onClick=${() => onRetry(item.key)}>
        ${texts.t("thread.retry")}
      </button>
      <button type="button" class="link" data-testid="discard" onClick=${() => onDiscard(item.key)}>
        ${texts.t("thread.discard")}
      </button>
    </p>
  `;
}
