/**
 * Who is online: a click opens the thread with them.
 *
 * @module
 */
import { onlinePeople } from "../core/state.js";
import { h, keyed, setAttribute, setPresent, setText, View } from "./dom.js";
import { avatar, nameOf } from "./people.js";

/** @import { OnlineUser } from "../../realtime/frames.ts" */
/** @import { Texts } from "../core/i18n.js" */
/** @import { ChatState } from "../core/state.js" */

/** People shown, as many as the server lists. */
const MAX_SHOWN = 500;

/**
 * @param {{ texts: Texts, state: () => ChatState, showIds: boolean, onOpen: (userId: number) => void }} options
 * @returns {View}
 */
export function onlineView({ texts, state, showIds, onOpen }) {
  const list = h("ul", { class: "rows", "data-testid": "online-list" });
  const count = h("span", { class: "count" });
  const view = new View(h("section", { class: "list-section" }));
  const title = view.text(h("span"), () => texts.t("main.online"));
  const empty = view.text(h("p", { class: "list-empty" }), () => texts.t("main.nobody"));
  view.element.append(h("h2", { class: "list-title" }, title, count), list);
  view.attribute(list, "aria-label", () => texts.t("main.online"));
  const show = keyed(list, {
    key: (/** @type {OnlineUser} */ person) => `${person.user_id}`,
    create: (person) => onlineRow(person, { texts, state, showIds, onOpen }),
  });
  view.bind(() => {
    const people = onlinePeople(state()).slice(0, MAX_SHOWN);
    show(people);
    setText(count, `${people.length}`);
    setPresent(view.element, empty, people.every((person) => person.user_id === state().selfId));
  });
  return view;
}

/**
 * @param {OnlineUser} person
 * @param {{ texts: Texts, state: () => ChatState, showIds: boolean, onOpen: (userId: number) => void }} options
 * @returns {{ element: HTMLElement, update: (person: OnlineUser) => void }}
 */
function onlineRow(person, { texts, state, showIds, onOpen }) {
  const isSelf = person.user_id === state().selfId;
  const round = avatar();
  const name = h("span", { class: "row-name", dir: "auto" });
  const aside = h("span", { class: "row-time" });
  const line = h("span", { class: "row-line" }, name, aside);
  const row = isSelf ? h("div", { class: "row" }) : h("button", { type: "button", class: "row" });
  row.append(round.element, h("span", { class: "row-text" }, line));
  if (!isSelf) row.addEventListener("click", () => onOpen(person.user_id));
  const element = h("li", { "data-testid": "online-user", "data-user-id": person.user_id }, row);
  return {
    element,
    update(now) {
      round.update(now, nameOf(now, texts));
      setText(name, nameOf(now, texts));
      setText(aside, [isSelf ? texts.t("main.you") : "", showIds ? `#${now.user_id}` : ""].join(" ").trim());
      setAttribute(element, "data-status", now.status);
    },
  };
}
