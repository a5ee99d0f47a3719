/**
 * The way back to the newest message, and how many are new there.
 *
 * @module
 */
import { html } from "../../vendor/preact.js";
import { Icon } from "../parts/icon.js";

/** @import { VNode } from "../../vendor/preact.js" */
/** @import { Desk } from "../desk.js" */
/** @import { OpenThread } from "../open_thread.js" */
/** @import { Reading } from "./reading.js" */

const MAX_SHOWN = 999;

/**
 * @param {{ desk: Desk, thread: OpenThread, reading: Reading }} props
 * @returns {VNode | null} Null at the newest message.
 */
export function JumpButton({ desk, thread, reading }) {
  if (reading.atNewest.value) return null;
  const texts = desk.page.texts.value;
  const count = desk.chatOf(thread)?.info.unread ?? 0;
  return html`
    <button
      type="button"
      class="button round jump"
      data-testid="jump-to-newest"
      aria-label=${count === 0 ? texts.t("thread.newest") : texts.t("thread.newest_count", { count })}
      onClick=${() => {
        reading.toNewest();
        reading.focus();
      }}
    >
      <${Icon} name="down" />
      ${count === 0 ? null : html`
        <span class="badge jump-badge" aria-hidden="true">${count > MAX_SHOWN
          ? `${MAX_SHOWN}+`
          : count}</span>
      `}
    </button>
  `;
}
