/**
 * Language and appearance: two selects, wherever they stand.
 *
 * @module
 */
import { html } from "../../vendor/preact.js";

/** @import { VNode } from "../../vendor/preact.js" */
/** @import { Page, Theme } from "../page.js" */

/** @type {readonly Theme[]} */
const THEMES = ["system", "light", "dark"];

/**
 * @param {{ page: Page }} props
 * @returns {VNode}
 */
export function Preferences({ page }) {
  const texts = page.texts.value;
  /** @param {Event & { currentTarget: HTMLSelectElement }} event */
  const setLanguage = ({ currentTarget }) => {
    page.language.value = currentTarget.value === "zh" ? "zh" : "en";
  };
  /** @param {Event & { currentTarget: HTMLSelectElement }} event */
  const setTheme = ({ currentTarget }) => {
    page.theme.value = THEMES.find((theme) => theme === currentTarget.value) ?? "system";
  };
  return html`
    <div class="preferences">
      <select
        class="select"
        data-testid="language"
        aria-label=${texts.t("language.label")}
        value=${texts.language}
        onChange=${setLanguage}
      >
        <option value="zh" lang="zh">中文</option>
        <option value="en" lang="en">English</option>
      </select>
      <select
        class="select"
        data-testid="theme"
        aria-label=${texts.t("theme.label")}
        value=${page.theme.value}
        onChange=${setTheme}
      >
        ${THEMES.map((theme) =>
          html`<option key=${theme} value=${theme}>${texts.t(`theme.${theme}`)}</option>`
        )}
      </select>
    </div>
  `;
}
