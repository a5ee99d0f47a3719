/**
 * What holds for this browser alone: language, appearance, notices.
 *
 * @module
 */
import { html } from "../../vendor/preact.js";
import { LanguageSelect, ThemeSelect } from "../parts/preferences.js";
import { Notifications } from "./notifications.js";
import { Section } from "./section.js";

/** @import { VNode } from "../../vendor/preact.js" */
/** @import { Desk } from "../desk.js" */

/**
 * @param {{ desk: Desk }} props
 * @returns {VNode}
 */
export function ThisBrowser({ desk }) {
  const { page } = desk;
  const texts = page.texts.value;
  return html`
    <${Section} name="browser" title=${texts.t("settings.browser")}>
      <div class="choice">
        <label class="label" for="settings-language">${texts.t("language.label")}</label>
        <${LanguageSelect} page=${page} id="settings-language" />
      </div>
      <div class="choice">
        <label class="label" for="settings-theme">${texts.t("theme.label")}</label>
        <${ThemeSelect} page=${page} id="settings-theme" />
      </div>
      <${Notifications} desk=${desk} />
      <//>
  `;
}
