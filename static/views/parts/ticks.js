/**
 * How far an own message has come: five states, drawn, and in words for screen readers.
 *
 * @module
 */
import { html } from "../../vendor/preact.js";
import { Icon } from "./icon.js";

/** @import { Status } from "../../core/thread_items.js" */
/** @import { Texts } from "../../core/i18n.js" */
/** @import { VNode } from "../../vendor/preact.js" */

/**
 * @typedef {object} TicksProps
 * @property {Texts} texts
 * @property {Status} status
 * @property {boolean} [waits] There is no connection to send by: said in words that all can see.
 * @property {string} [testId]
 */

/**
 * A pending message shows its clock only after a moment: most are stored before it would be seen.
 *
 * @param {TicksProps} props
 * @returns {VNode}
 */
export function Ticks({ texts, status, waits = false, testId }) {
  const isWaiting = status === "pending" && waits;
  return html`
    <span class=${isWaiting ? "ticks waits" : "ticks"} data-testid=${testId} data-status=${status}>
      <span class=${isWaiting ? "ticks-word" : "sr-only"}>${texts.t(
        isWaiting ? "status.waiting" : `status.${status}`,
      )}</span>
      <${Icon} name=${status} />
    </span>
  `;
}
