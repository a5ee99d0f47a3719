/**
 * Own messages that are not acknowledged yet, as plain data.
 *
 * @module
 */

/** @import { OutFrame } from "./frames.js" */

/** Messages that may wait; writing more is refused. */
export const MAX_WAITING = 200;

/**
 * An own message that the server has not acknowledged.
 *
 * @typedef {object} Draft
 * @property {string} id The idempotency key.
 * @property {number} toUserId
 * @property {string} content
 * @property {number} createdAt
 * @property {"pending" | "failed"} status
 * @property {string | null} error Why it failed: the server's machine word, or one of this client's.
 */

/**
 * The frame that sends a draft.
 *
 * @param {Draft} draft
 * @returns {OutFrame}
 */
export function toFrame(draft) {
  return { type: "private", id: draft.id, to_user_id: draft.toUserId, content: draft.content };
}

/**
 * Reads drafts that were kept over a reload, leaving out what is none.
 *
 * @param {unknown} value
 * @returns {Draft[]}
 */
export function readDrafts(value) {
  if (!Array.isArray(value)) return [];
  return value.filter(isDraft).slice(0, MAX_WAITING);
}

/**
 * @param {unknown} value
 * @returns {value is Draft}
 */
function isDraft(value) {
  return typeof value === "object" && value !== null &&
    "id" in value && typeof value.id === "string" &&
    "toUserId" in value && typeof value.toUserId === "number" &&
    "content" in value && typeof value.content === "string" &&
    "createdAt" in value && typeof value.createdAt === "number" &&
    "status" in value && (value.status === "pending" || value.status === "failed") &&
    "error" in value && (value.error === null || typeof value.error === "string");
}
