/**
 * What was found, as rows, and in words how it went.
 *
 * @module
 */
import { faultOf, wordsOf } from "../../core/refusal.js";
import { lastLine } from "../../core/list_rows.js";
import { html } from "../../vendor/preact.js";
import { Avatar, nameOf, presenceOf } from "../parts/person.js";
import { nameOfRow, personOfRow } from "./conversation_row.js";

/** @import { VNode } from "../../vendor/preact.js" */
/** @import { Desk } from "../desk.js" */
/** @import { FoundPeople, Hit } from "./found.js" */

/**
 * @typedef {object} SearchResultsProps
 * @property {Desk} desk
 * @property {readonly Hit[]} hits
 * @property {FoundPeople} found
 * @property {(hit: Hit) => void} onOpen
 */

/**
 * @param {SearchResultsProps} props
 * @returns {VNode}
 */
export function SearchResults({ desk, hits, found, onOpen }) {
  const texts = desk.page.texts.value;
  const { refused } = found;
  return html`
    <ul class="rows" data-testid="search-results" aria-label=${texts.t("search.results")}>
      ${hits.map((hit) => html`<${Result} key=${hit.key} desk=${desk} hit=${hit} onOpen=${onOpen} />`)}
    </ul>
    <p class=${`list-empty ${hits.length > 0 && !found.offline ? "sr-only" : ""}`} role="status">${statusText(
      hits,
      found,
      desk,
    )}</p>
    ${found.hasMore ? html`<p class="list-empty">${texts.t("search.more")}</p>` : null}
    ${refused === null ? null : html`
      <div class="list-empty" role="alert">
        <p class="fault">${wordsOf(texts, faultOf(refused, texts.language))}</p>
        <button type="button" class="button small" data-testid="search-again" onClick=${found.again}>
          ${texts.t("app.try_again")}
        </button>
      </div>
    `}
  `;
}

/**
 * How it went, in words.
 *
 * @param {readonly Hit[]} hits
 * @param {FoundPeople} found
 * @param {Desk} desk
 * @returns {string}
 */
function statusText(hits, { asking, offline, refused }, desk) {
  const texts = desk.page.texts.value;
  if (offline) return texts.t("search.offline");
  if (asking && hits.length === 0) return texts.t("search.asking");
  if (asking || refused !== null) return "";
  if (hits.length === 0) return texts.t(desk.debug ? "search.nobody_debug" : "search.nobody");
  return texts.t("search.count", { count: hits.length });
}

/**
 * @param {{ desk: Desk, hit: Hit, onOpen: (hit: Hit) => void }} props
 * @returns {VNode}
 */
function Result({ desk, hit, onOpen }) {
  const texts = desk.page.texts.value;
  const { row, userId, username, isNew } = hit;
  const known = row === null ? null : personOfRow(row, desk.state.value.people);
  const person = known ?? { ...desk.personOf(userId), ...(username !== "" && { username }) };
  const name = row === null ? nameOf(person, texts) : nameOfRow(known, texts);
  const presence = presenceOf(person, desk.link.value);
  const line = row === null ? null : lastLine(row, desk.connection.userId);
  return html`
    <li class="row-item">
      <button type="button" class="row" data-testid="search-result" data-user-id=${userId === 0
        ? null
        : userId} onClick=${() => onOpen(hit)}>
        <${Avatar} userId=${userId} name=${name} presence=${presence} />
        <span class="row-text">
          <span class="row-line">
            <span class="row-name" dir="auto">${isNew
              ? texts.t("search.write_to", { id: userId })
              : name}</span>
            ${presence !== "online" ? null : html`
              <span class="sr-only">${texts.t("presence.online")}</span>
            `}
            ${desk.debug && !isNew ? html`<span class="row-time">#${userId}</span>` : null}
          </span>
          ${line === null || line.removed ? null : html`
            <span class="row-line"><span class="row-preview" dir="auto">${line.text}</span></span>
          `}
        </span>
      </button>
    </li>
  `;
}
