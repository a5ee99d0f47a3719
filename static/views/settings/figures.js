/**
 * What the server is doing, for owners: small plots of the last hour, with the same in words and as a table.
 *
 * @module
 */
import { DRAWN, figures, pathOf, sumUp } from "../../core/figures_api.js";
import { html, useEffect } from "../../vendor/preact.js";
import { Loading, useLoaded } from "../parts/loaded.js";
import { Section } from "./section.js";

/** @import { FigureName, Figures, Values } from "../../core/figures_api.js" */
/** @import { Texts } from "../../core/i18n.js" */
/** @import { VNode } from "../../vendor/preact.js" */
/** @import { Desk } from "../desk.js" */

/** As often as the server takes a sample, in ms. */
const EACH_MS = 10_000;
const SIZE = { width: 240, height: 48 };
/** Rows of the table: what a screen reader can be asked to go through. */
const ROWS = 12;

/**
 * @param {{ desk: Desk }} props
 * @returns {VNode}
 */
export function ServerFigures({ desk }) {
  const { api, texts: { value: texts } } = desk.page;
  const loaded = useLoaded(() => figures(api));
  useWhileVisible(loaded.again);
  const { data } = loaded;
  return html`
    <${Section} name="figures" title=${texts.t("figures.title")}>
      <${Loading} texts=${texts} loaded=${loaded} />
      ${data === null
        ? null
        : data.times.length === 0
        ? html`<p class="hint" role="status">${texts.t("figures.soon")}</p>`
        : html`
          <div class="plots" data-testid="figures">
            ${DRAWN.map((name) =>
              html`<${Plot} key=${name} texts=${texts} name=${name} values=${data.series[name]} />`
            )}
          </div>
          <${Table} texts=${texts} figures=${data} />
        `}
      <//>
  `;
}

/**
 * Calls `again` every few seconds, and when the page is looked at again; never while nobody sees it.
 *
 * @param {() => void} again
 * @returns {void}
 */
function useWhileVisible(again) {
  useEffect(() => {
    const look = () => {
      if (document.visibilityState === "visible") again();
    };
    const timer = setInterval(look, EACH_MS);
    document.addEventListener("visibilitychange", look);
    return () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", look);
    };
  }, []);
}

/**
 * @param {{ texts: Texts, name: FigureName, values: Values }} props
 * @returns {VNode}
 */
function Plot({ texts, name, values }) {
  const { newest, highest } = sumUp(values);
  const { width, height } = SIZE;
  return html`
    <figure class="plot" data-testid="figure" data-figure=${name}>
      <figcaption>
        <span class="plot-name">${texts.t(`figures.${name}`)}</span>
        <strong class="plot-value" data-testid="figure-value">${amount(texts, name, newest)}</strong>
        <span class="hint">${texts.t("figures.highest", { value: amount(texts, name, highest) })}</span>
      </figcaption>
      <svg class="plot-drawing" viewBox="0 0 ${width} ${height}" preserveAspectRatio="none"
        aria-hidden="true">
        <path d=${pathOf(values, SIZE)} vector-effect="non-scaling-stroke" />
      </svg>
    </figure>
  `;
}

/**
 * @param {{ texts: Texts, figures: Figures }} props
 * @returns {VNode}
 */
function Table({ texts, figures: { times, series } }) {
  const each = Math.max(1, Math.ceil(times.length / ROWS));
  const shown = times.map((_, at) => at).filter((at) => (times.length - 1 - at) % each === 0).reverse();
  return html`
    <details class="plot-table">
      <summary data-testid="figures-table">${texts.t("figures.table")}</summary>
      <div class="plot-scroll" tabindex="0" role="region" aria-label=${texts.t("figures.table")}>
        <table>
          <thead>
            <tr>
              <th scope="col">${texts.t("figures.time")}</th>
              ${DRAWN.map((name) => html`<th key=${name} scope="col">${texts.t(`figures.${name}`)}</th>`)}
            </tr>
          </thead>
          <tbody>
            ${shown.map((at) =>
              html`
                <tr key=${at}>
                  <th scope="row">${texts.time(times[at] ?? 0)}</th>
                  ${DRAWN.map((name) =>
                    html`<td key=${name}>${amount(texts, name, series[name][at] ?? null)}</td>`
                  )}
                </tr>
              `
            )}
          </tbody>
        </table>
      </div>
    </details>
  `;
}

/**
 * @param {Texts} texts
 * @param {FigureName} name
 * @param {number | null} value
 * @returns {string}
 */
function amount(texts, name, value) {
  if (value === null) return texts.t("figures.unknown");
  if (name.endsWith("_bytes")) return texts.bytes(value);
  if (name.endsWith("_ms")) return texts.milliseconds(value);
  return texts.number(value);
}
