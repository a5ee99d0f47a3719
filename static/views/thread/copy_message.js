/**
 * The button beside a message that copies its text.
 *
 * @module
 */
import { html, useEffect } from "../../vendor/preact.js";
import { useCopying } from "../parts/copy_button.js";

/** @import { Texts } from "../../core/i18n.js" */
/** @import { VNode } from "../../vendor/preact.js" */

/**
 * Not a stop of the Tab key by itself: the list makes one of all of them.
 *
 * @param {{ texts: Texts, text: string, onTold: (words: string) => void }} props
 * @returns {VNode}
 */
export function CopyMessage({ texts, text, onTold }) {
  const [said, copy] = useCopying(() => text);
  useEffect(() => {
    if (said !== null) onTold(texts.t(`copy.${said}`));
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
      onClick=${copy}
    ></button>
  `;
}
