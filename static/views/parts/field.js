/**
 * A labelled input with its hint and its fault.
 *
 * @module
 */
import { html, useState } from "../../vendor/preact.js";

/** @import { VNode } from "../../vendor/preact.js" */

let count = 0;

/**
 * @typedef {object} FieldProps
 * @property {string} testId
 * @property {string} name Names the fault's hook: `error-<name>`.
 * @property {string} label
 * @property {string} value
 * @property {(value: string) => void} onInput
 * @property {string} [fault] What is wrong, in words; empty: nothing is.
 * @property {string} [hint]
 * @property {boolean} [multiline]
 * @property {Readonly<Record<string, unknown>>} [attributes] Of the input.
 * @property {VNode | null} [aside] Stands in the input's box, at its end.
 */

/**
 * @param {FieldProps} props
 * @returns {VNode}
 */
export function Field(props) {
  const { testId, name, label, value, onInput, fault = "", hint = "", attributes = {}, aside = null } = props;
  const [id] = useState(() => `field-${++count}`);
  const faultId = `${id}-fault`;
  const hintId = `${id}-hint`;
  const described = fault !== "" ? faultId : hint !== "" ? hintId : null;
  /** @param {Event & { currentTarget: HTMLInputElement }} event */
  const hear = ({ currentTarget }) => onInput(currentTarget.value);
  const Tag = props.multiline === true ? "textarea" : "input";
  return html`
    <div class="field">
      <label class="label" for=${id}>${label}</label>
      <div class="input-box">
        <${Tag}
          id=${id}
          class="input"
          data-testid=${testId}
          name=${name}
          dir="auto"
          value=${value}
          onInput=${hear}
          aria-describedby=${described}
          aria-invalid=${fault === "" ? null : "true"}
          ...${attributes}
        />
        ${aside}
      </div>
      ${fault === ""
        ? null
        : html`<p id=${faultId} class="fault" data-testid=${`error-${name}`}>${fault}</p>`}
      ${fault !== "" || hint === "" ? null : html`<p id=${hintId} class="hint">${hint}</p>`}
    </div>
  `;
}
