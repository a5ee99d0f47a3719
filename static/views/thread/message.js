/**
 * One message: its text in a bubble, its time, and on an own one how far it came.
 *
 * @module
 */
import { html } from "../../vendor/preact.js";
import { Ticks } from "../parts/ticks.js";

/** @import { MessageItem } from "../../core/thread_items.js" */
/** @import { Texts } from "../../core/i18n.js" */
/** @import { VNode } from "../../vendor/preact.js" */

/**
 * @typedef {object} MessageProps
 * @property {MessageItem} item
 * @property {Texts} texts
 * @property {boolean} isCutOff There is no connection.
 * @property {(id: string) => void} onRetry
 * @property {(id: string) => void} onDiscard
 */

/**
 * @param {MessageProps} props
 * @returns {VNode}
 */
export function Message({ item, texts, isCutOff, onRetry, onDiscard }) {
  return html`
    <li
      class=${`message${item.follows ? " follows" : ""}${item.leads ? " leads" : ""}`}
      data-testid="message"
      data-message-id=${item.id}
      data-seq=${item.seq}
      data-mine=${`${item.mine}`}
    >
      <div class="bubble">
        ${item.removed
          ? html`<p class="message-text removed" data-testid="message-text">${texts.t("thread.removed")}</p>`
          : html`<p class="message-text" data-testid="message-text" dir="auto">${item.text}</p>`}
        <div class="message-foot">
          <time
            class="message-time"
            data-testid="message-time"
            datetime=${new Date(item.at).toISOString()}
          >${texts.time(item.at)}</time>
          ${item.status === null ? null : html`
            <${Ticks} texts=${texts} status=${item.status} waits=${isCutOff} testId="message-status" />
          `}
        </div>
      </div>
      ${item.status !== "failed" ? null : html`
        <p class="message-problem">
          <span>${item.error === null ? texts.t("status.failed") : texts.error(item.error)}</span>
          <button type="button" class="link" data-testid="retry" onClick=${() => onRetry(item.key)}>
            ${texts.t("thread.retry")}
          </button>
          <button type="button" class="link" data-testid="discard" onClick=${() => onDiscard(item.key)}>
            ${texts.t("thread.discard")}
          </button>
        </p>
      `}
    </li>
  `;
}
