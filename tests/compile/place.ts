/**
 * The executable under test: compiled once, in a directory of its own.
 *
 * @module
 */
import { compilerFromEnvironment } from "../support/compiler.ts";
import { type Ended, runProgram } from "../support/program.ts";
import { say } from "../support/say.ts";
import { type RunningServer, startServer } from "../support/server.ts";
import { build } from "./build.ts";

/** The user and group that own nothing. */
const NOBODY = 65_534;

/** A directory outside of the checkout with nothing in it but the executable. Whoever runs it owns it. */
export interface Place extends AsyncDisposable {
  readonly directory: string;
  readonly command: readonly string[];
}

/** Compiles the program, or that of another tree, into a place of its own. */
export async function buildInto(root?: string): Promise<Place> {
  const directory = await Deno.makeTempDir({ prefix: "go-chat-executable-" });
  const end = (): Promise<void> => Deno.remove(directory, { recursive: true });
  try {
    const output = `${directory}/go-chat`;
    const begun = performance.now();
    await build({ output, ...(root === undefined ? {} : { root }), ...compilerFromEnvironment() });
    const { size } = await Deno.stat(output);
    say(`compiled in ${seconds(begun)} s: ${(size / 1e6).toFixed(1)} MB`);
    if (Deno.uid() !== 0) return { directory, command: [output], [Symbol.asyncDispose]: end };
    await Deno.chown(directory, NOBODY, NOBODY);
    const asNobody = ["setpriv", `--reuid=${NOBODY}`, `--regid=${NOBODY}`, "--clear-groups", output];
    return { directory, command: asNobody, [Symbol.asyncDispose]: end };
  } catch (error) {
    await end();
    throw error;
  }
}

function seconds(begun: number): string {
  return ((performance.now() - begun) / 1_000).toFixed(2);
}

/** What the executable finds in its environment: nothing of the checkout. */
const ENVIRONMENT = { HOME: "/nonexistent", DENO_DIR: "/nonexistent" };

/** Starts the executable in release mode, with its data in `data`, or as named, beside it. */
export async function start(
  place: Place,
  env: Readonly<Record<string, string>> = {},
  data: string = "data",
): Promise<RunningServer> {
  const begun = performance.now();
  const server = await startServer({
    command: place.command,
    mode: "release",
    dataDir: `${place.directory}/${data}`,
    cwd: place.directory,
    env: { ...ENVIRONMENT, ...env },
  });
  say(`listening after ${seconds(begun)} s`);
  return server;
}

/** Runs one command of the executable, on the data in `data` beside it, to its end. */
export function command(
  place: Place,
  args: readonly string[],
  options: { readonly env?: Readonly<Record<string, string>>; readonly data?: string } = {},
): Promise<Ended> {
  return runProgram({
    command: place.command,
    args: [...args, "--data", `${place.directory}/${options.data ?? "data"}`],
    cwd: place.directory,
    env: { ...ENVIRONMENT, ...options.env },
  });
}
