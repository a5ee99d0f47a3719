/**
 * The drawings of the page, on a grid of 24.
 *
 * @module
 */

const SVG = "http://www.w3.org/2000/svg";

const PATHS = {
  back: "M15 5l-7 7 7 7",
  send: "M4 12l16-8-5 16-4-6-7-2zM11 14l9-10",
  leave: "M14 5H6v14h8M11 12h10M17 8l4 4-4 4",
  down: "M12 5v14M6 13l6 6 6-6",
  chat: "M4 5h16v11H9l-5 4z",
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
 * @param {IconName} name
 * @returns {SVGSVGElement}
 */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  svg.append(document.createElementNS(SVG, "path"));
  setIcon(svg, name);
  return svg;
}

/**
 * @param {SVGSVGElement} svg
 * @param {IconName} name
 */
export function setIcon(svg, name) {
  svg.firstElementChild?.setAttribute("d", PATHS[name]);
}
