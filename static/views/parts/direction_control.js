/**
 * Characters that turn the reading direction: seen, and without a hold on what stands beside them.
 *
 * @module
 */
import { partsWithoutLinks } from "../../core/message_parts.js";
import { html } from "../../vendor/preact.js";

/** @import { Part } from "../../core/message_parts.js" */
/** @import { Child, VNode } from "../../vendor/preact.js" */

/**
 * @param {{ part: Extract<Part, { kind: "control" | "rest" }> }} props
 * @returns {VNode}
 */
export function DirectionControl({ part: { kind, mark, text } }) {
  return html`<span class=${`bidi-${kind}`} data-mark=${mark}>${text}</span>`;
}

/**
 * A text of somebody in which such characters turn nothing.
 *
 * @param {string} text
 * @returns {Child}
 */
export function isolated(text) {
  return partsWithoutLinks(text).map((part) =>
    part.kind === "control" || part.kind === "rest" ? html`<${DirectionControl} part=${part} />` : part.text
  );
}
