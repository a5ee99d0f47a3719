/**
 * HTML out of texts that people wrote: nothing of them is ever markup.
 *
 * @module
 */

/** Text that is HTML already. */
export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

const NAMES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** What may stand between the pieces of a template. */
type Part = string | number | Markup | readonly Markup[];

/** A template whose values are escaped, but for {@link Markup}. */
export function html(pieces: TemplateStringsArray, ...values: readonly Part[]): Markup {
  return new Markup(pieces.reduce((text, piece, at) => `${text}${shown(values[at - 1] ?? "")}${piece}`));
}

function shown(value: Part): string {
  if (value instanceof Markup) return value.text;
  if (typeof value === "number") return String(value);
  if (typeof value === "string") return value.replaceAll(/[&<>"']/g, (found) => NAMES[found] ?? "");
  return value.map((one) => one.text).join("");
}
