/**
 * Waiting.
 *
 * @module
 */

/**
 * Resolves after that time; with 0 as soon as the page has done what else it has to.
 *
 * @param {number} ms
 * @returns {Promise<void>}
 */
export function pause(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
