/**
 * The documented sending form: target user id, message, send. Debug mode only.
 *
 * @module
 */
import { onEnter } from "./composer.js";
import { readUserId } from "./debug_connect.js";
import { h, setText, View } from "./dom.js";
import { Field } from "./field.js";

/** @import { Texts } from "../core/i18n.js" */

/** @extends {View<HTMLFormElement>} */
export class DebugSend extends View {
  #target;

  /**
   * @param {object} options
   * @param {Texts} options.texts
   * @param {number} options.selfId
   * @param {(message: { toUserId: number, content: string }) => boolean} options.onSend False: the text stays.
   * @param {(toUserId: number | null) => void} options.onTyping
   */
  constructor({ texts, selfId, onSend, onTyping }) {
    super(h("form", { class: "panel form debug-send", novalidate: true }));
    const target = new Field({
      testId: "debug-target-id",
      name: "debug-target-id",
      label: () => texts.t("debug.target_id"),
      attributes: { inputmode: "numeric", autocomplete: "off", placeholder: "2" },
    });
    const content = new Field({
      testId: "debug-content",
      name: "debug-content",
      label: () => texts.t("debug.content"),
      attributes: { rows: 2 },
      multiline: true,
    });
    this.#target = target;
    const title = this.text(h("h2", { class: "panel-title" }), () => texts.t("debug.send_title"));
    const send = h("button", { type: "submit", class: "button primary", "data-testid": "debug-send" });
    const error = h("p", { class: "form-error", "data-testid": "form-error", role: "alert", hidden: true });
    this.text(send, () => texts.t("debug.send"));
    this.element.append(title, this.child(target).element, this.child(content).element, error, send);
    onEnter(content.input, () => this.element.requestSubmit(send));
    content.input.addEventListener(
      "input",
      () => onTyping(content.value === "" ? null : readUserId(target.value)),
    );
    this.element.addEventListener("submit", (event) => {
      event.preventDefault();
      const toUserId = readUserId(target.value);
      const isSelf = toUserId === selfId;
      const fault = toUserId === null ? "fault.user_id" : "fault.target_self";
      target.setFault(toUserId === null || isSelf ? () => texts.t(fault) : null);
      content.setFault(content.value.trim() === "" ? () => texts.t("fault.content") : null);
      if (toUserId === null || isSelf || content.value.trim() === "") return;
      const isTaken = onSend({ toUserId, content: content.value });
      setText(error, isTaken ? "" : texts.t("thread.full"));
      error.hidden = isTaken;
      if (isTaken) content.input.value = "";
    });
  }

  /**
   * Fills in to whom.
   *
   * @param {number} userId
   */
  setTarget(userId) {
    this.#target.input.value = `${userId}`;
    this.#target.setFault(null);
  }
}
