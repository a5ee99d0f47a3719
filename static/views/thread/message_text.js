/**
 * A message's text, letter for letter: links can be followed, and what turns the reading direction is seen.
 *
 * @module
 */
import { isFewEmoji, partsOf } from "../../core/message_parts.js";
import { html } from "../../vendor/preact.js";
import { DirectionControl } from "../parts/direction_control.js";

/** @import { Part } from "../../core/message_parts.js" */
/** @import { Child, VNode } from "../../vendor/preact.js" */

/**
 * @param {{ text: string }} props
 * @returns {VNode}
 */
export function MessageText({ text }) {
  return html`
    <p
      class=${isFewEmoji(text) ? "message-text emoji" : "message-text"}
      data-testid="message-text"
      dir="auto"
    >${partsOf(text).map(partElement)}</p>
  `;
}

/**
 * @param {Part} part
 * @returns {Child}
 */
function partElement(part) {
  switch (part.kind) {
    case "text":
      return part.text;
    case "link":
      // The place it leads to, where that is written in another way: letters of other scripts look alike.
      return html`
        <a
          href=${part.href}
          title=${part.href}
          rel="noopener noreferrer nofollow"
          target="_blank"
        >${part.text}</a>
      `;
    default:
      return html`<${DirectionControl} part=${part} />`;
  }
}
