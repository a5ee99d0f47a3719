/**
 * `deno task bench`: our server beside a plain relay, and beside an older version of itself, in interleaved rounds
 * on one machine. {@link USAGE} says how to call it.
 *
 * @module
 */
import { fromFileUrl, ROOT } from "../support/paths.ts";
import { runTask } from "../support/task.ts";
import { type Contender, contenders, inRound } from "./contenders.ts";
import type { DatabaseName } from "./databases.ts";
import { describeMachine } from "./machine.ts";
import type { Effort, Measure, Results, Sample } from "./measure.ts";
import { bottlenecks, headroom } from "./generator.ts";
import { reached } from "./goals.ts";
import { findPeers } from "./peers.ts";
import { say } from "./progress.ts";
import { toTable } from "./table.ts";
import { buildTools, missingTools } from "./tools.ts";
import { beyondBound, onDatabases, starved, worseThan } from "./verdict.ts";
import { readWishes, USAGE, type Wishes } from "./wishes.ts";

/** What a bench is made of, once everything is built and laid out. */
interface Bench {
  readonly effort: Effort;
  readonly measures: readonly Measure[];
  readonly all: readonly Contender[];
  readonly load: string;
}

/** Runs all contenders in turns, so that a slow moment of the machine hits each of them. */
async function measureAll({ effort, measures, all, load }: Bench): Promise<Results[]> {
  const samples = measures.map((measure) =>
    new Map<Contender, Sample[]>(
      all.filter((one) => canBePut(one, measure)).map((one) => [one, []]),
    )
  );
  for (let round = 1; round <= effort.rounds; round++) {
    for (const [at, measure] of measures.entries()) {
      say(`round ${round} of ${effort.rounds}: ${measure.name}`);
      for (const [contender, runs] of inRound([...samples[at] ?? []], round)) {
        runs.push(await measure.run(contender, { load, seconds: effort.seconds }));
      }
    }
  }
  return measures.map((measure, at) => ({ measure, samples: samples[at] ?? new Map() }));
}

function canBePut(
  { kind, storage, checkout }: Contender,
  { needsAccounts, needsChat, needsStarts }: Measure,
): boolean {
  if (needsStarts) return checkout !== undefined;
  if (kind === "program") return storage === "embedded" || !needsAccounts;
  return !needsAccounts && !needsChat;
}

/** What stands below the table: how it was made, and what its rows promise. */
function footer({ effort, measures, all }: Bench, machine: string, results: readonly Results[]): string {
  const { rounds, seconds } = effort;
  const lines = [
    machine,
    ["deno task bench", ...Deno.args].join(" "),
    `Servers on core 0, load on core 1; ${rounds} interleaved rounds, runs of ${seconds} s; median (least–most); ` +
    "ratios are of medians.",
    ...all.map(({ name, promise }) => `${name}: ${promise}.`),
    ...measures.map(({ name, meaning }) => `${name}: ${meaning}.`),
    ...["", "How busy the load generator was:", ...headroom(results, all)],
  ];
  return lines.join("\n");
}

function verdict(results: readonly Results[], all: readonly Contender[]): readonly string[] {
  const [ours] = all;
  const compared = all.filter(({ isOlder }) => isOlder).flatMap((old) => {
    const same = all.find(({ isOlder, storage }) => !isOlder && storage === old.storage);
    const worse = same === undefined ? [] : worseThan(results, { ours: same, old });
    return worse.length === 0 ? [`No row is more than 10 % worse than ${old.name}`] : worse;
  });
  return [
    ...compared,
    ...(ours === undefined ? [] : [...beyondBound(results, ours), ...onDatabases(results, ours)]),
    ...reached(results, all),
    ...[...starved(results), ...bottlenecks(results, all)].map((sentence) =>
      `!! ${sentence}: run it again on a quiet machine`
    ),
  ];
}

function print(text: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${text}\n`));
}

/** Why it cannot run here; null: it can. */
async function obstacle(databases: readonly DatabaseName[]): Promise<string | null> {
  if (Deno.build.os !== "linux" || navigator.hardwareConcurrency < 2) {
    return "The bench pins two processes to two cores by taskset, so it needs Linux and two cores";
  }
  const missing = await missingTools(databases);
  return missing.length === 0 ? null : `Cannot run the bench: install ${missing.join(", ")}`;
}

async function main(wishes: Wishes): Promise<number> {
  const why = await obstacle(wishes.databases);
  if (why !== null) {
    say(why);
    return 1;
  }
  const { effort, measures, against, databases, isolates, hardened } = wishes;
  const { there: peers, missing } = wishes.peers ? await findPeers() : { there: [], missing: [] };
  for (const sentence of missing) say(`!! ${sentence}`);
  const { load, relay } = await buildTools(wishes.tools);
  const all = await contenders({ against, databases, isolates, hardened, relay, peers });
  const machine = await describeMachine(fromFileUrl(new URL(".setup/bench/", ROOT)));
  const results = await measureAll({ effort, measures, all, load });
  print(`\n${toTable(results, all)}\n\n${footer({ effort, measures, all, load }, machine, results)}\n`);
  for (const sentence of verdict(results, all)) print(sentence);
  for (const sentence of missing) print(`!! ${sentence}`);
  return 0;
}

if (import.meta.main) {
  Deno.exit(await runTask({ usage: USAGE, read: readWishes, run: main }, Deno.args));
}
