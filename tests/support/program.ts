/**
 * Runs the real program to its end: what it printed, and its exit code.
 *
 * @module
 */
import { fromFileUrl, ROOT } from "./paths.ts";
import { capture, within } from "./process.ts";
import { programCommand } from "./server.ts";

/** How the program is run. */
export interface ProgramOptions {
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Access is given to this directory, and it is passed as `--data`; absent: neither. */
  readonly dataDir?: string;
  /** The whole command instead of `deno run … main.ts`. */
  readonly command?: readonly string[];
  /** Runs as another user. */
  readonly uid?: number;
}

/** A run that has ended. */
export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Lines of standard error, without those of the runtime itself. */
  readonly lines: readonly string[];
}

/** Runs the program and resolves when it has ended; ends it and rejects when it still runs after 20 s. */
export async function runProgram(options: ProgramOptions = {}): Promise<Ended> {
  const { dataDir, args = [] } = options;
  const checkout = fromFileUrl(ROOT);
  const [program = "", ...first] = options.command ??
    (dataDir === undefined
      ? [Deno.execPath(), "run", "-P", "--no-prompt", `${checkout}/main.ts`]
      : programCommand(dataDir));
  const child = capture({
    program,
    args: [...first, ...args, ...(dataDir === undefined ? [] : ["--data", dataDir])],
    env: options.env ?? {},
    cwd: options.cwd ?? checkout,
    ...(options.uid === undefined ? {} : { uid: options.uid, gid: options.uid }),
  });
  try {
    const { code } = await within(20_000, child.exited, "The program did not end");
    const lines = child.stderr().split("\n").filter((line) => line !== "" && !RUNTIME.test(line));
    return { code, stdout: child.stdout(), stderr: child.stderr(), lines };
  } finally {
    await child.kill();
  }
}

/** What the runtime itself prints before the program: not the program's lines. */
const RUNTIME = /^(Warning Permissions in the config file|Task )/;
