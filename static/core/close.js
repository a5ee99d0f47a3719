/**
 * What a close of the socket means for the client: whether to come back, and how long to wait at least.
 *
 * @module
 */

/** The session ended: sign in again. */
export const SESSION_ENDED = 4501;
/** The message was too big: it must not be sent again. */
export const TOO_BIG = 1009;
/** What browsers say when the connection broke without a close frame. */
export const BROKEN = 1006;

/** Full jitter: the first attempt falls into this, ms. */
export const BACKOFF_BASE_MS = 500;
/** No attempt waits longer than this, ms. */
export const BACKOFF_CAP_MS = 30_000;

/** An error this young explains a broken connection, ms. */
const EXPLAINS_MS = 10_000;

/** Codes after which everybody comes back at once, or came too fast: a floor and a wider spread, ms. */
const PATIENCE = new Map([
  [1012, { floor: 0, spread: 3_000 }],
  [1013, { floor: 1_000, spread: 5_000 }],
  [4429, { floor: 2_000, spread: 4_000 }],
]);

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

/**
 * How long to wait before attempt number `attempt` (from 0), ms: full jitter over a doubling window.
 *
 * @param {number} attempt
 * @param {{ code: number, random: () => number }} options
 * @returns {number}
 */
export function reconnectDelay(attempt, { code, random }) {
  const patience = PATIENCE.get(code) ?? { floor: 0, spread: 0 };
  const doubled = BACKOFF_BASE_MS * 2 ** Math.min(attempt, 16);
  const span = Math.min(BACKOFF_CAP_MS, Math.max(doubled, patience.spread));
  return Math.min(BACKOFF_CAP_MS, patience.floor + random() * span);
}
