/**
 * Finds people and conversations.
 *
 * @module
 */
import { html } from "../../vendor/preact.js";

/** @import { VNode } from "../../vendor/preact.js" */
/** @import { Desk } from "../desk.js" */

/**
 * @param {{ desk: Desk }} _props
 * @returns {VNode}
 */
export function Search(_props) {
  return html`<search class="search"></search>`;
}
