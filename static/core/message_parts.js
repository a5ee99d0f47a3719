/**
 * What a message's text is made of: text, links, and characters that turn the reading direction around.
 *
 * @module
 */
import { linksIn } from "./links.js";

/**
 * The parts' texts, one after the other, are the message, letter for letter.
 *
 * @typedef {{ kind: "text", text: string }
 *   | { kind: "link", text: string, href: string }
 *   | { kind: "control", text: string, mark: string }
 *   | { kind: "rest", text: string, mark: string }} Part `control`: a run of direction controls, and what to show of
 *   it. `rest`: where a text has too many of them to take apart, all that is left.
 */

/** Marks, embeddings, overrides and isolates of the Unicode bidirectional algorithm. */
const CONTROLS = /([\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]+)/;
/** Runs of controls that are shown one by one. */
const MAX_RUNS = 50;
/** Short names of the Unicode standard. */
const NAMES = new Map([
  ["\u061c", "ALM"],
  ["\u200e", "LRM"],
  ["\u200f", "RLM"],
  ["\u202a", "LRE"],
  ["\u202b", "RLE"],
  ["\u202c", "PDF"],
  ["\u202d", "LRO"],
  ["\u202e", "RLO"],
  ["\u2066", "LRI"],
  ["\u2067", "RLI"],
  ["\u2068", "FSI"],
  ["\u2069", "PDI"],
]);

const EMOJI = String
  .raw`(?:\p{RI}{2}|[0-9#*]\ufe0f?\u20e3|\p{Extended_Pictographic}(?:\ufe0f|\p{EMod})?(?:\u200d\p{Extended_Pictographic}(?:\ufe0f|\p{EMod})?)*)`;
const FEW_EMOJI = new RegExp(`^\\s*(?:${EMOJI}\\s*){1,6}$`, "u");
const MAX_EMOJI_LENGTH = 80;

/**
 * Takes a text apart.
 *
 * @param {string} text
 * @returns {Part[]}
 */
export function partsOf(text) {
  return takeApart(text, partsWithLinks);
}

/**
 * Takes a text apart that nothing is to be followed in: a line that stands for it.
 *
 * @param {string} text
 * @returns {Part[]}
 */
export function partsWithoutLinks(text) {
  return takeApart(text, (piece) => piece === "" ? [] : [{ kind: "text", text: piece }]);
}

/**
 * @param {string} text
 * @param {(text: string) => Part[]} plainParts Of what has no controls.
 * @returns {Part[]}
 */
function takeApart(text, plainParts) {
  if (!CONTROLS.test(text)) return plainParts(text);
  const pieces = text.split(CONTROLS);
  /** @type {Part[]} */
  const parts = [];
  for (const [at, piece] of pieces.entries()) {
    if (at % 2 === 0) {
      parts.push(...plainParts(piece));
    } else if (at < MAX_RUNS * 2) {
      parts.push({ kind: "control", text: piece, mark: markOf(piece) });
    } else {
      parts.push({ kind: "rest", text: pieces.slice(at).join(""), mark: markOf(piece) });
      break;
    }
  }
  return parts;
}

/**
 * Whether a text is nothing but a few emoji.
 *
 * @param {string} text
 * @returns {boolean}
 */
export function isFewEmoji(text) {
  return text.length <= MAX_EMOJI_LENGTH && FEW_EMOJI.test(text);
}

/**
 * @param {string} text
 * @returns {Part[]}
 */
function partsWithLinks(text) {
  /** @type {Part[]} */
  const parts = [];
  let done = 0;
  for (const { from, to, href } of linksIn(text)) {
    if (from > done) parts.push({ kind: "text", text: text.slice(done, from) });
    parts.push({ kind: "link", text: text.slice(from, to), href });
    done = to;
  }
  if (done < text.length) parts.push({ kind: "text", text: text.slice(done) });
  return parts;
}

/**
 * @param {string} controls
 * @returns {string}
 */
function markOf(controls) {
  const [first = ""] = controls;
  return `${NAMES.get(first) ?? ""}${controls.length > 1 ? "…" : ""}`;
}
