/**
 * Joins style sheets.
 *
 * @module
 */

/** Blanks and comments; or a text, in which there are none. */
const GAP_OR_TEXT = /(?:\s|\/\*[\s\S]*?\*\/)+|"(?:[^"\\]|\\[\s\S])*"|'(?:[^'\\]|\\[\s\S])*'/g;
const COMMENT = /\/\*[\s\S]*?\*\//g;

/**
 * One sheet that says what the sheets say in their order, without comments and blanks that say nothing. Throws an error that
 * names the sheet where that would change its meaning: an `@import` or `@charset`, an address relative to the sheet.
 */
export function joinStyles(sheets: readonly (readonly [path: string, text: string])[]): string {
  return sheets.map(([path, text]) => {
    const bare = text.replace(GAP_OR_TEXT, (part, at: number) => {
      if (/^["']/.test(part)) return part;
      return squeezed(part, { before: text[at - 1] ?? "{", after: text[at + part.length] ?? "}" });
    });
    const rule = /@(?:import|charset)\b/.exec(bare)?.[0];
    if (rule !== undefined) throw new Error(`Cannot join "${path}": it has an ${rule}`);
    const address = /\burl\(\s*["']?(?!["']?(?:\/|#|data:))[^)]*/.exec(bare)?.[0];
    if (address !== undefined) throw new Error(`Cannot join "${path}": "${address})" is relative to it`);
    return `${bare.trim()}\n`;
  }).join("");
}

function squeezed(
  gap: string,
  { before, after }: { readonly before: string; readonly after: string },
): string {
  if ("{};,:".includes(before) || "{};,".includes(after)) return "";
  // Without blanks around it a comment parts two words that stand as one.
  return gap.replace(COMMENT, "") === "" ? "/**/" : " ";
}
