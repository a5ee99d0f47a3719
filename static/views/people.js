/**
 * How people look: a name, a round mark in their colour, whether they are there.
 *
 * @module
 */
import { h, setAttribute, setText } from "./dom.js";

/** @import { OnlineUser } from "../../realtime/frames.ts" */
/** @import { Texts } from "../core/i18n.js" */

/** @typedef {Pick<OnlineUser, "user_id" | "username" | "status">} Person */

/**
 * What to call somebody.
 *
 * @param {Pick<Person, "user_id" | "username">} person
 * @param {Texts} texts
 * @returns {string}
 */
export function nameOf(person, texts) {
  return person.username === "" ? texts.t("main.person", { id: person.user_id }) : person.username;
}

/**
 * The round mark: a letter on a colour of their own, and a dot while online.
 *
 * @returns {{ element: HTMLElement, update: (person: Person, name: string) => void }}
 */
export function avatar() {
  const letter = h("span", { class: "avatar-letter" });
  const element = h("span", { class: "avatar", "aria-hidden": "true" }, letter);
  return {
    element,
    update(person, name) {
      const [first = "?"] = name;
      setText(letter, first.toUpperCase());
      // Golden angle: neighbours in number are far apart in colour.
      element.style.setProperty("--hue", `${Math.round(person.user_id * 137.5) % 360}`);
      setAttribute(element, "data-status", person.status);
    },
  };
}
