/**
 * How much of a message's length is used, once that begins to matter.
 *
 * @module
 */
import { html } from "../../vendor/preact.js";

/** @import { Texts } from "../../core/i18n.js" */
/** @import { VNode } from "../../vendor/preact.js" */

/** What the server takes, code points. */
export const MAX_POINTS = 10_000;
/** From here on the count shows. */
const SHOWN_FROM = 9_000;

/**
 * The count is for the eyes, each key changes it; screen readers hear when the end is near and when it is passed.
 *
 * @param {{ id: string, texts: Texts, points: number }} props
 * @returns {VNode}
 */
export function CharacterCount({ id, texts, points }) {
  const over = points - MAX_POINTS;
  const words = over > 0
    ? texts.t("thread.over", { count: over })
    : points >= SHOWN_FROM
    ? texts.t("thread.nearly", { count: MAX_POINTS - SHOWN_FROM })
    : "";
  return html`
    <p class="composer-foot">
      <span id=${id} class=${over > 0 ? "composer-fault" : "sr-only"} role="status">${words}</span>
      ${points < SHOWN_FROM ? null : html`
        <span
          class="character-count"
          data-testid="character-count"
          data-over=${`${over > 0}`}
          aria-hidden="true"
        >${`${points} / ${MAX_POINTS}`}</span>
      `}
    </p>
  `;
}
