/**
 * What keys mean where text is written.
 *
 * @module
 */

/**
 * Whether a key press is an Enter that is meant: without Shift, and not one that ends an input method's composition.
 *
 * @param {KeyboardEvent} event
 * @returns {boolean}
 */
export function isPlainEnter(event) {
  // Some browsers end the composition before they tell of its Enter; 229 is what is left of it.
  return event.key === "Enter" && !event.shiftKey && !event.isComposing && event.keyCode !== 229;
}
