/**
 * One's own profile. A new username or e-mail address needs the password.
 *
 * @module
 */
import { nameFaults } from "../../core/registration.js";
import { changeProfile } from "../../core/settings_api.js";
import { html, useSignal } from "../../vendor/preact.js";
import { Form } from "../parts/form.js";
import { Avatar } from "../parts/person.js";
import { Section } from "./section.js";

/** @import { Account } from "../../core/api.js" */
/** @import { ProfileChange } from "../../core/settings_api.js" */
/** @import { VNode } from "../../vendor/preact.js" */
/** @import { Desk } from "../desk.js" */
/** @import { FormField, Values } from "../parts/form.js" */

/**
 * @param {{ desk: Desk, account: Account }} props
 * @returns {VNode}
 */
export function Profile({ desk, account }) {
  const { page } = desk;
  const texts = page.texts.value;
  const values = useSignal(/** @type {Values} */ (typedOf(account)));
  const needsPassword = isRenamed(account, values.value);
  const name = values.value["username"]?.trim() ?? "";
  /** @param {Values} typed */
  const check = (typed) => ({
    ...nameFaults({ username: "", email: "", ...changeOf(typed) }),
    ...(isRenamed(account, typed) && (typed["password"] ?? "") === "" && { password: "fault.required" }),
  });
  /** @param {Values} typed */
  const send = async (typed) => {
    const change = changeOf(typed);
    const result = await changeProfile(page.api, {
      ...change,
      ...(isRenamed(account, typed) && { password: typed["password"] ?? "" }),
    });
    if (!result.ok) return result;
    desk.account.value = result.data;
    values.value = typedOf(result.data);
    return null;
  };
  return html`
    <${Section} name="profile" title=${texts.t("settings.profile")}>
      <div class="profile-head">
        <${Avatar} userId=${account.id} name=${name === "" ? account.username : name} />
        <p class="hint">${texts.t("settings.avatar_hint")}</p>
      </div>
      <${Form}
        texts=${texts}
        fields=${fieldsOf(desk, needsPassword)}
        values=${values}
        check=${check}
        send=${send}
        submitLabel=${texts.t("settings.save")}
        submitTestId="profile-save"
        done=${texts.t("settings.saved")}
      />
      <//>
  `;
}

/**
 * @param {Desk} desk
 * @param {boolean} needsPassword
 * @returns {FormField[]}
 */
function fieldsOf({ page }, needsPassword) {
  const texts = page.texts.value;
  return [
    {
      name: "username",
      testId: "profile-name",
      label: texts.t("sign_in.username"),
      hint: texts.t("sign_in.username_hint"),
      attributes: { autocomplete: "username", autocapitalize: "none", spellcheck: false },
    },
    {
      name: "email",
      testId: "profile-email",
      label: texts.t("sign_in.email"),
      attributes: { type: "email", autocomplete: "email", dir: "ltr" },
    },
    {
      name: "phone",
      testId: "profile-phone",
      label: texts.t("sign_in.phone"),
      attributes: { type: "tel", autocomplete: "tel", dir: "ltr" },
    },
    ...(needsPassword
      ? [{
        name: "password",
        testId: "profile-password",
        label: texts.t("settings.current_password"),
        hint: texts.t("settings.password_needed"),
        secret: true,
        attributes: { autocomplete: "current-password" },
      }]
      : []),
  ];
}

/**
 * @param {Account} account
 * @returns {Values}
 */
function typedOf({ username, email, phone }) {
  return { username, email, phone };
}

/**
 * @param {Values} values
 * @returns {ProfileChange}
 */
function changeOf(values) {
  const trimmed = (/** @type {string} */ name) => (values[name] ?? "").trim();
  return { username: trimmed("username"), email: trimmed("email"), phone: trimmed("phone") };
}

/**
 * @param {Account} account
 * @param {Values} values
 * @returns {boolean}
 */
function isRenamed(account, values) {
  const { username, email } = changeOf(values);
  return username !== account.username || email !== account.email;
}
