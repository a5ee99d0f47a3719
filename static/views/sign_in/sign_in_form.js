/**
 * Signing in.
 *
 * @module
 */
import { html } from "../../vendor/preact.js";
import { Form } from "../parts/form.js";

/** @import { Signal, VNode } from "../../vendor/preact.js" */
/** @import { Page } from "../page.js" */
/** @import { FormField, Values } from "../parts/form.js" */

/**
 * @param {{ page: Page, values: Signal<Values>, onSignedIn: (userId: number) => Promise<void> }} props
 * @returns {VNode}
 */
export function SignInForm({ page, values, onSignedIn }) {
  const texts = page.texts.value;
  /** @type {FormField[]} */
  const fields = [
    {
      name: "username",
      label: texts.t("sign_in.login"),
      attributes: {
        autocomplete: "username",
        autocapitalize: "none",
        spellcheck: false,
        enterkeyhint: "next",
      },
    },
    {
      name: "password",
      label: texts.t("sign_in.password"),
      secret: true,
      attributes: { autocomplete: "current-password", enterkeyhint: "go" },
    },
  ];
  /** @param {Values} typed */
  const send = async ({ username = "", password = "" }) => {
    const result = await page.api.signIn({ username: username.trim(), password });
    if (result.ok) await onSignedIn(result.data.id);
    return result.ok ? null : result;
  };
  return html`
    <${Form}
      key="sign-in"
      texts=${texts}
      fields=${fields}
      values=${values}
      check=${({ username = "", password = "" }) => ({
        ...(username.trim() === "" && { username: "fault.required" }),
        ...(password === "" && { password: "fault.required" }),
      })}
      send=${send}
      submitLabel=${texts.t("sign_in.submit")}
    />
  `;
}
