/**
 * The top of the messenger: who one is, how the connection is, and the way out.
 *
 * @module
 */
import { h, setAttribute, setText, View } from "./dom.js";
import { icon } from "./icons.js";
import { preferencesView } from "./preferences.js";

/** @import { Connection } from "../core/connection.js" */
/** @import { Preferences } from "./preferences.js" */

/**
 * @param {object} options
 * @param {Preferences} options.preferences
 * @param {Connection} options.connection
 * @param {boolean} options.debug
 * @param {() => string | null} options.stopped Why it will not come back by itself: the name of a sentence.
 * @param {() => void} options.onReconnect
 * @param {() => void} options.onLeave
 * @returns {View}
 */
export function headerView({ preferences, connection, debug, stopped, onReconnect, onLeave }) {
  const { texts } = preferences;
  const view = new View(h("header", { class: "top" }));
  const brand = h("h1", { class: "brand" }, h("span", { class: "brand-mark" }, icon("chat")));
  brand.append(view.text(h("span", { class: "brand-name" }), () => texts.t("app.name")));
  const name = view.text(h("span", { class: "self-name", dir: "auto" }), () => {
    const { selfName, selfId } = connection.state;
    return debug ? `${selfName} #${selfId}` : selfName;
  });
  const words = h("span", { class: "state-text" });
  const dot = h("span", { class: "state-dot", "aria-hidden": "true" });
  const state = h("div", { class: "state", role: "status", "data-testid": "connection-state" }, dot, words);
  const again = h("button", { type: "button", class: "button small", "data-testid": "reconnect" });
  again.addEventListener("click", onReconnect);
  view.text(again, () => texts.t("state.reconnect"));
  view.bind(() => {
    const reason = stopped();
    setText(words, (reason === null ? null : texts.named(reason)) ?? texts.t(`state.${connection.link}`));
    setAttribute(state, "data-state", connection.link);
    again.hidden = reason === null;
  });
  const leave = h(
    "button",
    { type: "button", class: "button quiet leave", "data-testid": debug ? "disconnect" : "sign-out" },
    icon("leave"),
  );
  leave.append(
    view.text(
      h("span", { class: "leave-text" }),
      () => texts.t(debug ? "debug.disconnect" : "main.sign_out"),
    ),
  );
  leave.addEventListener("click", onLeave);
  view.element.append(
    brand,
    state,
    again,
    h("span", { class: "gap" }),
    name,
    view.child(preferencesView(preferences)).element,
    leave,
  );
  return view;
}
