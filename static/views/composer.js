/**
 * Where a message is written. Enter sends, Shift+Enter breaks the line, and input methods keep their Enter.
 *
 * @module
 */
import { codePoints } from "../core/frames.js";
import { h, setAttribute, setText, View } from "./dom.js";
import { icon } from "./icons.js";

/** @import { Texts } from "../core/i18n.js" */

const MAX_POINTS = 10_000;
/** From here on the count shows. */
const SHOWN_FROM = 9_000;

/** @extends {View<HTMLFormElement>} */
export class Composer extends View {
  /**
   * @param {object} options
   * @param {Texts} options.texts
   * @param {() => string} options.to Whom the message goes to, by name.
   * @param {(content: string) => boolean} options.onSend False: the text stays.
   * @param {(isWriting: boolean) => void} options.onTyping
   */
  constructor({ texts, to, onSend, onTyping }) {
    const field = h("textarea", { class: "composer-input", "data-testid": "composer", rows: 1, dir: "auto" });
    const send = h(
      "button",
      { type: "submit", class: "button primary round", "data-testid": "send" },
      icon("send"),
    );
    const count = h("span", { class: "character-count", "data-testid": "character-count" });
    super(h("form", { class: "composer" }, field, count, send));
    this.field = field;
    this.attribute(field, "aria-label", () => texts.t("thread.composer", { name: to() }));
    this.attribute(field, "placeholder", () => texts.t("thread.placeholder"));
    this.attribute(send, "aria-label", () => texts.t("thread.send"));
    this.bind(() => {
      const points = codePoints(field.value);
      setText(count, points >= SHOWN_FROM ? `${points} / ${MAX_POINTS}` : "");
      setAttribute(count, "data-over", `${points > MAX_POINTS}`);
      send.disabled = field.value.trim() === "" || points > MAX_POINTS;
    });
    field.addEventListener("input", () => {
      this.update();
      onTyping(field.value !== "");
    });
    onEnter(field, () => this.element.requestSubmit(send.disabled ? null : send));
    this.element.addEventListener("submit", (event) => {
      event.preventDefault();
      if (send.disabled || !onSend(field.value)) return;
      field.value = "";
      this.update();
    });
  }
}

/**
 * Runs when Enter is meant as "send": without Shift, and not while an input method composes.
 *
 * @param {HTMLElement} field
 * @param {() => void} run
 */
export function onEnter(field, run) {
  field.addEventListener("keydown", (event) => {
    // Some browsers end the composition before they tell of its Enter; 229 is what is left of it.
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    run();
  });
}
