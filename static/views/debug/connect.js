/**
 * The documented test form: who to be. Debug mode only.
 *
 * @module
 */
import { readIdentity, readUserId } from "../../core/debug_identity.js";
import { html, useState } from "../../vendor/preact.js";
import { Field } from "../parts/field.js";

/** @import { DebugIdentity } from "../../core/debug_identity.js" */
/** @import { VNode } from "../../vendor/preact.js" */
/** @import { Page } from "../page.js" */

/**
 * @param {{ page: Page, onConnect: (identity: DebugIdentity) => void }} props
 * @returns {VNode}
 */
export function DebugConnect({ page, onConnect }) {
  const texts = page.texts.value;
  const [last] = useState(() => readIdentity(page.tab.get("debug.last")));
  const [userId, setUserId] = useState(last === null ? "" : `${last.userId}`);
  const [username, setUsername] = useState(last?.username ?? "");
  const [checked, setChecked] = useState(false);
  const id = readUserId(userId);
  const name = username.trim();
  /** @param {Event} event */
  const submit = (event) => {
    event.preventDefault();
    setChecked(true);
    if (id !== null && name !== "") onConnect({ userId: id, username: name });
  };
  return html`
    <section class="card">
      <h2 class="card-title">${texts.t("debug.title")}</h2>
      <p class="card-intro">${texts.t("debug.intro")}</p>
      <form class="form" novalidate onSubmit=${submit}>
        <${Field}
          testId="debug-user-id"
          name="debug-user-id"
          label=${texts.t("debug.user_id")}
          value=${userId}
          onInput=${setUserId}
          fault=${checked && id === null ? texts.t("fault.user_id") : ""}
          attributes=${{ inputmode: "numeric", autocomplete: "off", placeholder: "1" }}
        />
        <${Field}
          testId="debug-username"
          name="debug-username"
          label=${texts.t("debug.username")}
          value=${username}
          onInput=${setUsername}
          fault=${checked && name === "" ? texts.t("fault.required") : ""}
          attributes=${{ autocomplete: "off", maxlength: 50, placeholder: "testuser", spellcheck: false }}
        />
        <button type="submit" class="button primary wide" data-testid="debug-connect">
          ${texts.t("debug.connect")}
        </button>
      </form>
    </section>
  `;
}
