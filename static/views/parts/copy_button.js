/**
 * A button that copies a text and says that it did.
 *
 * @module
 */
import { html, useEffect, useState } from "../../vendor/preact.js";
import { Icon } from "./icon.js";

/** @import { Texts } from "../../core/i18n.js" */
/** @import { VNode } from "../../vendor/preact.js" */

/** How long it says so, ms. */
const SAID_MS = 2_000;

/**
 * @param {{ texts: Texts, testId: string, text: () => string }} props
 * @returns {VNode}
 */
export function CopyButton({ texts, testId, text }) {
  const [said, copy] = useCopying(text);
  return html`
    <button type="button" class="button small" data-testid=${testId} onClick=${copy}>
      <${Icon} name=${said === "done" ? "stored" : "copy"} />
      <span role="status">${texts.t(said === null ? "copy.copy" : `copy.${said}`)}</span>
    </button>
  `;
}

/**
 * Copying a text, and what came of it, for as long as it is worth saying.
 *
 * @param {() => string} text
 * @returns {["done" | "failed" | null, () => Promise<void>]}
 */
export function useCopying(text) {
  const [said, setSaid] = useState(/** @type {"done" | "failed" | null} */ (null));
  useEffect(() => {
    if (said === null) return;
    const timer = setTimeout(() => setSaid(null), SAID_MS);
    return () => clearTimeout(timer);
  }, [said]);
  return [said, async () => setSaid(await copyText(text()) ? "done" : "failed")];
}

/**
 * Puts a text on the clipboard. False when the browser does not let it; plain http has only the old way.
 *
 * @param {string} text
 * @returns {Promise<boolean>}
 */
async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const focused = document.activeElement;
    const area = document.createElement("textarea");
    area.value = text;
    area.className = "sr-only";
    document.body.append(area);
    area.select();
    const isCopied = document.execCommand("copy");
    area.remove();
    if (focused instanceof HTMLElement) focused.focus({ preventScroll: true });
    return isCopied;
  }
}
