/**
 * `deno task compile`: the program, the page and the hash worker as one executable for this machine.
 *
 *     deno task compile [--output PATH]
 *
 * @module
 */
import { parseArgs } from "node:util";
import { fromFileUrl, ROOT } from "../support/paths.ts";
import { runShown } from "../support/run.ts";

/** Which runtime compiles, and where to. */
export interface BuildOptions {
  readonly output: string;
  /** A `deno` binary; default: the one that runs this. */
  readonly runtime?: string;
  /** Its version; default: that of the one that runs this. */
  readonly version?: string;
  /** Added to the environment of the compiler. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Files that no import names: what is served, the worker that hashes passwords, and the isolates that take connections. */
const INCLUDED = ["static", "routes/accounts/hash_worker.ts", "routes/isolates/worker.ts"];

/** As in the tasks: a third less memory for each idle socket (docs/decisions/0014). */
const SMALL_YOUNG_HEAP = "--v8-flags=--max-semi-space-size=4";

/** The command line of `deno compile`. Permissions are those of the set `executable` in deno.json: never run or ffi. */
export function compileArgs(output: string, version: string): string[] {
  return [
    "compile",
    "--quiet",
    "--frozen",
    "--no-check",
    "--no-prompt",
    SMALL_YOUNG_HEAP,
    "--permission-set=executable",
    ...(hasExcludeUnused(version) ? ["--exclude-unused-npm"] : []),
    ...INCLUDED.flatMap((path) => ["--include", path]),
    "--output",
    output,
    "main.ts",
  ];
}

/** `--exclude-unused-npm` keeps the packages of the tests out; the oldest supported version does not know it. */
function hasExcludeUnused(version: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major > 2 || (major === 2 && minor >= 9);
}

/** Compiles. Throws when the compiler fails. */
export async function build(options: BuildOptions): Promise<void> {
  const args = compileArgs(options.output, options.version ?? Deno.version.deno);
  const code = await runShown(options.runtime ?? Deno.execPath(), args, {
    cwd: fromFileUrl(ROOT),
    env: { ...options.env },
  });
  if (code !== 0) throw new Error(`Cannot compile "${options.output}": deno compile ended with ${code}`);
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { output: { type: "string", default: "dist/go-chat" } } });
  await build({ output: values.output });
  const { size } = await Deno.stat(values.output);
  await Deno.stdout.write(
    new TextEncoder().encode(
      `${values.output}: ${(size / 1e6).toFixed(0)} MB; start it with ./${values.output} --help\n`,
    ),
  );
}
