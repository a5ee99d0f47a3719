/**
 * The frames as they pass: the newest hundred of the last hundreds, to be filtered and copied.
 *
 * @module
 */
import { html, useEffect, useLayoutEffect, useRef, useSignal, useState } from "../../vendor/preact.js";
import { coalesced } from "../parts/coalesced.js";
import { CopyButton } from "../parts/copy_button.js";

/** @import { VNode } from "../../vendor/preact.js" */
/** @import { Desk } from "../desk.js" */

/** @typedef {{ id: number, at: number, direction: "in" | "out" | "note", text: string }} Entry */

/** Frames kept; older ones leave. */
const MAX_ENTRIES = 500;
/** Of those that match, the newest are in the page. */
const MAX_SHOWN = 100;
/** Longer frames are cut here; the log shows what passes, it keeps nothing. */
const MAX_CHARACTERS = 2_000;
const ARROWS = { in: "↓", out: "↑", note: "·" };
/** This near to the end the log follows, px. */
const NEAR = 24;

/**
 * @param {{ desk: Desk }} props
 * @returns {VNode}
 */
export function FrameLog({ desk }) {
  const texts = desk.page.texts.value;
  const entries = useTraffic(desk);
  const [filter, setFilter] = useState("");
  // On a phone the messages come first.
  const [isOpen] = useState(() => !matchMedia("(max-width: 699px)").matches);
  const list = useRef(/** @type {HTMLElement | null} */ (null));
  const atEnd = useRef(true);
  const wanted = filter.trim().toLowerCase();
  const matching = wanted === ""
    ? entries
    : entries.filter((entry) => lineOf(entry).toLowerCase().includes(wanted));
  const shown = matching.slice(-MAX_SHOWN);
  useLayoutEffect(() => {
    if (atEnd.current && list.current !== null) list.current.scrollTop = list.current.scrollHeight;
  });
  /** @param {Event & { currentTarget: HTMLElement }} event */
  const noteScroll = ({ currentTarget: box }) => {
    atEnd.current = box.scrollHeight - box.scrollTop - box.clientHeight < NEAR;
  };
  return html`
    <details class="panel log" open=${isOpen}>
      <summary class="panel-title">${texts.t("debug.log")}</summary>
      <div class="log-tools">
        <input
          type="search"
          class="input small"
          data-testid="frame-filter"
          aria-label=${texts.t("debug.filter")}
          placeholder=${texts.t("debug.filter")}
          value=${filter}
          onInput=${(/** @type {Event & { currentTarget: HTMLInputElement }} */ event) =>
            setFilter(event.currentTarget.value)}
        />
        <${CopyButton} texts=${texts} testId="frame-copy" text=${() => matching.map(lineOf).join("\n")} />
      </div>
      <ol
        ref=${list}
        class="frames"
        data-testid="frame-log"
        tabindex="0"
        aria-label=${texts.t("debug.log")}
        onScroll=${noteScroll}
      >
        ${shown.map((entry) =>
          html`
            <li key=${entry.id} class="frame" data-direction=${entry.direction}>
              <span class="frame-arrow" aria-hidden="true">${ARROWS[entry.direction]}</span>
              <span class="sr-only">${texts.t(`debug.${entry.direction}`)}: </span>
              <time class="frame-time">${clockOf(entry.at)}</time>
              <code class="frame-text">${entry.text}</code>
            </li>
          `
        )}
      </ol>
      ${shown.length > 0 ? null : html`
        <p class="list-empty">${texts.t(entries.length === 0 ? "debug.log_empty" : "debug.log_none")}</p>
      `}
    </details>
  `;
}

/**
 * What passed, oldest first.
 *
 * @param {Desk} desk
 * @returns {readonly Entry[]}
 */
function useTraffic(desk) {
  const entries = useSignal(/** @type {readonly Entry[]} */ ([]));
  useEffect(() => {
    /** @type {Entry[]} */
    let kept = [];
    let count = 0;
    const tell = coalesced(() => entries.value = kept);
    return desk.connection.on("traffic", ({ direction, text }) => {
      const cut = text.length > MAX_CHARACTERS ? `${text.slice(0, MAX_CHARACTERS)}…` : text;
      kept = [...kept.slice(1 - MAX_ENTRIES), { id: ++count, at: desk.page.now(), direction, text: cut }];
      tell();
    });
  }, [desk]);
  return entries.value;
}

/**
 * An entry as one line of text.
 *
 * @param {Entry} entry
 * @returns {string}
 */
function lineOf({ at, direction, text }) {
  return `${clockOf(at)} ${ARROWS[direction]} ${text}`;
}

/**
 * @param {number} at
 * @returns {string}
 */
function clockOf(at) {
  return new Date(at).toTimeString().slice(0, 8);
}
