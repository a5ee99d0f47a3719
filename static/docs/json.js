/**
 * Reading JSON of which only the form is known.
 *
 * @module
 */

/** @typedef {{ readonly [key: string]: unknown }} Json An object of JSON. */

/**
 * @param {unknown} value
 * @returns {Json} The value if it is an object, else an empty one.
 */
export function object(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? /** @type {Json} */ (value)
    : {};
}

/**
 * @param {unknown} value
 * @returns {readonly unknown[]}
 */
export function list(value) {
  return Array.isArray(value) ? value : [];
}

/**
 * @param {unknown} value
 * @returns {readonly (readonly [string, unknown])[]}
 */
export function entries(value) {
  return Object.entries(object(value));
}
