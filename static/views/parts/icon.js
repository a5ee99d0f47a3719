/**
 * The drawings of the page, on a grid of 24.
 *
 * @module
 */
import { html } from "../../vendor/preact.js";

/** @import { VNode } from "../../vendor/preact.js" */

const PATHS = {
  back: "M15 5l-7 7 7 7",
  send: "M4 12l16-8-5 16-4-6-7-2zM11 14l9-10",
  leave: "M14 5H6v14h8M11 12h10M17 8l4 4-4 4",
  down: "M12 5v14M6 13l6 6 6-6",
  chat: "M4 5h16v11H9l-5 4z",
  close: "M6 6l12 12M18 6L6 18",
  search: "M10.5 4a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13zM15.5 15.5L21 21",
  settings:
    "M4 7h9M19 7h1M4 17h1M11 17h9M16 4.5a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5zM8 14.5a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5z",
  copy: "M9 9h11v11H9zM5 15H4V4h11v1",
  show:
    "M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12zM12 9.5a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5z",
  hide: "M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12zM4 20L20 4",
  device: "M5 5h14v10H5zM2 19h20",
  phone: "M8 3h8v18H8zM11 18h2",
  pending: "M12 7v5l3 2M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18z",
  stored: "M5 13l4 4L19 7",
  delivered: "M2 13l4 4L16 7M11 16l1 1L22 7",
  read: "M2 13l4 4L16 7M11 16l1 1L22 7",
  failed: "M12 7v6M12 16.5v.5M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18z",
};

/** @typedef {keyof typeof PATHS} IconName */

/**
 * One drawing, hidden from screen readers: its neighbour says it in words.
 *
 * @param {{ name: IconName }} props
 * @returns {VNode}
 */
export function Icon({ name }) {
  return html`
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
      <path d=${PATHS[name]} />
    </svg>
  `;
}
