/**
 * Runs a program to its end.
 *
 * @module
 */

/** Where and with what a program runs; the environment adds to ours. */
export interface RunOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs a program and answers what it printed. Throws with everything it said when it fails or does not exist. */
export async function runQuietly(
  program: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<string> {
  const { code, stdout, stderr } = await new Deno.Command(program, {
    args: [...args],
    stdin: "null",
    ...options,
  }).output();
  const [out, err] = [new TextDecoder().decode(stdout), new TextDecoder().decode(stderr)];
  if (code !== 0) throw new Error(`"${program} ${args.join(" ")}" ended with ${code}\n${out}${err}`);
  return out;
}

/** Runs a program, its output shown as it comes; answers its exit code. */
export async function runShown(
  program: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<number> {
  const child = new Deno.Command(program, { args: [...args], stdin: "null", ...options }).spawn();
  return (await child.status).code;
}

/** Whether a program exists and ends well. */
export function runs(program: string, ...args: readonly string[]): Promise<boolean> {
  return runQuietly(program, args).then(() => true, () => false);
}
