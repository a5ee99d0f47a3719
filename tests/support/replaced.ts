/**
 * A file with the words of a test in place of its own.
 *
 * @module
 */

/** The text with each first word of a pair replaced by the second wherever it stands. Throws where one is missing. */
export function replaced(text: string, pairs: readonly (readonly [was: string, is: string])[]): string {
  return pairs.reduce((changed, [was, is]) => {
    if (!changed.includes(was)) throw new Error(`"${was}" is not in the file`);
    return changed.replaceAll(was, () => is);
  }, text);
}
