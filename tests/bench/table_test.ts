import assert from "node:assert/strict";
import type { Contender } from "./contenders.ts";
import { contender } from "./fakes.ts";
import type { Measure, Results, Sample } from "./measure.ts";
import { MEASURES } from "./measures.ts";
import { median } from "./median.ts";
import { toTable } from "./table.ts";

const OURS = contender("Go Chat");
const OLD = contender("1234567");
const RELAY = contender("relay");

function measureCalled(name: string): Measure {
  const measure = MEASURES.find((candidate) => candidate.name === name);
  assert.ok(measure !== undefined);
  return measure;
}

function results(name: string, samples: readonly (readonly [Contender, readonly Sample[]])[]): Results {
  return { measure: measureCalled(name), samples: new Map(samples) };
}

function runs(key: string, ...values: number[]): readonly Sample[] {
  return values.map((value) => ({ [key]: value }));
}

Deno.test("median() answers the middle value, whatever the order", () => {
  assert.equal(median([3, 1, 2]), 2);
  assert.equal(median([4, 1]), 1);
  assert.ok(Number.isNaN(median([])));
});

Deno.test("toTable() puts medians, extremes and the ratio of the medians to each other in one line", () => {
  const messages = results("messages", [
    [OURS, runs("acked", 10, 30, 20)],
    [OLD, runs("acked", 25, 25, 25)],
    [RELAY, runs("acked", 40, 40, 50)],
  ]);
  const table = toTable([messages], [OURS, OLD, RELAY]);
  assert.match(table, /^\| {2}\| Go Chat \| 1234567 \| ours \/ 1234567 \| relay \| ours \/ relay \|$/m);
  assert.match(
    table,
    /\| acknowledged\/s \(.*\) \| 20 \(10–30\) \| 25 \(25–25\) \| 0\.80 \| 40 \(40–50\) \| 0\.50, floor met \|/,
  );
});

Deno.test("toTable() leaves the cells of who cannot be put to a measure empty, and every row as wide as the head", () => {
  const logins = results("logins", [[OURS, runs("logins", 3)], [OLD, runs("logins", 4)]]);
  const table = toTable([logins], [OURS, OLD, RELAY]);
  assert.match(
    table,
    /\| sign-ins\/s \| 3\.00 \(3\.00–3\.00\) \| 4\.00 \(4\.00–4\.00\) \| 0\.75 \| {2}\| {2}\|/,
  );
  const widths = new Set(table.split("\n").map((line) => line.split("|").length));
  assert.equal(widths.size, 1);
});

Deno.test("toTable() puts goals beside a row, and how ours stands beside its figure", () => {
  const paced = results("paced", [[OURS, runs("p99", 12, 4, 7)], [RELAY, runs("p99", 1, 1, 1)]]);
  assert.match(
    toTable([paced], [OURS, RELAY]),
    /^\| p99 \(floor 10, aim 5\) \| 7\.00 \(4\.00–12\.00\), floor met \| 1\.00 \(1\.00–1\.00\) \| 7\.00 \|$/m,
  );
});

Deno.test("toTable() leaves out a row of which nobody has a figure", () => {
  const runsOf = (database: object): readonly Sample[] => [{ acked: 1, ...database }];
  const without = results("messages", [[OURS, runsOf({})], [OLD, runsOf({})]]);
  assert.doesNotMatch(toTable([without], [OURS, OLD]), /database/);
  const beside = results("messages", [[OURS, runsOf({})], [OLD, runsOf({ database_cpu: 0.3 })]]);
  assert.match(
    toTable([beside], [OURS, OLD]),
    /^\| database, cores \| {2}\| 0\.30 \(0\.30–0\.30\) \| {2}\|$/m,
  );
});
