/**
 * A script without its comments, its indentation and the blanks that say nothing. Line breaks stay, as some end a
 * statement; strings and templates stay letter for letter.
 *
 * @module
 */
import { parse, type Token, tokTypes } from "acorn";

/** A part of a text that is replaced. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Signs that no blank beside them can change: nothing they might grow together with begins or ends like them. */
const TIGHT = new Set([
  tokTypes.braceL,
  tokTypes.dollarBraceL,
  tokTypes.braceR,
  tokTypes.parenL,
  tokTypes.parenR,
  tokTypes.bracketL,
  tokTypes.bracketR,
  tokTypes.comma,
  tokTypes.semi,
  tokTypes.colon,
  tokTypes.question,
  tokTypes.eq,
  tokTypes.arrow,
  tokTypes.equality,
  tokTypes.logicalAND,
  tokTypes.logicalOR,
]);

/** A classic script, squeezed. Throws SyntaxError when it is none. */
export function squeezeScript(text: string): string {
  const tokens: Token[] = [];
  parse(text, { ecmaVersion: "latest", sourceType: "script", onToken: tokens });
  return squeeze(text, tokens, []);
}

/**
 * The text put together from its tokens. Edits are in order, each from the beginning of a token to the end of one;
 * only a whole statement, or what begins one, may be replaced by nothing.
 */
export function squeeze(text: string, tokens: readonly Token[], edits: readonly Edit[]): string {
  const waiting = [...edits];
  let squeezed = "";
  /** What was taken last: where it ended, and whether blanks after it say nothing. */
  let last = { end: 0, isTight: true };
  for (const { type, start, end } of tokens) {
    const isTight = TIGHT.has(type);
    const edit = waiting[0];
    if (edit !== undefined && start >= edit.start) {
      if (end >= edit.end) waiting.shift();
      if (start > edit.start || edit.text === "") continue;
    }
    const taken = edit?.start === start ? edit.text : text.slice(start, end);
    squeezed += gap(text.slice(last.end, start), last.isTight || isTight) + taken;
    last = edit?.start === start ? { end: edit.end, isTight: false } : { end, isTight };
  }
  return squeezed.trim();
}

function gap(between: string, isTight: boolean): string {
  if (between.includes("\n")) return "\n";
  return between === "" || isTight ? "" : " ";
}
