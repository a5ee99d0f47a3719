/**
 * The documented test form: who to be. Debug mode only.
 *
 * @module
 */
import { h, View } from "./dom.js";
import { Field } from "./field.js";

/** @import { Texts } from "../core/i18n.js" */

/** @typedef {{ userId: number, username: string }} DebugIdentity */

const MAX_USER_ID = 4_294_967_295;

/**
 * @param {{ texts: Texts, last: Partial<DebugIdentity>, onConnect: (identity: DebugIdentity) => void }} options
 * @returns {View}
 */
export function debugConnectView({ texts, last, onConnect }) {
  const userId = new Field({
    testId: "debug-user-id",
    name: "debug-user-id",
    label: () => texts.t("debug.user_id"),
    attributes: { inputmode: "numeric", autocomplete: "off", placeholder: "1" },
  });
  const username = new Field({
    testId: "debug-username",
    name: "debug-username",
    label: () => texts.t("debug.username"),
    attributes: { autocomplete: "off", maxlength: 50, placeholder: "testuser", spellcheck: "false" },
  });
  userId.input.value = last.userId === undefined ? "" : `${last.userId}`;
  username.input.value = last.username ?? "";
  const form = h("form", { novalidate: true, class: "form" });
  const view = new View(h("section", { class: "card" }));
  const heading = view.text(h("h2", { class: "card-title" }), () => texts.t("debug.title"));
  const intro = view.text(h("p", { class: "card-intro" }), () => texts.t("debug.intro"));
  const connect = h("button", {
    type: "submit",
    class: "button primary wide",
    "data-testid": "debug-connect",
  });
  view.text(connect, () => texts.t("debug.connect"));
  form.append(view.child(userId).element, view.child(username).element, connect);
  view.element.append(heading, intro, form);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const id = readUserId(userId.value);
    userId.setFault(id === null ? () => texts.t("fault.user_id") : null);
    const name = username.value.trim();
    username.setFault(name === "" ? () => texts.t("fault.required") : null);
    if (id !== null && name !== "") onConnect({ userId: id, username: name });
  });
  return view;
}

/**
 * A user id as typed, or null.
 *
 * @param {string} text
 * @returns {number | null}
 */
export function readUserId(text) {
  const digits = text.trim();
  if (!/^\d{1,10}$/.test(digits)) return null;
  const id = Number(digits);
  return id >= 1 && id <= MAX_USER_ID ? id : null;
}
