/**
 * The button beside a message that copies its text.
 *
 * @module
 */
import { html, useEffect, useState } from "../../vendor/preact.js";
import { copyText } from "../parts/copy_button.js";

/** @import { Texts } from "../../core/i18n.js" */
/** @import { VNode } from "../../vendor/preact.js" */

/** How long it says so, ms. */
const SAID_MS = 2_000;

/**
 * Not a stop of the Tab key by itself: {@link CopyFocus} makes one of all of them.
 *
 * @param {{ texts: Texts, text: string }} props
 * @returns {VNode}
 */
export function CopyMessage({ texts, text }) {
  const [said, setSaid] = useState(/** @type {"done" | "failed" | null} */ (null));
  useEffect(() => {
    if (said === null) return;
    const timer = setTimeout(() => setSaid(null), SAID_MS);
    return () => clearTimeout(timer);
  }, [said]);
  return html`
    <button
      type="button"
      class="copy"
      data-testid="copy"
      data-said=${said}
      tabindex="-1"
      aria-label=${texts.t("copy.message")}
      title=${texts.t("copy.message")}
      onClick=${async () => setSaid(await copyText(text) ? "done" : "failed")}
    >${said === null
      ? null
      : html`<span class="copied" role="status">${texts.t(`copy.${said}`)}</span>`}</button>
  `;
}
