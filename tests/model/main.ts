/**
 * `deno task test:model`: many random histories of a messenger, each on a server of its own, on all cores.
 *
 *     deno task test:model [--runs N] [--seed S] [--path P] [--steps N] [--size one|several|any] [--jobs N]
 *
 * @module
 */
import { parseArgs } from "node:util";
import { z } from "zod";
import { say } from "../support/say.ts";
import { runTask } from "../support/task.ts";
import { Figures } from "./figures.ts";
import { MAX_STEPS, type Report, runModel, type Wish } from "./run.ts";
import type { Size } from "./scenario.ts";

const USAGE =
  `usage: deno task test:model [--runs N] [--seed S] [--path P] [--steps N] [--size one|several|any] [--jobs N]
  --runs    how many histories; 10000
  --seed    which; random. The second process takes the one after it, and so on
  --path    one of them, as a failure names it
  --steps   of the longest history; ${MAX_STEPS}
  --size    on how many instances: one, two or three, or now this and now that; any
  --jobs    processes; one a core, at most ${maxJobs()}`;

/** What one process found, for the one that started it. */
const Found = z.object({
  figures: z.array(z.tuple([z.string(), z.number()])),
  failure: z.string().nullable(),
});

const SizeWish = z.enum(["one", "several", "any"]);

interface Wishes extends Wish {
  readonly jobs: number;
  /** Answers in JSON. */
  readonly isPart: boolean;
}

function maxJobs(): number {
  return Math.min(navigator.hardwareConcurrency, 4);
}

function readWishes(args: string[]): Wishes {
  const { values } = parseArgs({
    args,
    options: {
      runs: { type: "string", default: "10000" },
      seed: { type: "string", default: String(Math.floor(Math.random() * 1_000_000_000)) },
      path: { type: "string" },
      steps: { type: "string", default: String(MAX_STEPS) },
      size: { type: "string", default: "any" },
      jobs: { type: "string", default: String(maxJobs()) },
      part: { type: "boolean", default: false },
    },
  });
  const { path, part: isPart } = values;
  const wishes = {
    runs: wholeNumber("--runs", values.runs),
    seed: wholeNumber("--seed", values.seed),
    maxSteps: wholeNumber("--steps", values.steps),
    size: sizeOf(values.size),
    jobs: path === undefined ? wholeNumber("--jobs", values.jobs) : 1,
    isPart,
  };
  return path === undefined ? wishes : { ...wishes, path };
}

function wholeNumber(name: string, text: string): number {
  if (!/^[0-9]{1,10}$/.test(text)) throw new TypeError(`${name} must be a whole number, not "${text}"`);
  return Number(text);
}

function sizeOf(text: string): Size {
  const parsed = SizeWish.safeParse(text);
  if (!parsed.success) throw new TypeError(`--size must be one, several or any, not "${text}"`);
  return parsed.data;
}

/** Plays in this process. */
function play(wishes: Wishes): Promise<Report> {
  const onProgress = wishes.isPart ? {} : { onProgress: (runs: number) => say(`${runs} runs`) };
  return runModel({ ...wishes, ...onProgress });
}

/** Plays in several processes, each with a seed of its own. */
async function playTogether(wishes: Wishes): Promise<Report> {
  const figures = new Figures();
  const failures: string[] = [];
  const parts = Array.from({ length: wishes.jobs }, (_, part) => {
    const runs = Math.floor(wishes.runs / wishes.jobs) + (part < wishes.runs % wishes.jobs ? 1 : 0);
    return playApart({ ...wishes, runs, seed: wishes.seed + part });
  });
  for (const found of await Promise.all(parts)) {
    figures.add(found.figures);
    if (found.failure !== null) failures.push(found.failure);
  }
  return { figures, failure: failures.length === 0 ? null : failures.join("\n\n") };
}

async function playApart(
  { runs, seed, maxSteps = MAX_STEPS, size = "any" }: Wishes,
): Promise<z.infer<typeof Found>> {
  const numbers = ["--runs", runs, "--seed", seed, "--steps", maxSteps, "--size", size, "--jobs", 1].map(
    String,
  );
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-P=test", "--no-prompt", import.meta.filename ?? "", ...numbers, "--part"],
    stdin: "null",
  }).output();
  if (code !== 0) throw new Error(`The process with seed ${seed} ended with ${code}: ${text(stderr)}`);
  return Found.parse(JSON.parse(text(stdout)));
}

function text(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

function tell({ figures, failure }: Report, ms: number): void {
  const sum = (beginning: string): number =>
    figures.entries().reduce((total, [name, count]) => name.startsWith(beginning) ? total + count : total, 0);
  say(figures.toString());
  if (failure !== null) say(`\n${failure}\n`);
  say(
    `${figures.of("runs")} runs, ${sum("step ")} steps, ${figures.of("messages")} messages, ` +
      `${figures.of("step kill")} kills of all, ${figures.of("step killOne")} of one, ` +
      `${figures.of("death between commit and publish")} deaths between commit and publish, ` +
      `${figures.of("step restart") + figures.of("step stopOne")} ends in order in ${
        (ms / 1_000).toFixed(0)
      } s`,
  );
}

async function main(wishes: Wishes): Promise<number> {
  const begun = performance.now();
  if (wishes.isPart) {
    const { figures, failure } = await play(wishes);
    say(JSON.stringify({ figures: figures.entries(), failure }));
    return 0;
  }
  say(`seed ${wishes.seed}, ${wishes.jobs} processes`);
  const report = await (wishes.jobs > 1 ? playTogether(wishes) : play(wishes));
  tell(report, performance.now() - begun);
  return report.failure === null ? 0 : 1;
}

if (import.meta.main) {
  Deno.exit(await runTask({ usage: USAGE, read: readWishes, run: main }, Deno.args));
}
