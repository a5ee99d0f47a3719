/**
 * The card of accounts: signing in or registering.
 *
 * @module
 */
import { html, useSignal, useState } from "../../vendor/preact.js";
import { RegisterForm } from "./register_form.js";
import { SignInForm } from "./sign_in_form.js";

/** @import { VNode } from "../../vendor/preact.js" */
/** @import { Page } from "../page.js" */
/** @import { Values } from "../parts/form.js" */

/** Names of this machine, as browsers write them. */
const LOCAL = /^(localhost|.*\.localhost|127(\.\d+){3}|\[::1\])$/;

/**
 * @param {object} props
 * @param {Page} props.page
 * @param {string} props.invite
 * @param {string | null} props.notice
 * @param {(userId: number) => Promise<void>} props.onSignedIn
 * @returns {VNode}
 */
export function AccountCard({ page, invite, notice, onSignedIn }) {
  const texts = page.texts.value;
  // Both forms share what is typed: who finds out that there is no account yet need not begin anew.
  const values = useSignal(/** @type {Values} */ ({ invite }));
  const [registering, setRegistering] = useState(invite !== "");
  const [told, setTold] = useState(notice);
  const insecure = insecureText(location);
  const tab = (/** @type {boolean} */ isRegister) =>
    html`
      <button
        type="button"
        class="tab"
        data-testid=${isRegister ? "register-tab" : "sign-in-tab"}
        aria-pressed=${`${registering === isRegister}`}
        onClick=${() => setRegistering(isRegister)}
      >
        ${texts.t(isRegister ? "sign_in.register" : "sign_in.title")}
      </button>
    `;
  return html`
    <section class="card" aria-label=${texts.t("sign_in.tabs")}>
      <div class="tabs" role="group" aria-label=${texts.t("sign_in.tabs")}>${tab(false)}${tab(true)}</div>
      ${told === null ? null : html`<p class="note" role="status">${texts.named(told)}</p>`}
      ${registering
        ? html`
          <${RegisterForm}
            page=${page}
            values=${values}
            invited=${invite !== ""}
            onSignedIn=${onSignedIn}
            onCreated=${() => {
              setTold("sign_in.created");
              setRegistering(false);
            }}
          />
        `
        : html`<${SignInForm} page=${page} values=${values} onSignedIn=${onSignedIn} />`}
      ${insecure === null ? null : html`
        <p class=${`note ${insecure === "sign_in.insecure" ? "warning" : ""}`} data-testid="insecure">
          ${texts.t(insecure)}
        </p>
      `}
    </section>
  `;
}

/**
 * What to say of plain http, by how far it reaches; null on https.
 *
 * @param {{ protocol: string, hostname: string }} place
 */
function insecureText({ protocol, hostname }) {
  if (protocol === "https:") return null;
  return LOCAL.test(hostname) ? "sign_in.insecure_local" : "sign_in.insecure";
}
