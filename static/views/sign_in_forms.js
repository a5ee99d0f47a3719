/**
 * The two forms of an account: signing in and registering.
 *
 * @module
 */
import { inviteCode, registrationFaults } from "../core/registration.js";
import { h, setText, View } from "./dom.js";
import { Field } from "./field.js";

/** @import { Api, Refused, ServerFacts } from "../core/api.js" */
/** @import { Texts } from "../core/i18n.js" */

/**
 * @typedef {object} FormOptions
 * @property {Texts} texts
 * @property {Api} api
 * @property {() => void} onSignedIn
 */

/** Errors that speak of one field. */
const FIELD_OF = new Map([
  ["username_taken", "username"],
  ["email_taken", "email"],
  ["invite_invalid", "invite"],
]);

/**
 * @param {FormOptions} options
 * @returns {View}
 */
export function signInForm({ texts, api, onSignedIn }) {
  const username = new Field({
    testId: "username",
    name: "username",
    label: () => texts.t("sign_in.login"),
    attributes: { autocomplete: "username", autocapitalize: "none", spellcheck: "false" },
  });
  const password = new Field({
    testId: "password",
    name: "password",
    label: () => texts.t("sign_in.password"),
    attributes: { type: "password", autocomplete: "current-password" },
  });
  return accountForm({
    texts,
    fields: new Map([["username", username], ["password", password]]),
    submitLabel: () => texts.t("sign_in.submit"),
    faults: () => requiredFaults(new Map([["username", username], ["password", password]])),
    submit: async () => {
      const result = await api.signIn({ username: username.value.trim(), password: password.value });
      if (result.ok) onSignedIn();
      return result.ok ? null : result;
    },
  });
}

/**
 * @param {FormOptions & { server: ServerFacts, invite: string }} options
 * @returns {View}
 */
export function registerForm({ texts, api, server, invite, onSignedIn }) {
  // Where registration is closed, the first owner still comes in by the link.
  if (server.registration === "closed" && invite === "") {
    const closed = new View(h("p", { class: "note" }));
    closed.text(closed.element, () => texts.t("sign_in.closed"));
    return closed;
  }
  const fields = registerFields(texts, server);
  const typed = () => {
    const value = (/** @type {string} */ name) => fields.get(name)?.value ?? "";
    return {
      username: value("username").trim(),
      email: value("email").trim(),
      phone: value("phone").trim(),
      password: value("password"),
      invite: inviteCode(value("invite")),
    };
  };
  const inviteField = fields.get("invite");
  if (inviteField !== undefined) inviteField.input.value = invite;
  return accountForm({
    texts,
    fields,
    submitLabel: () => texts.t("sign_in.submit_register"),
    faults: () => registrationFaults(typed(), server),
    submit: async () => {
      const form = typed();
      const { username, password } = form;
      const registered = await api.register(withoutEmpty(form));
      if (!registered.ok) return registered;
      const signedIn = await api.signIn({ username, password });
      if (signedIn.ok) onSignedIn();
      return signedIn.ok ? null : signedIn;
    },
  });
}

/**
 * @param {Texts} texts
 * @param {ServerFacts} server
 * @returns {Map<string, Field>}
 */
function registerFields(texts, server) {
  const hint = server.mode === "debug" ? "sign_in.password_hint_debug" : "sign_in.password_hint";
  /** @type {Map<string, Field>} */
  const fields = new Map();
  /**
   * @param {"username" | "email" | "phone" | "password" | "invite"} name
   * @param {Readonly<Record<string, string>>} attributes
   * @param {() => string} [help]
   */
  const add = (name, attributes, help) => {
    const label = () => texts.t(`sign_in.${name}`);
    fields.set(
      name,
      new Field({ testId: name, name, label, attributes, ...(help === undefined ? {} : { hint: help }) }),
    );
  };
  add(
    "username",
    { autocomplete: "username", autocapitalize: "none", spellcheck: "false" },
    () => texts.t("sign_in.username_hint"),
  );
  add("email", { type: "email", autocomplete: "email" });
  add("phone", { type: "tel", autocomplete: "tel" });
  add("password", { type: "password", autocomplete: "new-password" }, () => texts.t(hint));
  if (server.registration !== "open") add("invite", { autocomplete: "off", spellcheck: "false" });
  return fields;
}

/**
 * @param {{ username: string, email: string, password: string, phone: string, invite: string }} form
 * @returns {import("../core/api.js").Registration}
 */
function withoutEmpty({ phone, invite, ...rest }) {
  return { ...rest, ...(phone === "" ? {} : { phone }), ...(invite === "" ? {} : { invite }) };
}

/**
 * @param {ReadonlyMap<string, Field>} fields
 * @returns {Record<string, string>}
 */
function requiredFaults(fields) {
  return Object.fromEntries(
    [...fields].filter(([, field]) => field.value === "").map(([name]) => [name, "fault.required"]),
  );
}

/**
 * A form that shows every fault at once and is sent once at a time.
 *
 * @param {object} options
 * @param {Texts} options.texts
 * @param {ReadonlyMap<string, Field>} options.fields
 * @param {() => string} options.submitLabel
 * @param {() => Readonly<Record<string, string>>} options.faults Names of sentences, by field.
 * @param {() => Promise<Refused | null>} options.submit
 * @returns {View}
 */
function accountForm({ texts, fields, submitLabel, faults, submit }) {
  let busy = false;
  /** @type {() => string} */
  let problem = () => "";
  const error = h("p", { class: "form-error", "data-testid": "form-error", role: "alert", hidden: true });
  const button = h("button", { type: "submit", class: "button primary wide", "data-testid": "submit" });
  const form = h("form", { novalidate: true, class: "form" });
  const view = new View(form);
  for (const field of fields.values()) form.append(view.child(field).element);
  form.append(error, button);
  view.text(button, () => busy ? texts.t("sign_in.busy") : submitLabel());
  view.bind(() => {
    setText(error, problem());
    error.hidden = problem() === "";
    button.disabled = busy;
  });
  /** @param {Refused} refused */
  const show = (refused) => {
    const named = FIELD_OF.get(refused.error);
    const byField = Object.entries(refused.fields).filter(([name]) => fields.has(name));
    for (const [name, text] of byField) fields.get(name)?.setFault(() => text);
    const own = named === undefined ? undefined : fields.get(named);
    if (byField.length === 0 && own !== undefined) {
      own.setFault(() => texts.error(refused.error, refused.message));
    } else if (byField.length === 0) problem = () => texts.error(refused.error, refused.message);
    focusFirstFault(fields);
  };
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (busy) return;
    problem = () => "";
    const found = faults();
    for (const [name, field] of fields) {
      const key = found[name];
      field.setFault(key === undefined ? null : () => texts.named(key) ?? key);
    }
    view.update();
    if (Object.keys(found).length > 0) return focusFirstFault(fields);
    busy = true;
    view.update();
    const refused = await submit();
    busy = false;
    if (refused !== null) show(refused);
    view.update();
  });
  return view;
}

/** @param {ReadonlyMap<string, Field>} fields */
function focusFirstFault(fields) {
  [...fields.values()].find((field) => field.fault() !== "")?.input.focus();
}
