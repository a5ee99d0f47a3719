/**
 * One part of the settings under its heading.
 *
 * @module
 */
import { html } from "../../vendor/preact.js";

/** @import { Child, VNode } from "../../vendor/preact.js" */

/**
 * @param {object} props
 * @param {string} props.name Of this section, in the document.
 * @param {string} props.title
 * @param {{ current: HTMLElement | null }} [props.heading] Holds the heading: the focus goes there when what had it is gone.
 * @param {Child} [props.children]
 * @returns {VNode}
 */
export function Section({ name, title, heading, children }) {
  const id = `settings-${name}`;
  return html`
    <section class="settings-section" aria-labelledby=${id} data-section=${name}>
      <h3 id=${id} ref=${heading} class="settings-title" tabindex="-1">${title}</h3>
      ${children}
    </section>
  `;
}
