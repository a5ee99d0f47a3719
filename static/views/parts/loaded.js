/**
 * What is loaded when it is first shown: on its way, there, or failed with a way to try again.
 *
 * @module
 */
import { faultOf, wordsOf } from "../../core/refusal.js";
import { html, useEffect, useState } from "../../vendor/preact.js";

/** @import { Refused, Result } from "../../core/http.js" */
/** @import { Texts } from "../../core/i18n.js" */
/** @import { VNode } from "../../vendor/preact.js" */

/**
 * @template Data
 * @typedef {object} Loaded
 * @property {Data | null} data Null until it is there.
 * @property {Refused | null} refused
 * @property {() => void} again Loads again; what is there stays meanwhile.
 * @property {(data: Data) => void} set Puts what is known better.
 */

/**
 * @template Data
 * @param {() => Promise<Result<Data>>} load
 * @returns {Loaded<Data>}
 */
export function useLoaded(load) {
  const [data, setData] = useState(/** @type {Data | null} */ (null));
  const [refused, setRefused] = useState(/** @type {Refused | null} */ (null));
  const [tries, setTries] = useState(0);
  useEffect(() => {
    let isGone = false;
    setRefused(null);
    void load().then((result) => {
      if (isGone) return;
      if (result.ok) setData(() => result.data);
      else setRefused(result);
    });
    return () => {
      isGone = true;
    };
  }, [tries]);
  return { data, refused, again: () => setTries((count) => count + 1), set: (next) => setData(() => next) };
}

/**
 * What stands where nothing is there yet; nothing once it is.
 *
 * @param {{ texts: Texts, loaded: Pick<Loaded<unknown>, "data" | "refused" | "again"> }} props
 * @returns {VNode | null}
 */
export function Loading({ texts, loaded: { data, refused, again } }) {
  if (refused !== null) return html`<${Failed} texts=${texts} refused=${refused} onAgain=${again} />`;
  return data === null ? html`<p class="hint" role="status">${texts.t("app.loading")}</p>` : null;
}

/**
 * What did not work, in words, and the way to try it again.
 *
 * @param {{ texts: Texts, refused: Refused, onAgain: (() => void) | null }} props
 * @returns {VNode}
 */
export function Failed({ texts, refused, onAgain }) {
  return html`
    <div class="failed" role="alert" data-testid="failed">
      <p>${wordsOf(texts, faultOf(refused, texts.language))}</p>
      ${onAgain === null ? null : html`
        <button type="button" class="button small" data-testid="try-again" onClick=${onAgain}>
          ${texts.t("app.try_again")}
        </button>
      `}
    </div>
  `;
}
