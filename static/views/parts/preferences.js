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
 * @param {{ page: Page, id?: string }} props `id`: for a label; without one it says itself what it is.
 * @returns {VNode}
 */
export function LanguageSelect({ page, id }) {
  const texts = page.texts.value;
  /** @param {Event & { currentTarget: HTMLSelectElement }} event */
  const set = ({ currentTarget }) => {
    page.language.value = currentTarget.value === "zh" ? "zh" : "en";
  };
  return html`
    <select
      id=${id}
      class="select"
      data-testid="language"
      aria-label=${id === undefined ? texts.t("language.label") : null}
      value=${texts.language}
      onChange=${set}
    >
      <option value="zh" lang="zh">中文</option>
      <option value="en" lang="en">English</option>
    </select>
  `;
}

/**
 * @param {{ page: Page, id?: string }} props As of {@link LanguageSelect}.
 * @returns {VNode}
 */
export function ThemeSelect({ page, id }) {
  const texts = page.texts.value;
  /** @param {Event & { currentTarget: HTMLSelectElement }} event */
  const set = ({ currentTarget }) => {
    page.theme.value = THEMES.find((theme) => theme === currentTarget.value) ?? "system";
  };
  return html`
    <select
      id=${id}
      class="select"
      data-testid="theme"
      aria-label=${id === undefined ? texts.t("theme.label") : null}
      value=${page.theme.value}
      onChange=${set}
    >
      ${THEMES.map((theme) =>
        html`<option key=${theme} value=${theme}>${texts.t(`theme.${theme}`)}</option>`
      )}
    </select>
  `;
}

/**
 * Both, side by side.
 *
 * @param {{ page: Page }} props
 * @returns {VNode}
 */
export function Preferences({ page }) {
  return html`
    <div class="preferences">
      <${LanguageSelect} page=${page} />
      <${ThemeSelect} page=${page} />
    </div>
  `;
}
