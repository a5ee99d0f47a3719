/**
 * How people look: a name, a round mark in their colour, whether they are there.
 *
 * @module
 */
import { html } from "../../vendor/preact.js";

/** @import { OnlineUser } from "../../../realtime/frames.ts" */
/** @import { Texts } from "../../core/i18n.js" */
/** @import { LinkState } from "../../core/link.js" */
/** @import { VNode } from "../../vendor/preact.js" */

/** @typedef {Pick<OnlineUser, "user_id" | "username" | "status" | "last_seen" | "deleted">} Person */

/**
 * What is known of somebody's presence. Cut off from the server, nobody knows who is there.
 *
 * @typedef {"online" | "offline" | "unknown"} Presence
 */

/**
 * What to call somebody.
 *
 * @param {Pick<Person, "user_id" | "username" | "deleted">} person
 * @param {Texts} texts
 * @returns {string}
 */
export function nameOf(person, texts) {
  if (person.deleted === true) return texts.t("main.deleted_account");
  return person.username === "" ? texts.t("main.person", { id: person.user_id }) : person.username;
}

/**
 * @param {Person} person
 * @param {LinkState} link
 * @returns {Presence}
 */
export function presenceOf({ status }, link) {
  return link === "online" ? status : "unknown";
}

/**
 * The round mark: initials on a colour of their own, and a dot while online. Says nothing to screen readers: the name
 * stands beside it.
 *
 * @param {{ userId: number, name: string, presence?: Presence }} props
 * @returns {VNode}
 */
export function Avatar({ userId, name, presence }) {
  // Golden angle: neighbours in number are far apart in colour.
  const hue = Math.round(userId * 137.5) % 360;
  return html`
    <span class="avatar" aria-hidden="true" data-status=${presence} style=${{ "--hue": `${hue}` }}>
      <span class="avatar-letter">${initialsOf(name)}</span>
    </span>
  `;
}

/**
 * One or two letters that stand for a name.
 *
 * @param {string} name
 * @returns {string}
 */
export function initialsOf(name) {
  const [first = "?", second = ""] = name.split(/[\s_.-]+/u).filter((part) => part !== "").map(
    firstCharacter,
  );
  // Two ideographs side by side are too wide for the circle.
  return (/\p{Script=Han}/u.test(first) ? first : first + second).toUpperCase();
}

/**
 * @param {string} text
 * @returns {string}
 */
function firstCharacter(text) {
  return [...text][0] ?? "";
}
