/**
 * How the connection is, where one writes: in words, with the next try counted down.
 *
 * @module
 */
import { html } from "../../vendor/preact.js";

/** @import { VNode } from "../../vendor/preact.js" */
/** @import { Desk } from "../desk.js" */

/**
 * Nothing while all is well.
 *
 * @param {{ desk: Desk }} props
 * @returns {VNode | null}
 */
export function ConnectionNote({ desk }) {
  const texts = desk.page.texts.value;
  const link = desk.link.value;
  if (link === "online") return null;
  return html`
    <div class="connection-note" data-testid="connection-note" data-state=${link}>
      <span role="status">${texts.t(`state.${link}`)}</span>
      ${link === "connecting" ? null : html`
        <button type="button" class="link" data-testid="try-now" onClick=${() => desk.connection.nudge()}>
          ${texts.t("state.try_now")}
        </button>
      `}
    </div>
  `;
}
