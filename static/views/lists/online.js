/**
 * Who is online: a click opens the thread with them.
 *
 * @module
 */
import { onlinePeople } from "../../core/state.js";
import { html } from "../../vendor/preact.js";
import { moveByArrows } from "../parts/arrows.js";
import { useKept } from "../parts/kept.js";
import { Avatar, nameOf, presenceOf } from "../parts/person.js";

/** @import { OnlineUser } from "../../../realtime/frames.ts" */
/** @import { VNode } from "../../vendor/preact.js" */
/** @import { Desk } from "../desk.js" */

/** People shown, as many as the server lists. */
const MAX_SHOWN = 500;

/**
 * @param {{ desk: Desk }} props
 * @returns {VNode}
 */
export function OnlinePeople({ desk }) {
  const texts = desk.page.texts.value;
  const link = desk.link.value;
  const kept = useKept();
  const people = link === "online" ? onlinePeople(desk.state.value).slice(0, MAX_SHOWN) : [];
  const isAlone = people.every((person) => person.user_id === desk.connection.userId);
  return html`
    <section class="list-section">
      <h2 class="list-title">
        <span id="online-title">${texts.t("main.online")}</span>
        ${people.length === 0 ? null : html`<span class="count">${people.length}</span>`}
      </h2>
      <ul
        class="rows"
        data-testid="online-list"
        aria-labelledby="online-title"
        onKeyDown=${(/** @type {KeyboardEvent & { currentTarget: HTMLElement }} */ event) =>
          moveByArrows(event, "button.row")}
      >
        ${people.map((person) =>
          kept(
            person.user_id,
            [person],
            () => html`<${OnlineRow} key=${person.user_id} desk=${desk} person=${person} />`,
          )
        )}
      </ul>
      ${isAlone
        ? html`<p class="list-empty">${
          texts.t(link === "online" ? "main.nobody" : "list.online_unknown")
        }</p>`
        : null}
    </section>
  `;
}

/**
 * @param {{ desk: Desk, person: OnlineUser }} props
 * @returns {VNode}
 */
function OnlineRow({ desk, person }) {
  const texts = desk.page.texts.value;
  const isSelf = person.user_id === desk.connection.userId;
  const name = nameOf(person, texts);
  const presence = presenceOf(person, desk.link.value);
  const aside = [isSelf ? texts.t("main.you") : "", desk.debug ? `#${person.user_id}` : ""].join(" ").trim();
  const inside = html`
    <${Avatar} userId=${person.user_id} name=${name} presence=${presence} />
    <span class="row-text">
      <span
        class="row-line"><span class="row-name" dir="auto">${name}</span><span class="row-time">${aside}</span></span>
    </span>
  `;
  return html`
    <li class="row-item" data-testid="online-user" data-user-id=${person.user_id} data-status=${presence}>
      ${isSelf ? html`<div class="row">${inside}</div>` : html`
        <button type="button" class="row" onClick=${() => desk.openPerson(person.user_id)}>${inside}</button>
      `}
    </li>
  `;
}
