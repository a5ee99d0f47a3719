/**
 * Reading what the server says, and measuring what it will accept.
 *
 * @module
 */

/** @import { MessageFrame, ServerFrame } from "../../realtime/frames.ts" */

/**
 * A frame as it is written: what zod takes in, so defaults may be left out.
 *
 * @typedef {(
 *   import("zod").input<typeof import("../../realtime/frames.ts").ClientFrame>
 *   | { type: "heartbeat", content: "ping" }
 * )} OutFrame
 */

/** Types this client understands; later servers may send others, which are shown in the log and left alone. */
const KNOWN = new Set([
  "welcome",
  "user_list",
  "join",
  "leave",
  "private",
  "read",
  "receipt",
  "resync",
  "typing",
  "heartbeat",
  "sync",
  "history",
  "presence",
  "error",
]);

/** Those that mean nothing without their `data`. */
const BARE = new Set(["heartbeat"]);

/**
 * Reads one frame of the server, or null for text that is none or of a kind not known here.
 *
 * @param {unknown} text
 * @returns {ServerFrame | null}
 */
export function readFrame(text) {
  if (typeof text !== "string") return null;
  /** @type {unknown} */
  let value;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof value !== "object" || value === null || !("type" in value)) return null;
  const { type } = value;
  if (typeof type !== "string" || !KNOWN.has(type)) return null;
  if (!BARE.has(type) && !("data" in value && typeof value.data === "object" && value.data !== null)) {
    return null;
  }
  // The server's own schemas made this text; its tests hold the shapes.
  return /** @type {ServerFrame} */ (value);
}

/**
 * Length in code points, as the server counts a message.
 *
 * @param {string} text
 * @returns {number}
 */
export function codePoints(text) {
  let count = 0;
  for (const _ of text) count++;
  return count;
}

/**
 * Size on the wire, in UTF-8 bytes.
 *
 * @param {string} text
 * @returns {number}
 */
export function byteLength(text) {
  return new TextEncoder().encode(text).byteLength;
}

/**
 * Makes text storable: no U+0000, no half characters, which a broken paste can bring.
 *
 * @param {string} text
 * @returns {string}
 */
export function storable(text) {
  return text.replaceAll("\0", "").replace(
    /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g,
    "\ufffd",
  );
}

/**
 * The other side of a message in a direct conversation.
 *
 * @param {MessageFrame} message
 * @param {number} selfId
 * @returns {number}
 */
export function peerOfMessage(message, selfId) {
  return message.from_user_id === selfId ? message.to_user_id : message.from_user_id;
}
