/**
 * How the page is used.
 *
 * @module
 */

/**
 * Whether by fingers: then a field that has the focus opens a keyboard over half the page.
 *
 * @returns {boolean}
 */
export function isTouched() {
  return matchMedia("(pointer: coarse)").matches;
}
