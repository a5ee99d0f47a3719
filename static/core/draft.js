/**
 * Own messages that are not acknowledged yet, as plain data.
 *
 * @module
 */

import { byteLength, codePoints } from "./frames.js";

/** @import { OutFrame } from "./frames.js" */

/** Messages that may wait; writing more is refused. */
export const MAX_WAITING = 200;

/** What the server takes while it has not said otherwise (contract §3.1, §3.3). */
export const DEFAULT_LIMITS = { contentPoints: 10_000, frameBytes: 131_072 };

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
 * Why a draft cannot be sent at all, or null.
 *
 * @param {Draft} draft
 * @param {{ contentPoints: number, frameBytes: number }} limits
 * @returns {"empty" | "too_large" | null}
 */
export function problemOf(draft, { contentPoints, frameBytes }) {
  if (draft.content === "") return "empty";
  const fits = codePoints(draft.content) <= contentPoints &&
    byteLength(JSON.stringify(toFrame(draft))) <= frameBytes;
  return fits ? null : "too_large";
}

/**
 * A failed draft, to be tried once more. It keeps its id, unless that id is what was wrong with it.
 *
 * @param {Draft} draft
 * @param {() => string} newId
 * @returns {Draft}
 */
export function retried(draft, newId) {
  const id = draft.error === "id_reused" ? newId() : draft.id;
  return { ...draft, id, status: "pending", error: null };
}

/**
 * The order in which drafts were written.
 *
 * @param {Draft} one
 * @param {Draft} other
 * @returns {number}
 */
export function byTime(one, other) {
  return one.createdAt - other.createdAt || (one.id < other.id ? -1 : 1);
}

/**
 * Reads a draft that was kept, or null when it is none.
 *
 * @param {unknown} value
 * @returns {Draft | null}
 */
export function readDraft(value) {
  return isDraft(value) ? value : null;
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
