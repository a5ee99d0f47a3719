/**
 * A script without its comments, its indentation and the blanks that say nothing. Line breaks between statements stay,
 * strings and templates stay letter for letter; but of a template that is HTML, the indentation goes.
 *
 * @module
 */
import { parse, type Token, type TokenType, tokTypes } from "acorn";

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

/** After these no line break ends a statement. */
const OPENING = new Set([
  tokTypes.braceL,
  tokTypes.dollarBraceL,
  tokTypes.parenL,
  tokTypes.bracketL,
  tokTypes.comma,
]);
/** Before these none is needed to. */
const CLOSING = new Set([tokTypes.braceR, tokTypes.parenR, tokTypes.bracketR]);

/** The tag of templates that are HTML, where blanks after a line break say nothing. */
const HTML_TAG = "html";

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
  const templates = new Templates(text);
  // A text grown piece by piece would keep its pieces in memory.
  const pieces: string[] = [];
  /** What was taken last: where it ended, and its sign, if it was taken as it was. */
  let last: { readonly end: number; readonly type: TokenType | null } = { end: 0, type: null };
  for (const token of tokens) {
    const { type, start, end } = token;
    const own = templates.take(token);
    const edit = waiting[0];
    if (edit !== undefined && start >= edit.start) {
      if (end >= edit.end) waiting.shift();
      if (start > edit.start || edit.text === "") continue;
    }
    const isEdited = edit?.start === start;
    pieces.push(gap(text.slice(last.end, start), last.type, type), isEdited ? edit.text : own);
    last = isEdited ? { end: edit.end, type: null } : { end, type };
  }
  return pieces.join("").trim();
}

function gap(between: string, before: TokenType | null, after: TokenType): string {
  if (between.includes("\n")) {
    return before !== null && OPENING.has(before) || CLOSING.has(after) ? "" : "\n";
  }
  return between === "" || before !== null && TIGHT.has(before) || TIGHT.has(after) ? "" : " ";
}

/** Knows which parts of a script are parts of HTML. */
class Templates {
  readonly #text: string;
  /** The templates around here, from outside: whether each is HTML. */
  readonly #open: boolean[] = [];
  #before: Token | null = null;

  constructor(text: string) {
    this.#text = text;
  }

  /** The text of the next token. */
  take(token: Token): string {
    const { type, start, end } = token;
    const before = this.#before;
    this.#before = token;
    if (type === tokTypes.backQuote) {
      // What ends a template follows a part of it, however short.
      if (before?.type === tokTypes.template) this.#open.pop();
      else this.#open.push(before?.type === tokTypes.name && this.#of(before) === HTML_TAG);
    }
    const own = this.#text.slice(start, end);
    return type === tokTypes.template && this.#open.at(-1) === true ? own.replace(/\n\s+/g, "\n") : own;
  }

  #of({ start, end }: Token): string {
    return this.#text.slice(start, end);
  }
}
