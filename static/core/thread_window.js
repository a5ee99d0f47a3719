/**
 * Which part of a thread is in the page. The rest is held, and comes in when somebody scrolls there.
 *
 * @module
 */

/** @import { Extent } from "./thread_items.js" */

/** Ordinals, both inclusive. @typedef {{ from: number, to: number }} Range */

/** Messages in the page: several screens, and few enough that a page of them is laid out within a frame. */
export const WINDOW = 100;
/** With fewer than this beyond what is seen, the window moves. */
const EDGE = 20;

/**
 * The part in the page.
 *
 * @param {number | null} start Its first ordinal; null: it ends with the newest message, whatever comes.
 * @param {Extent} extent
 * @returns {Range}
 */
export function rangeOf(start, { first, last }) {
  const newest = Math.max(first, last - WINDOW + 1);
  const from = start === null ? newest : Math.min(Math.max(first, start), newest);
  return { from, to: Math.min(last, from + WINDOW - 1) };
}

/**
 * Where the window should begin for what is seen now, or null where it may stay: it has its middle there then.
 *
 * @param {Range} range
 * @param {Extent} extent
 * @param {Range} seen
 * @returns {number | null}
 */
export function moveOf(range, { first, last }, seen) {
  const wantsAbove = seen.from - range.from < EDGE && range.from > first;
  const wantsBelow = range.to - seen.to < EDGE && range.to < last;
  if (!wantsAbove && !wantsBelow) return null;
  const beyond = WINDOW - (seen.to - seen.from + 1);
  const { from } = rangeOf(seen.from - Math.floor(beyond / 2), { first, last });
  return from === range.from ? null : from;
}
