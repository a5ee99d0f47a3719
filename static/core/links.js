/**
 * The addresses in a text: where they begin and end, and where they lead. Http and https only.
 *
 * @module
 */

/** @typedef {{ from: number, to: number, href: string }} Link */

/** Links of one text; what comes after them stays text, so that nobody can fill a page with elements. */
const MAX_LINKS = 50;

/** East Asian text has no spaces: an address that begins without such letters ends where they go on. */
const EAST_ASIAN = String.raw`\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}`;
/** Letters of any script; no invisible characters, and no punctuation but that of addresses. */
const CANDIDATE = /(?<![a-z0-9_@])https?:\/\/[\p{L}\p{M}\p{N}\-._~:/?#[\]@!$&'()*+,;=%|]+/giu;
const AFTER_PATH = new RegExp(`^(https?://[\\x20-\\x7e]*[/?#][^${EAST_ASIAN}]*)[${EAST_ASIAN}]`, "iu");
const AFTER_ASCII_HOST = new RegExp(
  `^(https?://[a-z0-9-]+(?:\\.[a-z0-9-]+)+(?::\\d+)?)[${EAST_ASIAN}]`,
  "iu",
);
/** What ends a sentence rather than an address. */
const TRAILING = ".,:;!?'*_~|";

/**
 * The links of a text, in order.
 *
 * @param {string} text
 * @returns {Link[]}
 */
export function linksIn(text) {
  /** @type {Link[]} */
  const links = [];
  if (!/https?:/i.test(text)) return links;
  for (const match of text.matchAll(CANDIDATE)) {
    const shown = trimmed(match[0]);
    const href = hrefOf(shown);
    if (href !== null) links.push({ from: match.index, to: match.index + shown.length, href });
    if (links.length === MAX_LINKS) break;
  }
  return links;
}

/**
 * A candidate without what ends the sentence it stands in: punctuation, and brackets that were opened before it.
 *
 * @param {string} candidate
 * @returns {string}
 */
function trimmed(candidate) {
  const shown = AFTER_ASCII_HOST.exec(candidate)?.[1] ?? AFTER_PATH.exec(candidate)?.[1] ?? candidate;
  let unpaired = count(shown, ")") - count(shown, "(");
  let unpairedSquare = count(shown, "]") - count(shown, "[");
  let end = shown.length;
  for (; end > 0; end--) {
    const last = shown[end - 1] ?? "";
    if (last === ")" && unpaired > 0) unpaired--;
    else if (last === "]" && unpairedSquare > 0) unpairedSquare--;
    else if (!TRAILING.includes(last)) break;
  }
  return shown.slice(0, end);
}

/**
 * @param {string} text
 * @param {string} letter
 * @returns {number}
 */
function count(text, letter) {
  return text.split(letter).length - 1;
}

/**
 * Where an address leads, or null where it is none, or looks like one place and leads to another.
 *
 * @param {string} shown
 * @returns {string | null}
 */
function hrefOf(shown) {
  if (!URL.canParse(shown)) return null;
  const { protocol, hostname, username, password, href } = new URL(shown);
  const isWeb = protocol === "http:" || protocol === "https:";
  // "https://bank.example@evil.example" leads to the second.
  return isWeb && hostname !== "" && username === "" && password === "" ? href : null;
}
