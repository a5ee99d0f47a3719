/**
 * Finds people and conversations.
 *
 * @module
 */
import { html, useEffect, useRef, useState } from "../../vendor/preact.js";
import { moveByArrows } from "../parts/arrows.js";
import { isPlainEnter } from "../parts/enter_key.js";
import { Icon } from "../parts/icon.js";
import { hitsOf, useFound } from "./found.js";
import { SearchResults } from "./search_results.js";

/** @import { VNode } from "../../vendor/preact.js" */
/** @import { Desk } from "../desk.js" */
/** @import { Hit } from "./found.js" */

/**
 * @param {{ desk: Desk, onSearch: (searching: boolean) => void }} props `onSearch`: whether anything is looked for.
 * @returns {VNode}
 */
export function Search({ desk, onSearch }) {
  const texts = desk.page.texts.value;
  const [query, setQuery] = useState("");
  const [entered, setEntered] = useState(false);
  const input = useRef(/** @type {HTMLInputElement | null} */ (null));
  const found = useFound(desk, query.trim());
  const hits = query.trim() === "" ? [] : hitsOf(desk, query.trim(), found.people);
  const [first] = hits;
  const look = (/** @type {string} */ text) => {
    setQuery(text);
    setEntered(false);
    onSearch(text.trim() !== "");
  };
  const clear = () => {
    look("");
    input.current?.focus();
  };
  const open = (/** @type {Hit} */ { thread, userId, username }) => {
    look("");
    if (username !== "") desk.connection.acquaintances.meet({ userId, username });
    desk.choose(thread);
  };
  // Enter that came before the answer opens the first when it is there.
  useEffect(() => {
    if (!entered || found.asking) return;
    setEntered(false);
    if (first !== undefined) open(first);
  });
  /** @param {KeyboardEvent & { currentTarget: HTMLElement }} event */
  const hearKey = (event) => {
    if (event.key === "Escape" && query !== "") {
      event.preventDefault();
      return clear();
    }
    if (event.target === input.current && isPlainEnter(event)) {
      event.preventDefault();
      return first === undefined ? setEntered(true) : open(first);
    }
    moveByArrows(event, ".search-input, button.row");
  };
  return html`
    <search class="search" onKeyDown=${hearKey}>
      <div class="search-box">
        <${Icon} name="search" />
        <input
          ref=${input}
          type="search"
          class="input search-input"
          data-testid="search"
          aria-label=${texts.t("search.label")}
          placeholder=${texts.t("search.placeholder")}
          autocomplete="off"
          autocapitalize="none"
          spellcheck=${false}
          enterkeyhint="search"
          value=${query}
          onInput=${(/** @type {Event & { currentTarget: HTMLInputElement }} */ { currentTarget }) =>
            look(currentTarget.value)}
        />
        ${query === "" ? null : html`
          <button type="button" class="search-clear" data-testid="search-clear" aria-label=${texts.t(
            "search.clear",
          )}
            onClick=${clear}>
            <${Icon} name="close" />
          </button>
        `}
      </div>
      ${query.trim() === "" ? null : html`
        <${SearchResults} desk=${desk} hits=${hits} found=${found} onOpen=${open} />
      `}
    </search>
  `;
}
