/**
 * `deno task bench`: our server beside a plain relay, in interleaved rounds on one machine.
 *
 *     deno task bench [--quick] [--only NAME]… [--relay PATH] [--load PATH]
 *
 * @module
 */
import { parseArgs } from "node:util";
import { fromFileUrl, ROOT } from "../support/paths.ts";
import { describeMachine } from "./machine.ts";
import { type Effort, type Measure, MEASURES } from "./measures.ts";
import { median, type Results, toTable } from "./table.ts";
import { buildTools, missingTools, type Tools } from "./tools.ts";

const THOROUGH: Effort = { rounds: 3, seconds: 5 };
const QUICK: Effort = { rounds: 1, seconds: 2 };

const USAGE = `usage: deno task bench [--quick] [--only NAME]… [--relay PATH] [--load PATH]
  --quick   one short round
  --only    ${MEASURES.map((measure) => measure.name).join(", ")}; may be repeated
  --relay   another relay, started as PATH PORT mutex
  --load    another load generator with the command line of tests/bench/load.c`;

interface Wishes {
  readonly effort: Effort;
  readonly measures: readonly Measure[];
  readonly tools: Partial<Tools>;
}

function readWishes(args: string[]): Wishes {
  const { values } = parseArgs({
    args,
    options: {
      quick: { type: "boolean" },
      only: { type: "string", multiple: true },
      relay: { type: "string" },
      load: { type: "string" },
    },
  });
  const { only, relay, load } = values;
  const unknown = only?.find((name) => MEASURES.every((measure) => measure.name !== name));
  if (unknown !== undefined) throw new TypeError(`Cannot measure "${unknown}": there is no such measure`);
  return {
    effort: values.quick === true ? QUICK : THOROUGH,
    measures: MEASURES.filter((measure) => only === undefined || only.includes(measure.name)),
    tools: { ...(relay === undefined ? {} : { relay }), ...(load === undefined ? {} : { load }) },
  };
}

/** Runs ours and the relay in turns, so that a slow moment of the machine hits both. */
async function measureAll(wishes: Wishes, tools: Tools): Promise<Results[]> {
  const all = wishes.measures.map((measure) => ({ measure, ours: [], relay: [] } as MutableResults));
  for (let round = 1; round <= wishes.effort.rounds; round++) {
    for (const results of all) {
      say(`round ${round} of ${wishes.effort.rounds}: ${results.measure.name}`);
      results.ours.push(await results.measure.ours(tools, wishes.effort.seconds));
      if (results.measure.relay !== null) {
        results.relay.push(await results.measure.relay(tools, wishes.effort.seconds));
      }
    }
  }
  return all;
}

type MutableResults = {
  measure: Measure;
  ours: Results["ours"][number][];
  relay: Results["relay"][number][];
};

function say(text: string): void {
  Deno.stderr.writeSync(new TextEncoder().encode(`${text}\n`));
}

async function main(args: string[]): Promise<number> {
  let wishes: Wishes;
  try {
    wishes = readWishes(args);
  } catch (error) {
    say(`${error instanceof Error ? error.message : error}\n${USAGE}`);
    return 2;
  }
  if (Deno.build.os !== "linux" || navigator.hardwareConcurrency < 2) {
    say("The bench pins two processes to two cores by taskset, so it needs Linux and two cores");
    return 1;
  }
  const missing = await missingTools();
  if (missing.length > 0) {
    say(`Cannot build the tools of the bench: install ${missing.join(", ")}`);
    return 1;
  }
  const tools = await buildTools(wishes.tools);
  const machine = await describeMachine(fromFileUrl(new URL(".setup/bench/", ROOT)));
  const results = await measureAll(wishes, tools);
  const { rounds, seconds } = wishes.effort;
  say("");
  await Deno.stdout.write(new TextEncoder().encode(
    `${
      toTable(results)
    }\n\n${machine}\nServers on core 0, load on core 1; ${rounds} interleaved rounds of ${seconds} s each; ` +
      "median (least–most); ratio = Go Chat / relay. The relay stores and checks nothing.\n",
  ));
  if (results.some(wasStarved)) {
    say("!! Other work took part of the servers' core: run it again on a quiet machine");
  }
  return 0;
}

/** A saturated server that had less than its core says nothing about itself. */
function wasStarved({ measure, ours, relay }: Results): boolean {
  return measure.name === "messages" &&
    [ours, relay].some((samples) => median(samples.flatMap((sample) => sample["server_cpu"] ?? [])) < 0.9);
}

if (import.meta.main) Deno.exit(await main(Deno.args));
