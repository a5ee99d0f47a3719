/**
 * Who one is on the test page: a number and a name, as typed.
 *
 * @module
 */

/** @typedef {{ userId: number, username: string }} DebugIdentity */

/** The largest user id (contract §2). */
const MAX_USER_ID = 4_294_967_295;

/**
 * A user id as typed, or null.
 *
 * @param {string} text
 * @returns {number | null}
 */
export function readUserId(text) {
  const digits = text.trim();
  if (!/^\d{1,10}$/.test(digits)) return null;
  const id = Number(digits);
  return id >= 1 && id <= MAX_USER_ID ? id : null;
}

/**
 * The identity that a tab kept, or null.
 *
 * @param {unknown} value
 * @returns {DebugIdentity | null}
 */
export function readIdentity(value) {
  if (typeof value !== "object" || value === null || !("userId" in value) || !("username" in value)) {
    return null;
  }
  const { userId, username } = value;
  return typeof userId === "number" && typeof username === "string" ? { userId, username } : null;
}
