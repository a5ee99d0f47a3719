/**
 * How long a version of the program takes from its first instruction to listening.
 *
 * @module
 */
import { build } from "../compile/build.ts";
import { findCompiler } from "../support/compiler.ts";
import { fromFileUrl, ROOT } from "../support/paths.ts";
import { startServer } from "../support/server.ts";
import { type Checkout, startCommand } from "./checkouts.ts";
import type { Measure, Sample } from "./measure.ts";
import { median } from "./median.ts";
import { say } from "./progress.ts";

/** Starts of one run, of which the median counts; in short runs one. */
const TIMES = 3;
const SHORT_SECONDS = 3;
const KEPT = fromFileUrl(new URL(".setup/bench/", ROOT));

/** Starts the program as its task does, and as one executable, on an empty directory and on a store that is there. */
export const START: Measure = {
  name: "start",
  title: "Start in release mode, ms until it listens",
  meaning: "a new process, its files in the system's cache; the task is what `deno task start` runs",
  rows: [
    { key: "task_first", text: "task, empty directory", digits: 0, better: "less" },
    { key: "task_again", text: "task, with a store", digits: 0, better: "less" },
    {
      key: "executable_first",
      text: "executable, empty directory",
      digits: 0,
      better: "less",
      goal: { floor: 500, aim: 250 },
    },
    {
      key: "executable_again",
      text: "executable, with a store",
      digits: 0,
      better: "less",
      goal: { floor: 500, aim: 250 },
    },
  ],
  needsAccounts: false,
  needsStarts: true,
  saturates: false,
  run: async ({ checkout }, { seconds }) => {
    if (checkout === undefined) return {};
    const times = seconds < SHORT_SECONDS ? 1 : TIMES;
    const executable = await executableOf(checkout);
    return {
      ...await timeStarts("task", {
        checkout,
        times,
        commandFor: (dataDir) => startCommand(checkout, dataDir),
      }),
      ...executable === null ? {} : await timeStarts("executable", {
        checkout,
        times,
        commandFor: () => Promise.resolve([executable]),
      }),
    };
  },
};

/** What is started, and how often. */
interface Starts {
  readonly checkout: Checkout;
  readonly times: number;
  readonly commandFor: (dataDir: string) => Promise<readonly string[]>;
}

async function timeStarts(name: string, starts: Starts): Promise<Sample> {
  const [first, again]: [number[], number[]] = [[], []];
  for (let time = 0; time < starts.times; time++) {
    const dataDir = await Deno.makeTempDir({ dir: KEPT, prefix: "data-" });
    try {
      first.push(await timeStart(dataDir, starts));
      again.push(await timeStart(dataDir, starts));
    } finally {
      await Deno.remove(dataDir, { recursive: true });
    }
  }
  return { [`${name}_first`]: median(first), [`${name}_again`]: median(again) };
}

async function timeStart(dataDir: string, { checkout, commandFor }: Starts): Promise<number> {
  const command = ["taskset", "-c", "0", ...await commandFor(dataDir)];
  const begun = performance.now();
  await using server = await startServer({ dataDir, cwd: checkout.directory, command, mode: "release" });
  const took = performance.now() - begun;
  await server.stop();
  return took;
}

const executables = new Map<string, Promise<string | null>>();

/** The version as one executable, made once; null, said loudly: it cannot be compiled here. */
function executableOf(checkout: Checkout): Promise<string | null> {
  const made = executables.get(checkout.directory) ?? compile(checkout).catch((error: unknown) => {
    say(
      `!! Cannot measure the executable of ${checkout.name}: ${
        error instanceof Error ? error.message : error
      }`,
    );
    return null;
  });
  executables.set(checkout.directory, made);
  return made;
}

async function compile({ name, directory }: Checkout): Promise<string> {
  const { runtime, version, env } = await findCompiler();
  const output = `${KEPT}/executable-${name.replace(" ", "-").toLowerCase()}`;
  say(`compiling ${name} with Deno ${version}`);
  await build({ output, root: directory, runtime, env });
  return output;
}
