import assert from "node:assert/strict";
import type { Contender } from "./contenders.ts";
import type { Results, Sample } from "./measure.ts";
import { MEASURES } from "./measures.ts";
import { beyondBound, starved, worseThan } from "./verdict.ts";

const OURS = contender("Go Chat");
const OLD = contender("1234567");

function contender(name: string): Contender {
  return {
    name,
    dialect: "chat",
    promise: "",
    start: () => Promise.reject(new Error("nobody starts it")),
  };
}

function results(name: string, ours: readonly Sample[], old: readonly Sample[] = []): readonly Results[] {
  const measure = MEASURES.find((candidate) => candidate.name === name);
  assert.ok(measure !== undefined);
  return [{ measure, samples: new Map([[OURS, ours], [OLD, old]]) }];
}

function worse(name: string, key: string, [ours, old]: readonly (readonly number[])[]): readonly string[] {
  const samples = (values: readonly number[] = []): readonly Sample[] =>
    values.map((value) => ({ [key]: value }));
  return worseThan(results(name, samples(ours), samples(old)), { ours: OURS, old: OLD });
}

Deno.test("worseThan() tells what is more than a tenth worse, in either direction", () => {
  assert.deepEqual(worse("messages", "acked", [[80, 79, 81], [100, 99, 101]]), [
    "messages, acknowledged/s: 25 % worse than 1234567",
  ]);
  assert.deepEqual(worse("paced", "p99", [[12, 12, 12], [10, 10, 10]]), [
    "paced, p99: 20 % worse than 1234567",
  ]);
});

Deno.test("worseThan() says where one run of ours was as good as one of the other", () => {
  assert.deepEqual(worse("messages", "acked", [[80, 79, 99], [100, 99, 101]]), [
    "messages, acknowledged/s: 25 % worse than 1234567, but the ranges overlap",
  ]);
  assert.match(String(worse("paced", "p99", [[10, 12, 12], [10, 10, 10]])), /overlap$/);
});

Deno.test("worseThan() is silent about a tenth, about what is better, explains or was not measured", () => {
  assert.deepEqual(worse("messages", "acked", [[91], [100]]), []);
  assert.deepEqual(worse("messages", "acked", [[200], [100]]), []);
  assert.deepEqual(worse("paced", "p99", [[5], [10]]), []);
  assert.deepEqual(worse("messages", "server_cpu", [[0.2], [1]]), []);
  assert.deepEqual(worse("messages", "acked", [[], []]), []);
});

Deno.test("beyondBound() tells of a storm that moves chat p99 above its bound", () => {
  assert.deepEqual(beyondBound(results("storm-500", [{ storm_p99: 51 }], [{ storm_p99: 400 }]), OURS), [
    "storm-500, p99, storm: 51.00 is above 50",
  ]);
  assert.deepEqual(beyondBound(results("storm-500", [{ storm_p99: 50 }]), OURS), []);
});

Deno.test("starved() names each contender that was kept from its core, and only where all of it is taken", () => {
  const half = [{ server_cpu: 0.5 }];
  const whole = [{ server_cpu: 0.98 }];
  assert.deepEqual(starved(results("messages", half, whole)), [
    "messages: other work took part of the core of Go Chat",
  ]);
  assert.deepEqual(starved(results("messages", whole, half)), [
    "messages: other work took part of the core of 1234567",
  ]);
  assert.deepEqual(starved(results("messages", whole, [])), []);
  assert.deepEqual(starved(results("paced", half, half)), []);
});
