import assert from "node:assert/strict";
import type { Contender } from "./contenders.ts";
import { contender } from "./fakes.ts";
import { bottlenecks, headroom } from "./generator.ts";
import type { Results, Sample } from "./measure.ts";
import { MEASURES } from "./measures.ts";

const OURS = contender("Go Chat");
const RELAY = contender("relay", { kind: "relay", storage: "none" });
const ON_MARIADB = contender("MariaDB", { storage: "mysql" });

function sample(acked: number, load: number, given: Sample = {}): Sample {
  return { acked, load_cpu: load, load_waited: 0, server_cpu: 0.99, ...given };
}

function results(name: string, samples: readonly (readonly [Contender, Sample])[]): readonly Results[] {
  const measure = MEASURES.find((candidate) => candidate.name === name);
  assert.ok(measure !== undefined);
  return [{ measure, samples: new Map(samples.map(([one, run]) => [one, [run]])) }];
}

/** What is said of ours at 10 000/s, beside a relay. */
function beside(relay: Sample, other: Contender = RELAY): readonly string[] {
  return bottlenecks(results("messages", [[OURS, sample(10_000, 0.2)], [other, relay]]), [OURS, other]);
}

Deno.test("headroom() tells how busy the generator was at the most, and how much more than ours it did", () => {
  const measured = [
    ...results("messages", [[OURS, sample(10_000, 0.2)], [RELAY, sample(40_000, 0.5)]]),
    ...results("paced", [[OURS, sample(3_000, 0.3)], [RELAY, sample(3_000, 0.1)]]),
    ...results("logins", [[OURS, { logins: 4 }]]),
  ];
  assert.deepEqual(headroom(measured, [OURS, RELAY]), [
    "messages: 0.50 of its core at the most, beside relay; 40000/s beside relay, 4.0 times what Go Chat took",
    "paced: 0.30 of its core at the most, beside Go Chat",
  ]);
});

Deno.test("bottlenecks() names the contender beside whom the generator had no time left and the server had", () => {
  assert.deepEqual(beside(sample(40_000, 0.96, { server_cpu: 0.6 })), [
    "messages: the load generator was the bottleneck beside relay",
  ]);
  assert.deepEqual(beside(sample(40_000, 0.96)), [], "the server had none left either");
  assert.deepEqual(beside(sample(40_000, 0.95, { server_cpu: 0.6 })), []);
});

Deno.test("bottlenecks() counts the time in which others had the generator's core, but not a database", () => {
  assert.deepEqual(beside(sample(40_000, 0.3, { load_waited: 0.7, server_cpu: 0.5 })), [
    "messages: the load generator was the bottleneck beside relay",
    "messages: other work took 0.70 of the load generator's core beside relay",
  ]);
  assert.deepEqual(beside(sample(40_000, 0.3, { load_waited: 0.1 })), []);
  assert.deepEqual(beside(sample(40_000, 0.3, { load_waited: 0.5 }), ON_MARIADB), []);
});

Deno.test("bottlenecks() says when nobody showed that the generator can do more than ours takes", () => {
  assert.deepEqual(beside(sample(14_000, 0.3)), [
    "messages: the load generator did nowhere 1.5 times what Go Chat took (try --peers)",
  ]);
  assert.deepEqual(beside(sample(15_000, 0.3)), []);
  assert.deepEqual(bottlenecks(results("messages", [[OURS, sample(10_000, 0.2)]]), [OURS]), []);
});
