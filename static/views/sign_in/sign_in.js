/**
 * The way in: sign in, register, and in debug the documented test form.
 *
 * @module
 */
import { html, useEffect, useRef } from "../../vendor/preact.js";
import { DebugConnect } from "../debug/connect.js";
import { Icon } from "../parts/icon.js";
import { Preferences } from "../parts/preferences.js";
import { AccountCard } from "./account_card.js";

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
export function SignIn({ page, invite, notice, onSignedIn, onDebug }) {
  const texts = page.texts.value;
  const { mode, version } = page.server.value;
  const cards = useRef(/** @type {HTMLElement | null} */ (null));
  useEffect(() => {
    // On a touch screen the keyboard would cover what there is to read.
    if (matchMedia("(pointer: coarse)").matches) return;
    cards.current?.querySelector("input")?.focus({ preventScroll: true });
  }, []);
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
        <div class="cards" ref=${cards}>
          ${mode === "debug" ? html`<${DebugConnect} page=${page} onConnect=${onDebug} />` : null}
          <${AccountCard} page=${page} invite=${invite} notice=${notice} onSignedIn=${onSignedIn} />
        </div>
      </main>
      <footer class="foot">
        <${Preferences} page=${page} />
        ${version === "" ? null : html`<span class="version">${version}</span>`}
      </footer>
    </div>
  `;
}
