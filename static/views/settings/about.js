/**
 * What this is.
 *
 * @module
 */
import { html } from "../../vendor/preact.js";
import { Section } from "./section.js";

/** @import { VNode } from "../../vendor/preact.js" */
/** @import { Page } from "../page.js" */

/**
 * @param {{ page: Page }} props
 * @returns {VNode}
 */
export function About({ page }) {
  const texts = page.texts.value;
  const { version } = page.server.value;
  return html`
    <${Section} name="about" title=${texts.t("settings.about")}>
      <p>${texts.t("app.name")}${version === "" ? null : ` ${version}`}</p>
      <p>
        <a class="link" href="/docs" target="_blank" rel="noopener">${texts.t("settings.docs")}</a>
      </p>
      <//>
  `;
}
