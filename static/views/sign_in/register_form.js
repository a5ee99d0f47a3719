/**
 * Registering; who has registered is signed in.
 *
 * @module
 */
import { inviteCode, registrationFaults } from "../../core/registration.js";
import { html } from "../../vendor/preact.js";
import { Form } from "../parts/form.js";

/** @import { Registration, ServerFacts } from "../../core/api.js" */
/** @import { Texts } from "../../core/i18n.js" */
/** @import { Signal, VNode } from "../../vendor/preact.js" */
/** @import { Page } from "../page.js" */
/** @import { FormField, Values } from "../parts/form.js" */

/**
 * @param {object} props
 * @param {Page} props.page
 * @param {Signal<Values>} props.values
 * @param {boolean} props.invited Whether an invite link led here.
 * @param {(userId: number) => Promise<void>} props.onSignedIn
 * @param {() => void} props.onCreated The account is there, but signing in did not work.
 * @returns {VNode}
 */
export function RegisterForm({ page, values, invited, onSignedIn, onCreated }) {
  const texts = page.texts.value;
  const server = page.server.value;
  // Where registration is closed, the first owner still comes in by the link.
  if (server.registration === "closed" && !invited) {
    return html`<p class="note" data-testid="registration-closed">${texts.t("sign_in.closed")}</p>`;
  }
  /** @param {Values} typed */
  const send = async (typed) => {
    const form = registrationOf(typed);
    const registered = await page.api.register(form);
    if (!registered.ok) return registered;
    const signedIn = await page.api.signIn({ username: form.username, password: form.password });
    if (signedIn.ok) await onSignedIn(signedIn.data.id);
    else onCreated();
    return null;
  };
  return html`
    <${Form}
      key="register"
      texts=${texts}
      fields=${fieldsOf(texts, server)}
      values=${values}
      check=${(/** @type {Values} */ typed) =>
        registrationFaults({ invite: "", ...registrationOf(typed) }, server)}
      send=${send}
      submitLabel=${texts.t("sign_in.submit_register")}
    />
  `;
}

/**
 * What is typed as it is sent: without what was left empty.
 *
 * @param {Values} values
 * @returns {Registration}
 */
function registrationOf(values) {
  const trimmed = (/** @type {string} */ name) => (values[name] ?? "").trim();
  const phone = trimmed("phone");
  const invite = inviteCode(values["invite"] ?? "");
  return {
    username: trimmed("username"),
    email: trimmed("email"),
    password: values["password"] ?? "",
    ...(phone !== "" && { phone }),
    ...(invite !== "" && { invite }),
  };
}

/**
 * @param {Texts} texts
 * @param {ServerFacts} server
 * @returns {FormField[]}
 */
function fieldsOf(texts, { mode, registration }) {
  return [
    {
      name: "username",
      label: texts.t("sign_in.username"),
      hint: texts.t("sign_in.username_hint"),
      attributes: { autocomplete: "username", autocapitalize: "none", spellcheck: false },
    },
    {
      name: "email",
      label: texts.t("sign_in.email"),
      attributes: { type: "email", autocomplete: "email", dir: "ltr" },
    },
    {
      name: "phone",
      label: texts.t("sign_in.phone"),
      attributes: { type: "tel", autocomplete: "tel", dir: "ltr" },
    },
    {
      name: "password",
      label: texts.t("sign_in.password"),
      hint: texts.t(mode === "debug" ? "sign_in.password_hint_debug" : "sign_in.password_hint"),
      secret: true,
      attributes: { autocomplete: "new-password" },
    },
    ...(registration === "open" ? [] : [{
      name: "invite",
      label: texts.t("sign_in.invite"),
      attributes: { autocomplete: "off", autocapitalize: "none", spellcheck: false },
    }]),
  ];
}
