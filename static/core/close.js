/**
 * What a close of the socket means for the client: whether to come back, and what was meant.
 *
 * @module
 */

/** The session ended: sign in again. */
export const SESSION_ENDED = 4501;
/** The account was disabled. */
export const ACCOUNT_DISABLED = 4503;
/** Newer connections of the same person took its place. */
export const REPLACED = 4509;
/** The message was too big: it must not be sent again. */
export const TOO_BIG = 1009;
/** What browsers say when the connection broke without a close frame. */
export const BROKEN = 1006;

/** An error this young explains a broken connection, ms. */
const EXPLAINS_MS = 10_000;

/**
 * Whether to reconnect: everything but 4500-4999, where a person has to act first.
 *
 * @param {number} code
 * @returns {boolean}
 */
export function reconnectsAfter(code) {
  return code < 4_500 || code > 4_999;
}

/**
 * The close that was meant. The runtime may cut a client that is still writing, so that 4429 and 4400 are seen as
 * 1006: the last error tells.
 *
 * @param {number} code
 * @param {{ code: number, at: number } | null} lastError The status of the newest `error` frame, and when it came.
 * @param {number} now
 * @returns {number}
 */
export function meantClose(code, lastError, now) {
  if (code !== BROKEN || lastError === null || now - lastError.at > EXPLAINS_MS) return code;
  if (lastError.code === 429) return 4429;
  if (lastError.code === 400) return 4400;
  return code;
}
