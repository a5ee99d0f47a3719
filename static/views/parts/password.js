/**
 * A field for a password, with the toggle that shows what is typed.
 *
 * @module
 */
import { html } from "../../vendor/preact.js";
import { Field } from "./field.js";
import { Icon } from "./icon.js";

/** @import { Texts } from "../../core/i18n.js" */
/** @import { VNode } from "../../vendor/preact.js" */
/** @import { FieldProps } from "./field.js" */

/**
 * @param {FieldProps & { texts: Texts, shown: boolean, onShow: (shown: boolean) => void }} props
 * @returns {VNode}
 */
export function PasswordField({ texts, shown, onShow, ...field }) {
  const toggle = html`
    <button
      type="button"
      class="toggle"
      data-testid=${`show-${field.testId}`}
      aria-pressed=${`${shown}`}
      aria-label=${texts.t("password.show_label")}
      onClick=${() => onShow(!shown)}
    >
      <${Icon} name=${shown ? "hide" : "show"} />
      <span>${texts.t("password.show")}</span>
    </button>
  `;
  return html`
    <${Field}
      ...${field}
      attributes=${{
        autocapitalize: "none",
        spellcheck: false,
        ...field.attributes,
        type: shown ? "text" : "password",
        dir: "ltr",
      }}
      aside=${toggle}
    />
  `;
}
