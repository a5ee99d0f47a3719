/**
 * Scripts that are asked for something on the command line.
 *
 * @module
 */

/** What such a script is. */
export interface Task<Wishes> {
  readonly usage: string;
  /** Reads the command line; throws with a sentence for people. */
  readonly read: (args: string[]) => Wishes;
  /** Does it; answers the exit code. */
  readonly run: (wishes: Wishes) => Promise<number>;
}

/** Runs a script; answers 2, with the sentence and the usage on standard error, where it is asked for what there is not. */
export async function runTask<Wishes>({ usage, read, run }: Task<Wishes>, args: string[]): Promise<number> {
  let wishes: Wishes;
  try {
    wishes = read(args);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    Deno.stderr.writeSync(new TextEncoder().encode(`${why}\n${usage}\n`));
    return 2;
  }
  return await run(wishes);
}
