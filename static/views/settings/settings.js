/**
 * The settings: account, devices, this browser.
 *
 * @module
 */
import { html } from "../../vendor/preact.js";
import { Preferences } from "../parts/preferences.js";

/** @import { VNode } from "../../vendor/preact.js" */
/** @import { Desk } from "../desk.js" */

/**
 * @param {{ desk: Desk }} props
 * @returns {VNode}
 */
export function Settings({ desk }) {
  const texts = desk.page.texts.value;
  return html`
    <dialog open class="settings" aria-label=${texts.t("settings.title")}>
      <${Preferences} page=${desk.page} />
      <button type="button" class="button" data-testid="sign-out" onClick=${() => desk.leave()}>
        ${texts.t("main.sign_out")}
      </button>
    </dialog>
  `;
}
