/**
 * `deno task fuzz`: a million inputs out of chance. None may end the program, be answered by a fault of its own, or
 * leave memory behind. What does is kept in `corpus/`, which the fast tests play again.
 *
 * @module
 */
import { parseArgs } from "node:util";
import fc from "fast-check";
import { say } from "../support/say.ts";
import { runTask } from "../support/task.ts";
import { keep } from "./corpus.ts";
import type { Input, OpenTarget, Target } from "./target.ts";
import { TARGETS } from "./targets.ts";

const INPUTS = 1_000_000;
const USAGE = `usage: deno task fuzz [--inputs N] [--seed N] [--only TARGET]
  --inputs  how many in all; ${INPUTS}
  --seed    the same again: it is printed at the beginning
  --only    ${TARGETS.map(({ name }) => name).join(", ")}`;
/** Fed at a time; what is wrong in one of them is found one by one. */
const BATCH = 1_000;
/** What the second half of a run may add to memory, in MiB: garbage, and pages that the engine keeps. */
const SLACK_MIB = 64;

interface Wishes {
  readonly inputs: number;
  readonly seed: number;
  readonly targets: readonly Target[];
}

function read(args: string[]): Wishes {
  const { values } = parseArgs({
    args,
    options: { inputs: { type: "string" }, seed: { type: "string" }, only: { type: "string" } },
  });
  const inputs = Number(values.inputs ?? INPUTS);
  const seed = Number(values.seed ?? crypto.getRandomValues(new Uint32Array(1))[0]);
  if (!Number.isInteger(inputs) || inputs < 1) throw new TypeError(`Cannot feed "${values.inputs}" inputs`);
  if (!Number.isInteger(seed)) {
    throw new TypeError(`Cannot begin with the seed "${values.seed}": it is no number`);
  }
  const targets = TARGETS.filter(({ name }) => name === (values.only ?? name));
  if (targets.length === 0) throw new TypeError(`Cannot feed "${values.only}": there is no such target`);
  return { inputs, seed, targets };
}

/** Finds the input of a batch that is wrong by itself, and keeps it. */
async function findWrong(target: Target, batch: readonly Input[], error: unknown): Promise<string> {
  for (const input of batch) {
    try {
      await using alone = await target.open();
      await alone.feed([input]);
    } catch (own) {
      const why = own instanceof Error ? own.message.split("\n", 1).join("") : String(own);
      return `${await keep(target.name, input, why)}: ${why}`;
    }
  }
  return `only together: ${error instanceof Error ? error.stack ?? error.message : error}`;
}

/** Feeds a target; whether all was well. */
async function run(target: Target, count: number, seed: number): Promise<boolean> {
  const begun = performance.now();
  await using opened = await target.open();
  let fed = 0;
  let half: number | null = null;
  for (let batch = 0; fed < count; batch++) {
    const wanted = Math.min(BATCH, count - fed);
    const inputs = fc.sample(target.inputs, { numRuns: wanted, seed: seed + batch });
    try {
      await opened.feed(inputs);
    } catch (error) {
      say(
        `!! ${target.name}: input ${fed} to ${fed + wanted}, seed ${seed}: ${await findWrong(
          target,
          inputs,
          error,
        )}`,
      );
      return false;
    }
    fed += wanted;
    if (half === null && fed >= count / 2) half = await opened.memory();
  }
  return tell(target, { opened, fed, half: half ?? 0, seconds: (performance.now() - begun) / 1_000 });
}

interface Fed {
  readonly opened: OpenTarget;
  readonly fed: number;
  readonly half: number;
  readonly seconds: number;
}

async function tell({ name }: Target, { opened, fed, half, seconds }: Fed): Promise<boolean> {
  const end = await opened.memory();
  say(
    `${name}: ${fed} inputs in ${seconds.toFixed(0)} s, ${half.toFixed(0)} MiB after half, ${
      end.toFixed(0)
    } at the end`,
  );
  if (end <= half + SLACK_MIB) return true;
  say(`!! ${name}: memory grew by ${(end - half).toFixed(0)} MiB in the second half`);
  return false;
}

async function main({ inputs, seed, targets }: Wishes): Promise<number> {
  say(`seed ${seed}`);
  const all = targets.reduce((sum, { share }) => sum + share, 0);
  let isWell = true;
  for (const target of targets) {
    isWell = await run(target, Math.ceil(inputs * target.share / all), seed) && isWell;
  }
  return isWell ? 0 : 1;
}

if (import.meta.main) Deno.exit(await runTask({ usage: USAGE, read, run: main }, Deno.args));
