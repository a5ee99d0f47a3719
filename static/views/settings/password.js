/**
 * Changing the password; all other sessions end.
 *
 * @module
 */
import { passwordFault } from "../../core/registration.js";
import { changePassword } from "../../core/settings_api.js";
import { html, useSignal } from "../../vendor/preact.js";
import { Form } from "../parts/form.js";
import { Section } from "./section.js";

/** @import { Account } from "../../core/api.js" */
/** @import { VNode } from "../../vendor/preact.js" */
/** @import { Desk } from "../desk.js" */
/** @import { FormField, Values } from "../parts/form.js" */

/**
 * @param {{ desk: Desk, account: Account | null, onChanged: () => void }} props
 * @returns {VNode}
 */
export function Password({ desk, account, onChanged }) {
  const { page } = desk;
  const texts = page.texts.value;
  const { mode } = page.server.value;
  const values = useSignal(/** @type {Values} */ ({}));
  const { username = "", email = "" } = account ?? {};
  /** @param {Values} typed */
  const check = ({ old_password: old = "", new_password: fresh = "" }) => {
    const fault = passwordFault(fresh, { mode, username, email });
    return {
      ...(old === "" && { old_password: "fault.required" }),
      ...(fault !== null && { new_password: fault }),
    };
  };
  /** @param {Values} typed */
  const send = async ({ old_password: old = "", new_password: fresh = "" }) => {
    const result = await changePassword(page.api, { old_password: old, new_password: fresh });
    if (!result.ok) return result;
    values.value = {};
    onChanged();
    return null;
  };
  /** @type {FormField[]} */
  const fields = [
    {
      name: "old_password",
      testId: "old-password",
      label: texts.t("settings.current_password"),
      secret: true,
      attributes: { autocomplete: "current-password" },
    },
    {
      name: "new_password",
      testId: "new-password",
      label: texts.t("settings.new_password"),
      hint: texts.t(mode === "debug" ? "sign_in.password_hint_debug" : "sign_in.password_hint"),
      secret: true,
      attributes: { autocomplete: "new-password" },
    },
  ];
  return html`
    <${Section} name="password" title=${texts.t("sign_in.password")}>
      <${Form}
        texts=${texts}
        fields=${fields}
        values=${values}
        check=${check}
        send=${send}
        submitLabel=${texts.t("settings.change_password")}
        submitTestId="change-password"
        done=${texts.t("settings.password_changed")}
        before=${html`<input type="text" name="username" autocomplete="username" value=${username} hidden />`}
      />
      <p class="hint">${texts.t("settings.password_ends")}</p>
      <//>
  `;
}
