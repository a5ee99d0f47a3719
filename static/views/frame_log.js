/**
 * The frames as they pass, newest last. Debug mode only.
 *
 * @module
 */
import { h, setPresent, View } from "./dom.js";

/** @import { Connection } from "../core/connection.js" */
/** @import { Texts } from "../core/i18n.js" */

const MAX_ENTRIES = 200;
/** Longer frames are cut here; the log shows what passes, it keeps nothing. */
const MAX_CHARACTERS = 2_000;
const ARROWS = { in: "↓", out: "↑", note: "·" };

/**
 * @param {{ texts: Texts, connection: Connection, now: () => number }} options
 * @returns {View}
 */
export function frameLogView({ texts, connection, now }) {
  const list = h("ol", { class: "frames", "data-testid": "frame-log", tabindex: 0 });
  const summary = h("summary", { class: "panel-title" });
  const details = h("details", { class: "panel log" }, summary);
  // On a phone the messages come first.
  details.open = !matchMedia("(max-width: 699px)").matches;
  const view = new View(details);
  const empty = h("p", { class: "list-empty" });
  details.append(list);
  view.text(summary, () => texts.t("debug.log"));
  view.text(empty, () => texts.t("debug.log_empty"));
  view.attribute(list, "aria-label", () => texts.t("debug.log"));
  view.bind(() => setPresent(details, empty, list.childElementCount === 0));
  connection.on("traffic", ({ direction, text }) => {
    const atBottom = list.scrollHeight - list.scrollTop - list.clientHeight < 24;
    const cut = text.length > MAX_CHARACTERS ? `${text.slice(0, MAX_CHARACTERS)}…` : text;
    list.append(entry(direction, { text: cut, at: now(), texts }));
    if (list.childElementCount > MAX_ENTRIES) list.firstElementChild?.remove();
    if (atBottom) list.scrollTop = list.scrollHeight;
    empty.remove();
  });
  return view;
}

/**
 * @param {"in" | "out" | "note"} direction
 * @param {{ text: string, at: number, texts: Texts }} options
 * @returns {HTMLElement}
 */
function entry(direction, { text, at, texts }) {
  return h(
    "li",
    { class: "frame", "data-direction": direction },
    h("span", { class: "frame-arrow", "aria-hidden": "true" }, ARROWS[direction]),
    h("span", { class: "sr-only" }, `${texts.t(`debug.${direction}`)}: `),
    h("time", { class: "frame-time" }, new Date(at).toTimeString().slice(0, 8)),
    h("code", { class: "frame-text" }, text),
  );
}
