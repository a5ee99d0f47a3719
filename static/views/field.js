/**
 * A labelled input with its hint and its fault.
 *
 * @module
 */
import { h, setAttribute, setText, View } from "./dom.js";

let count = 0;

/**
 * @typedef {object} FieldOptions
 * @property {string} testId
 * @property {string} name Names the fault's hook: `error-<name>`.
 * @property {() => string} label
 * @property {() => string} [hint]
 * @property {Readonly<Record<string, string | number | boolean>>} [attributes]
 * @property {boolean} [multiline]
 */

/** @extends {View<HTMLDivElement>} */
export class Field extends View {
  /** @param {FieldOptions} options */
  constructor({ testId, name, label, hint, attributes = {}, multiline = false }) {
    const id = `field-${++count}`;
    const input = h(multiline ? "textarea" : "input", {
      id,
      class: "input",
      "data-testid": testId,
      name,
      dir: "auto",
      "aria-describedby": `${id}-fault ${id}-hint`,
      ...attributes,
    });
    const fault = h("p", { id: `${id}-fault`, class: "fault", "data-testid": `error-${name}`, hidden: true });
    const caption = h("label", { for: id, class: "label" });
    const small = h("p", { id: `${id}-hint`, class: "hint", hidden: hint === undefined });
    super(h("div", { class: "field" }, caption, input, fault, small));
    this.input = input;
    /** @type {() => string} */
    this.fault = () => "";
    this.text(caption, label);
    this.text(small, () => hint?.() ?? "");
    this.bind(() => this.#showFault(fault));
    input.addEventListener("input", () => this.setFault(null));
  }

  /** What was typed. */
  get value() {
    return this.input.value;
  }

  /**
   * Shows what is wrong, in the language of the moment; null: nothing is.
   *
   * @param {(() => string) | null} fault
   */
  setFault(fault) {
    this.fault = fault ?? (() => "");
    this.update();
  }

  /** @param {HTMLElement} element */
  #showFault(element) {
    const text = this.fault();
    setText(element, text);
    element.hidden = text === "";
    setAttribute(this.input, "aria-invalid", text === "" ? null : "true");
  }
}
