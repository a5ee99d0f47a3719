/**
 * The messages of one conversation that this client holds: one stretch without holes, and what came ahead of it.
 *
 * Pure: every function answers a new timeline, or the same one when nothing changed.
 *
 * @module
 */

/** @import { MessageFrame } from "../../realtime/frames.ts" */

/** Messages held of one conversation: older ones are taken up to this. */
export const MAX_HELD = 20_000;
/** What stays when a new message comes on top of that many; the oldest go and can be asked for again. */
const KEPT = 19_000;
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
 * Puts messages in their places: newer versions replace, known ones are dropped, those above a hole wait, those below
 * one are left out.
 *
 * An empty timeline begins at the lowest of them. A message that comes right above the others costs a copy of the
 * list and nothing more: thousands may be held.
 *
 * @param {Timeline} timeline
 * @param {readonly MessageFrame[]} messages
 * @returns {Timeline}
 */
export function insert(timeline, messages) {
  const first = timeline.messages[0]?.data.seq ?? 0;
  const last = lastHeld(timeline);
  const among = messages.filter(({ data: { seq } }) => seq >= first && seq <= last);
  const below = messages.filter(({ data: { seq } }) => seq < first);
  const above = messages.filter(({ data: { seq } }) => seq > last);
  const held = joinBelow(replaceAmong(timeline.messages, among), below);
  return joinAbove({ messages: held, ahead: timeline.ahead }, { above, before: timeline });
}

/**
 * Whether a message is held, in any version.
 *
 * @param {Timeline} timeline
 * @param {MessageFrame} message
 * @returns {boolean}
 */
export function holds({ messages, ahead }, { data: { seq } }) {
  const first = messages[0]?.data.seq ?? Infinity;
  return seq >= first && seq < first + messages.length || ahead.some(({ data }) => data.seq === seq);
}

/**
 * Begins anew above the hole: it is too wide to fill, or its messages no longer exist.
 *
 * @param {Timeline} timeline
 * @returns {Timeline}
 */
export function skipHole(timeline) {
  return insert(EMPTY_TIMELINE, timeline.ahead);
}

/**
 * Those without a hole up to the newest: where nothing is held, an old message that was changed is none to begin with.
 *
 * @param {readonly MessageFrame[]} messages Rising seq.
 * @returns {readonly MessageFrame[]}
 */
export function newestRun(messages) {
  let from = messages.length - 1;
  while (from > 0 && messages[from - 1]?.data.seq === (messages[from]?.data.seq ?? 0) - 1) from--;
  return messages.slice(Math.max(0, from));
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
 * @param {readonly MessageFrame[]} held
 * @param {readonly MessageFrame[]} versions Of messages that are held.
 * @returns {readonly MessageFrame[]}
 */
function replaceAmong(held, versions) {
  const first = held[0]?.data.seq ?? 0;
  /** @type {MessageFrame[] | null} */
  let next = null;
  for (const message of versions) {
    const at = message.data.seq - first;
    if (!isNewer(message, (next ?? held)[at])) continue;
    next ??= [...held];
    next[at] = message;
  }
  return next ?? held;
}

/**
 * @param {readonly MessageFrame[]} held
 * @param {readonly MessageFrame[]} below
 * @returns {readonly MessageFrame[]}
 */
function joinBelow(held, below) {
  if (below.length === 0) return held;
  const sorted = merged([], below);
  const first = held[0]?.data.seq ?? 0;
  let from = sorted.length;
  while (from > 0 && sorted[from - 1]?.data.seq === first - 1 - (sorted.length - from)) from--;
  return from === sorted.length ? held : [...sorted.slice(from), ...held].slice(-MAX_HELD);
}

/**
 * @param {Timeline} timeline
 * @param {{ above: readonly MessageFrame[], before: Timeline }} options
 * @returns {Timeline}
 */
function joinAbove({ messages, ahead }, { above, before }) {
  const waiting = merged(ahead, above);
  if (waiting === before.ahead) {
    return messages === before.messages ? before : { messages, ahead };
  }
  const next = messages.length === 0 ? waiting[0]?.data.seq ?? 0 : lastHeld({ messages, ahead }) + 1;
  let to = 0;
  while (to < waiting.length && waiting[to]?.data.seq === next + to) to++;
  const held = to === 0 ? messages : [...messages, ...waiting.slice(0, to)];
  return {
    messages: held.length > MAX_HELD ? held.slice(-KEPT) : held,
    ahead: waiting.slice(to).slice(-MAX_AHEAD),
  };
}

/**
 * Both in rising seq, the newer version of each; the same list when nothing is new.
 *
 * @param {readonly MessageFrame[]} sorted
 * @param {readonly MessageFrame[]} more
 * @returns {readonly MessageFrame[]}
 */
function merged(sorted, more) {
  const bySeq = new Map(sorted.map((message) => [message.data.seq, message]));
  const news = more.filter((message) => {
    const isNews = isNewer(message, bySeq.get(message.data.seq));
    if (isNews) bySeq.set(message.data.seq, message);
    return isNews;
  });
  return news.length === 0
    ? sorted
    : [...bySeq.values()].toSorted((one, other) => one.data.seq - other.data.seq);
}

/**
 * @param {MessageFrame} message
 * @param {MessageFrame | undefined} known
 * @returns {boolean}
 */
function isNewer(message, known) {
  return known === undefined || known.data.change < message.data.change;
}
