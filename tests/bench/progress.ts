/**
 * What the bench tells while it runs; standard output is for the table.
 *
 * @module
 */

/** Writes one line to standard error. */
export function say(text: string): void {
  Deno.stderr.writeSync(new TextEncoder().encode(`${text}\n`));
}
