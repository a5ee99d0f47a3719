/**
 * The way in: sign in, register, and in debug the documented test form.
 *
 * @module
 */
import { debugConnectView } from "./debug_connect.js";
import { h, setPresent, View } from "./dom.js";
import { icon } from "./icons.js";
import { preferencesView } from "./preferences.js";
import { registerForm, signInForm } from "./sign_in_forms.js";

/** @import { Api, ServerFacts } from "../core/api.js" */
/** @import { DebugIdentity } from "./debug_connect.js" */
/** @import { Preferences } from "./preferences.js" */

/**
 * @typedef {object} SignInOptions
 * @property {Preferences} preferences
 * @property {Api} api
 * @property {ServerFacts} server
 * @property {string} invite The code of the link that led here, or empty.
 * @property {"local" | "network" | null} insecure Plain http, and how far it reaches.
 * @property {string | null} notice Why one is here again: the name of a sentence.
 * @property {Partial<DebugIdentity>} lastDebug What the debug form begins with.
 * @property {() => void} onSignedIn
 * @property {(identity: DebugIdentity) => void} onDebug
 */

/**
 * @param {SignInOptions} options
 * @returns {View}
 */
export function signInView(options) {
  const { preferences, server } = options;
  const { texts } = preferences;
  const cards = h("div", { class: "cards" });
  const main = h("main", { class: "welcome" });
  const view = new View(h("div", { class: "entrance" }, main));
  const name = view.text(h("h1", { class: "brand-name" }), () => texts.t("app.name"));
  const tagline = view.text(h("p", { class: "tagline" }), () => texts.t("app.tagline"));
  const mark = h("span", { class: "brand-mark" }, icon("chat"));
  main.append(h("div", { class: "brand brand-large" }, mark, h("div", {}, name, tagline)), cards);
  if (server.mode === "debug") {
    cards.append(
      view.child(debugConnectView({ texts, last: options.lastDebug, onConnect: options.onDebug })).element,
    );
  }
  cards.append(view.child(accountCard(options)).element);
  const foot = h("footer", { class: "foot" }, view.child(preferencesView(preferences)).element);
  if (server.version !== "") foot.append(h("span", { class: "version" }, server.version));
  view.element.append(foot);
  return view;
}

/**
 * @param {SignInOptions} options
 * @returns {View}
 */
function accountCard({ preferences, api, server, invite, insecure, notice, onSignedIn }) {
  const { texts } = preferences;
  let registering = invite !== "";
  const view = new View(h("section", { class: "card" }));
  const signIn = view.child(signInForm({ texts, api, onSignedIn }));
  const register = view.child(registerForm({ texts, api, server, invite, onSignedIn }));
  const tabs = h("div", { class: "tabs", role: "group" });
  view.attribute(tabs, "aria-label", () => texts.t("sign_in.tabs"));
  /** @param {boolean} isRegister */
  const tab = (isRegister) => {
    const button = h("button", {
      type: "button",
      class: "tab",
      "data-testid": isRegister ? "register-tab" : "sign-in-tab",
    });
    view.text(button, () => texts.t(isRegister ? "sign_in.register" : "sign_in.title"));
    view.attribute(button, "aria-pressed", () => `${registering === isRegister}`);
    button.addEventListener("click", () => {
      registering = isRegister;
      view.update();
    });
    return button;
  };
  tabs.append(tab(false), tab(true));
  const body = h("div", {});
  view.element.append(tabs);
  if (notice !== null) {
    view.element.append(
      view.text(h("p", { class: "note", role: "status" }), () => texts.named(notice) ?? ""),
    );
  }
  view.element.append(body);
  view.bind(() => {
    setPresent(body, signIn.element, !registering);
    setPresent(body, register.element, registering);
  });
  if (insecure !== null) {
    const warning = h("p", {
      class: `note ${insecure === "network" ? "warning" : ""}`,
      "data-testid": "insecure",
    });
    const key = insecure === "network" ? "sign_in.insecure" : "sign_in.insecure_local";
    view.element.append(view.text(warning, () => texts.t(key)));
  }
  return view;
}
