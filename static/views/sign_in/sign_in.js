/**
 * The way in: sign in, register, and in debug the documented test form.
 *
 * @module
 */
import { html } from "../../vendor/preact.js";
import { DebugConnect } from "../debug/connect.js";
import { Icon } from "../parts/icon.js";
import { Preferences } from "../parts/preferences.js";

/** @import { DebugIdentity } from "../../core/debug_identity.js" */
/** @import { VNode } from "../../vendor/preact.js" */
/** @import { Page } from "../page.js" */

/**
 * @typedef {object} SignInProps
 * @property {Page} page
 * @property {string} invite The code of the link that led here, or empty.
 * @property {string | null} notice Why one is here again: the name of a sentence.
 * @property {(userId: number) => Promise<void>} onSignedIn
 * @property {(identity: DebugIdentity) => Promise<void>} onDebug
 */

/**
 * @param {SignInProps} props
 * @returns {VNode}
 */
export function SignIn({ page, onDebug }) {
  const texts = page.texts.value;
  const { mode, version } = page.server.value;
  return html`
    <div class="entrance">
      <main class="welcome">
        <div class="brand brand-large">
          <span class="brand-mark"><${Icon} name="chat" /></span>
          <div>
            <h1 class="brand-name">${texts.t("app.name")}</h1>
            <p class="tagline">${texts.t("app.tagline")}</p>
          </div>
        </div>
        <div class="cards">
          ${mode === "debug" ? html`<${DebugConnect} page=${page} onConnect=${onDebug} />` : null}
        </div>
      </main>
      <footer class="foot">
        <${Preferences} page=${page} />
        ${version === "" ? null : html`<span class="version">${version}</span>`}
      </footer>
    </div>
  `;
}
