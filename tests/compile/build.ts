/**
 * `deno task compile`: the program, the page and its workers as one executable.
 *
 * {@link USAGE} says how to call it.
 *
 * @module
 */
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { fromFileUrl, ROOT } from "../support/paths.ts";
import { runShown } from "../support/run.ts";
import { say } from "../support/say.ts";
import { runTask } from "../support/task.ts";
import { type Bundle, bundleInto } from "./bundle.ts";

/** The machines that `deno compile` has a base for. */
export const TARGETS = [
  "x86_64-unknown-linux-gnu",
  "aarch64-unknown-linux-gnu",
  "x86_64-pc-windows-msvc",
  "x86_64-apple-darwin",
  "aarch64-apple-darwin",
] as const;

/** A kind of machine. */
export type Target = (typeof TARGETS)[number];

const USAGE = `usage: deno task compile [--output PATH] [--target TARGET]
  --output  where the executable goes; dist/go-chat, for Windows dist/go-chat.exe
  --target  the machine it is for, this one if none is named:
            ${TARGETS.join("\n            ")}`;

/** Which runtime compiles what, and where to. */
export interface BuildOptions {
  /** Relative to where this process works. */
  readonly output: string;
  /** The checkout to build; default: this one. */
  readonly root?: string;
  /** Default: this machine. */
  readonly target?: Target;
  /** A `deno` binary; default: the one that runs this. */
  readonly runtime?: string;
  /** Added to the environment of the compiler. */
  readonly env?: Readonly<Record<string, string>>;
}

/** As in the tasks: a third less memory for each idle socket (docs/decisions/0014). */
const SMALL_YOUNG_HEAP = "--v8-flags=--max-semi-space-size=4";

/** The command line of `deno compile`. Permissions are those of the set `executable` in deno.json: never run or ffi. */
export function compileArgs(bundle: Bundle, output: string, target: Target | null): string[] {
  return [
    "compile",
    "--quiet",
    "--no-check",
    "--no-prompt",
    "--no-lock",
    "--no-remote", // Everything is in the bundle.
    "--no-npm",
    SMALL_YOUNG_HEAP,
    "--permission-set=executable",
    ...bundle.included.flatMap((path) => ["--include", path]),
    ...(target === null ? [] : ["--target", target]),
    "--output",
    output,
    bundle.main,
  ];
}

/** Compiles. Throws when the bundler or the compiler fails. */
export async function build(options: BuildOptions): Promise<void> {
  const { root = fromFileUrl(ROOT), runtime = Deno.execPath(), target = null, env = {} } = options;
  const directory = await Deno.makeTempDir({ prefix: "go-chat-bundle-" });
  try {
    const bundle = await bundleInto(directory, root);
    const args = compileArgs(bundle, resolve(options.output), target);
    const code = await runShown(runtime, args, { cwd: directory, env: { ...env } });
    if (code !== 0) throw new Error(`Cannot compile "${options.output}": deno compile ended with ${code}`);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

/** What the command line asks for. Throws TypeError for what there is not. */
export function readWishes(args: readonly string[]): { readonly output: string; readonly target?: Target } {
  const { values } = parseArgs({
    args: [...args],
    options: { output: { type: "string" }, target: { type: "string" } },
  });
  const target = TARGETS.find((one) => one === values.target);
  if (values.target !== undefined && target === undefined) {
    throw new TypeError(`Cannot compile for "${values.target}": there is no base for it`);
  }
  const ending = (target ?? Deno.build.target).includes("windows") ? ".exe" : "";
  const output = values.output ?? `dist/go-chat${ending}`;
  return { output, ...(target === undefined ? {} : { target }) };
}

if (import.meta.main) {
  const run = async (wishes: ReturnType<typeof readWishes>): Promise<number> => {
    try {
      await build(wishes);
    } catch (error) {
      say(error instanceof Error ? error.message : String(error));
      return 1;
    }
    const { size } = await Deno.stat(wishes.output);
    say(`${wishes.output}: ${(size / 1e6).toFixed(0)} MB; start it with ./${wishes.output} --help`);
    return 0;
  };
  Deno.exit(await runTask({ usage: USAGE, read: readWishes, run }, Deno.args));
}
