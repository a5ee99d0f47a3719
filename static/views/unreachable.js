/**
 * Nothing to show: the server cannot be reached, and nothing is kept here.
 *
 * @module
 */
import { html } from "../vendor/preact.js";

/** @import { VNode } from "../vendor/preact.js" */
/** @import { Page } from "./page.js" */

/**
 * @param {{ page: Page, onAgain: () => void }} props
 * @returns {VNode}
 */
export function Unreachable({ page, onAgain }) {
  const texts = page.texts.value;
  return html`
    <div class="entrance">
      <main class="welcome">
        <div class="card centered">
          <p role="alert">${texts.t("app.unreachable")}</p>
          <button type="button" class="button primary" data-testid="try-again" onClick=${onAgain}>
            ${texts.t("app.try_again")}
          </button>
        </div>
      </main>
    </div>
  `;
}
