import assert from "node:assert/strict";
import { MEASURES } from "./measures.ts";
import { median, toTable } from "./table.ts";

Deno.test("median() answers the middle value, whatever the order", () => {
  assert.equal(median([3, 1, 2]), 2);
  assert.equal(median([4, 1]), 1);
  assert.ok(Number.isNaN(median([])));
});

Deno.test("toTable() puts medians, extremes and the ratio of the medians in one line", () => {
  const measure = MEASURES.find((candidate) => candidate.name === "messages");
  assert.ok(measure !== undefined);
  const samples = (...values: number[]): { acked: number }[] => values.map((acked) => ({ acked }));
  const table = toTable([{ measure, ours: samples(10, 30, 20), relay: samples(40, 40, 50) }]);
  assert.match(table, /\| acknowledged\/s \| 20 \(10–30\) \| 40 \(40–50\) \| 0\.50 \|/);
});
