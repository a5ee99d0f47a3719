import assert from "node:assert/strict";
import type { Contender } from "./contenders.ts";
import { contender } from "./fakes.ts";
import type { Results, Sample } from "./measure.ts";
import { MEASURES } from "./measures.ts";
import { beyondBound, onDatabases, starved, worseThan } from "./verdict.ts";

const OURS = contender("Go Chat");
const OLD = contender("1234567", { isOlder: true });
const ON_MYSQL = contender("MariaDB", { storage: "mysql" });

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

/** Acknowledged messages a second of ours, and of ours on a database. */
function beside(ours: number, other: number, on: Contender): readonly string[] {
  const [results_] = results("messages", [{ acked: ours }]);
  assert.ok(results_ !== undefined);
  const samples = new Map([...results_.samples, [on, [{ acked: other }]]] as const);
  return onDatabases([{ ...results_, samples }], OURS);
}

Deno.test("onDatabases() tells the share of SQLite's messages, and whether it is enough on MariaDB", () => {
  assert.deepEqual(beside(100, 80, ON_MYSQL), [
    "messages, acknowledged/s: MariaDB 0.80 of SQLite, at least 0.8",
  ]);
  assert.deepEqual(beside(100, 79, ON_MYSQL), [
    "messages, acknowledged/s: MariaDB 0.79 of SQLite, below 0.8",
  ]);
  assert.deepEqual(beside(100, 5, contender("FerretDB", { storage: "mongodb" })), [
    "messages, acknowledged/s: FerretDB 0.05 of SQLite",
  ]);
});

Deno.test("onDatabases() says nothing of older versions, of the relay, and of rows without a share", () => {
  assert.deepEqual(beside(100, 5, contender("1234567 on MariaDB", { storage: "mysql", isOlder: true })), []);
  assert.deepEqual(beside(100, 5, contender("relay", { storage: "none", kind: "relay" })), []);
  assert.deepEqual(onDatabases(results("paced", [{ p50: 1 }], [{ p50: 2 }]), OURS), []);
});

Deno.test("starved() knows that who has a database may have waited for it", () => {
  const [measured] = results("messages", [{ server_cpu: 0.98 }]);
  assert.ok(measured !== undefined);
  const samples = new Map([...measured.samples, [ON_MYSQL, [{ server_cpu: 0.7 }]]] as const);
  assert.deepEqual(starved([{ ...measured, samples }]), []);
});
