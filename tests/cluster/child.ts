/**
 * One instance of the program, started to be tried: what it prints is shown behind its number.
 *
 * @module
 */
import type { Target } from "../support/balancer.ts";
import { fromFileUrl, ROOT } from "../support/paths.ts";
import { say } from "../support/say.ts";

/** An instance that is starting or running. */
export interface Child {
  /** Where it listens; null before and after. */
  readonly target: Target | null;
  /** Resolves when it listens. */
  readonly listening: Promise<void>;
  /** Its exit code. */
  readonly exited: Promise<number>;
  signal(name: Deno.Signal): void;
}

/** Starts an instance as `deno task start` does, with our environment. */
export function startChild(number: number, args: readonly string[]): Child {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-P", "--no-prompt", "--v8-flags=--max-semi-space-size=4", "main.ts", ...args],
    cwd: fromFileUrl(ROOT),
    env: { MALLOC_ARENA_MAX: "1" },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
    // A terminal's Ctrl-C reaches us alone: each is ended once.
    detached: true,
  }).spawn();
  const heard = Promise.withResolvers<void>();
  let target: Target | null = null;
  const hear = (line: string): void => {
    say(`${number}| ${line}`);
    const [, hostname, port] = /listening on https?:\/\/([^:]+):(\d+)/.exec(line) ?? [];
    if (hostname === undefined) return;
    target = { hostname, port: Number(port) };
    heard.resolve();
  };
  const read = Promise.all([eachLine(child.stdout, hear), eachLine(child.stderr, hear)]);
  const exited = Promise.all([child.status, read]).then(([{ code }]) => {
    target = null;
    say(`${number}| ended with exit code ${code}`);
    return code;
  });
  return {
    get target(): Target | null {
      return target;
    },
    listening: heard.promise,
    exited,
    signal(name): void {
      try {
        child.kill(name);
      } catch {
        // It has ended already, which is what was wanted.
      }
    },
  };
}

async function eachLine(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
  hear: (line: string) => void,
): Promise<void> {
  let rest = "";
  for await (const piece of stream.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + piece).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) hear(line);
  }
  if (rest !== "") hear(rest);
}
