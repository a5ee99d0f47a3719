/**
 * A button for what cannot be taken back: it asks once, in its place.
 *
 * @module
 */
import { html, useEffect, useRef, useState } from "../../vendor/preact.js";
import { Failed } from "./loaded.js";

/** @import { Refused } from "../../core/http.js" */
/** @import { Texts } from "../../core/i18n.js" */
/** @import { Signal, VNode } from "../../vendor/preact.js" */

/**
 * @typedef {object} EndingButtonProps
 * @property {Texts} texts
 * @property {string} testId
 * @property {string} label
 * @property {string} [name] What screen readers call it where the label alone says too little.
 * @property {boolean} [mild] Nothing is lost by it.
 * @property {string | null} question What is asked; null: nothing.
 * @property {Signal<string>} asking Which button asks, so that one at a time does.
 * @property {string} id Tells this button from others.
 * @property {() => Promise<Refused | null>} onEnd
 */

/**
 * @param {EndingButtonProps} props
 * @returns {VNode}
 */
export function EndingButton({ texts, testId, label, name, mild = false, question, asking, id, onEnd }) {
  const [busy, setBusy] = useState(false);
  const [refused, setRefused] = useState(/** @type {Refused | null} */ (null));
  const first = useRef(/** @type {HTMLElement | null} */ (null));
  const sure = useRef(/** @type {HTMLElement | null} */ (null));
  const isAsking = asking.value === id;
  const wasAsking = useRef(isAsking);
  useEffect(() => {
    // The focus stays in the place of what was pressed.
    if (isAsking) sure.current?.focus();
    else if (wasAsking.current && asking.peek() === "") first.current?.focus();
    wasAsking.current = isAsking;
  }, [isAsking]);
  const end = async () => {
    if (busy) return;
    setBusy(true);
    setRefused(null);
    const failed = await onEnd();
    setBusy(false);
    setRefused(failed);
    if (asking.peek() === id) asking.value = "";
  };
  /** @param {KeyboardEvent} event */
  const hearKey = (event) => {
    if (event.key !== "Escape") return;
    // Takes back the question, not the dialog around it.
    event.preventDefault();
    event.stopPropagation();
    asking.value = "";
  };
  if (!isAsking) {
    return html`
      <button
        key="first"
        ref=${first}
        type="button"
        class=${mild ? "button small" : "button small danger"}
        data-testid=${testId}
        aria-label=${name}
        aria-disabled=${busy ? "true" : null}
        onClick=${() => question === null ? void end() : asking.value = id}
      >
        ${busy ? texts.t("sign_in.busy") : label}
      </button>
      ${refused === null ? null : html`<${Failed} texts=${texts} refused=${refused} onAgain=${null} />`}
    `;
  }
  return html`
    <div key="asking" class="asking" role="group" aria-label=${question} onKeyDown=${hearKey}>
      <p>${question}</p>
      <button
        ref=${sure}
        type="button"
        class=${mild ? "button small primary" : "button small danger sure"}
        data-testid="confirm"
        aria-disabled=${busy ? "true" : null}
        onClick=${end}
      >
        ${busy ? texts.t("sign_in.busy") : label}
      </button>
      <button type="button" class="button small" data-testid="cancel" onClick=${() => asking.value = ""}>
        ${texts.t("settings.cancel")}
      </button>
    </div>
  `;
}
