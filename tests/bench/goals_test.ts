import assert from "node:assert/strict";
import type { Contender } from "./contenders.ts";
import { contender } from "./fakes.ts";
import { goalsInWords, reached, standing } from "./goals.ts";
import type { Measure, Row, Sample } from "./measure.ts";

const OURS = contender("Go Chat");
const ON_MARIADB = contender("MariaDB", { storage: "mysql" });
const ON_FERRETDB = contender("FerretDB", { storage: "mongodb" });
const OLD = contender("1234567", { isOlder: true });
const PROTOTYPE = contender("prototype", { kind: "prototype" });
const RELAY = contender("relay", { kind: "relay", storage: "none" });

const RATE: Row = {
  key: "acked",
  text: "acknowledged/s",
  digits: 0,
  better: "more",
  goalsBeside: { relay: { floor: 0.4, aim: 0.8 }, prototype: { floor: 0.7, aim: 1.2 } },
};
const LATENCY: Row = { key: "p99", text: "p99", digits: 1, better: "less", goal: { floor: 10, aim: 5 } };

/** What is said when each contender has one figure of a row. */
function said(row: Row, figures: readonly (readonly [Contender, number])[]): readonly string[] {
  const measure: Measure = {
    name: "messages",
    title: "",
    meaning: "",
    rows: [row],
    needsAccounts: false,
    saturates: true,
    run: () => Promise.reject(new Error("nobody runs it")),
  };
  const samples = new Map<Contender, readonly Sample[]>(
    figures.map(([one, figure]) => [one, [{ [row.key]: figure }]]),
  );
  return reached([{ measure, samples }], figures.map(([one]) => one));
}

Deno.test("standing() takes a figure at its goal for one that meets it, whichever way is better", () => {
  const goal = { floor: 0.4, aim: 0.8 };
  assert.deepEqual([0.39, 0.4, 0.79, 0.8].map((figure) => standing(figure, goal, "more")), [
    "floor missed",
    "floor met",
    "floor met",
    "aim met",
  ]);
  const most = { floor: 10, aim: 5 };
  assert.deepEqual([10.1, 10, 5.1, 5].map((figure) => standing(figure, most, "less")), [
    "floor missed",
    "floor met",
    "floor met",
    "aim met",
  ]);
});

Deno.test("goalsInWords() names every goal, and whom it is beside", () => {
  assert.equal(goalsInWords(LATENCY), "floor 10, aim 5");
  assert.equal(goalsInWords(RATE), "floor 0.4, aim 0.8 of relay; floor 0.7, aim 1.2 of prototype");
  assert.equal(goalsInWords({ key: "p50", text: "p50", digits: 1 }), "");
});

Deno.test("reached() says of ours how each figure stands, and marks what misses its floor", () => {
  assert.deepEqual(said(LATENCY, [[OURS, 12], [RELAY, 1]]), [
    "!! messages, p99: 12.0; floor missed (floor 10, aim 5)",
  ]);
  assert.deepEqual(said(LATENCY, [[OURS, 7]]), ["messages, p99: 7.0; floor met (floor 10, aim 5)"]);
});

Deno.test("reached() compares ours with those a row names, and MariaDB only with who stores nothing", () => {
  const figures = [
    [OURS, 90],
    [OLD, 1],
    [ON_MARIADB, 30],
    [ON_FERRETDB, 1],
    [PROTOTYPE, 100],
    [RELAY, 100],
  ] as const;
  assert.deepEqual(said(RATE, figures), [
    "messages, acknowledged/s: Go Chat 0.90 of relay; aim met (floor 0.4, aim 0.8)",
    "!! messages, acknowledged/s: MariaDB 0.30 of relay; floor missed (floor 0.4, aim 0.8)",
    "messages, acknowledged/s: Go Chat 0.90 of prototype; floor met (floor 0.7, aim 1.2)",
  ]);
});

Deno.test("reached() is silent about what was not measured", () => {
  assert.deepEqual(said(RATE, [[OURS, 90]]), []);
  assert.deepEqual(said({ ...LATENCY, key: "p999" }, [[OURS, Number.NaN]]), []);
});
