/**
 * The messages of one conversation that this client holds: one stretch without holes, and what came ahead of it.
 *
 * Pure: every function answers a new timeline, or the same one when nothing changed.
 *
 * @module
 */

/** @import { MessageFrame } from "../../realtime/frames.ts" */

/** Messages held of one conversation; beyond, the oldest go and can be asked for again. */
export const MAX_HELD = 2_000;
/** What stays when that happens. */
const KEPT = 1_000;
/** Messages that may wait for a hole to be filled. */
const MAX_AHEAD = 500;
/** A wider hole is not filled: the newest stretch is held instead, and scrolling back asks for the rest. */
export const MAX_FILLED = 400;

/**
 * @typedef {object} Timeline
 * @property {readonly MessageFrame[]} messages Rising seq, no holes.
 * @property {readonly MessageFrame[]} ahead Rising seq, all above a hole.
 */

/**
 * Missing seqs, both bounds exclusive.
 *
 * @typedef {object} Hole
 * @property {number} after
 * @property {number} before
 */

/** @type {Timeline} */
export const EMPTY_TIMELINE = { messages: [], ahead: [] };

/**
 * The newest seq up to which nothing is missing, or 0.
 *
 * @param {Timeline} timeline
 * @returns {number}
 */
export function lastHeld(timeline) {
  return timeline.messages.at(-1)?.data.seq ?? 0;
}

/**
 * What is missing above the stretch: up to what came ahead of it, or up to the newest there is. Null when nothing
 * is, and for an empty timeline, which is loaded when somebody looks.
 *
 * @param {Timeline} timeline
 * @param {number} lastSeq The newest there is.
 * @returns {Hole | null}
 */
export function holeOf(timeline, lastSeq) {
  const after = lastHeld(timeline);
  const before = timeline.ahead[0]?.data.seq ?? lastSeq + 1;
  return after === 0 || before <= after + 1 ? null : { after, before };
}

/**
 * Puts messages in their places: newer versions replace, known ones are dropped, those above a hole wait.
 *
 * An empty timeline begins at the lowest of them.
 *
 * @param {Timeline} timeline
 * @param {readonly MessageFrame[]} messages
 * @returns {Timeline}
 */
export function insert(timeline, messages) {
  /** @type {Map<number, MessageFrame>} */
  const held = new Map(
    [...timeline.messages, ...timeline.ahead].map((message) => [message.data.seq, message]),
  );
  let changed = false;
  for (const message of messages) {
    const known = held.get(message.data.seq);
    if (known !== undefined && known.data.change >= message.data.change) continue;
    held.set(message.data.seq, message);
    changed = true;
  }
  return changed ? arrange(held, timeline) : timeline;
}

/**
 * Begins anew above the hole: it is too wide to fill, or its messages no longer exist.
 *
 * @param {Timeline} timeline
 * @returns {Timeline}
 */
export function skipHole(timeline) {
  const held = new Map(timeline.ahead.map((message) => [message.data.seq, message]));
  return arrange(held, EMPTY_TIMELINE);
}

/**
 * Whether the hole is worth filling.
 *
 * @param {Hole} hole
 * @returns {boolean}
 */
export function isFillable({ after, before }) {
  return before - after - 1 <= MAX_FILLED;
}

/**
 * @param {Map<number, MessageFrame>} held
 * @param {Timeline} before
 * @returns {Timeline}
 */
function arrange(held, before) {
  if (held.size === 0) return EMPTY_TIMELINE;
  const sorted = [...held.values()].toSorted((one, other) => one.data.seq - other.data.seq);
  const anchor = before.messages[0]?.data.seq ?? sorted[0]?.data.seq ?? 0;
  // Downwards from the anchor, so that older pages join on; what lies below a hole there is asked for again.
  let from = sorted.findIndex((message) => message.data.seq === anchor);
  while (from > 0 && sorted[from - 1]?.data.seq === (sorted[from]?.data.seq ?? 0) - 1) from--;
  let to = sorted.findIndex((message) => message.data.seq === anchor) + 1;
  while (to < sorted.length && sorted[to]?.data.seq === (sorted[to - 1]?.data.seq ?? 0) + 1) to++;
  const messages = sorted.slice(from, to);
  return {
    messages: messages.length > MAX_HELD ? messages.slice(-KEPT) : messages,
    ahead: sorted.slice(to).slice(-MAX_AHEAD),
  };
}
