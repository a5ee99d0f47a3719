/**
 * What scripts tell the person who runs them.
 *
 * @module
 */

/** Writes one line to standard output. */
export function say(text: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${text}\n`));
}
