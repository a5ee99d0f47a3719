import assert from "node:assert/strict";
import { Backlog, COUNTED_FROM_BYTES } from "./backlog.ts";
import { CLOSE, type CloseReason } from "./close.ts";

const UNIT = COUNTED_FROM_BYTES * 2;

class FakeReader {
  waiting: number;
  closedFor: CloseReason | null = null;

  constructor(waiting: number) {
    this.waiting = waiting;
  }

  isCrowded(): boolean {
    return false;
  }

  close(reason: CloseReason): void {
    this.closedFor = reason;
  }
}

function readers(backlog: Backlog, units: readonly number[]): FakeReader[] {
  const all = units.map((count) => new FakeReader(count * UNIT));
  for (const reader of all) backlog.note(reader, reader.waiting);
  return all;
}

Deno.test("Backlog.note() closes the slowest once more waits for all than may, and no more than it has to", () => {
  const backlog = new Backlog(10 * UNIT);
  const [calm, slowest, slow] = readers(backlog, [2, 5, 3]);
  assert.equal(slowest?.closedFor, null);
  const last = new FakeReader(UNIT);
  backlog.note(last, last.waiting);
  assert.equal(slowest?.closedFor, CLOSE.slow);
  for (const reader of [calm, slow, last]) assert.equal(reader?.closedFor, null);
  assert.equal(backlog.bytes, 6 * UNIT);
});

Deno.test("Backlog.note() asks again before it closes anybody: who caught up is not counted", () => {
  const backlog = new Backlog(10 * UNIT);
  const all = readers(backlog, [4, 5]);
  for (const reader of all) reader.waiting = 0;
  const last = new FakeReader(2 * UNIT);
  backlog.note(last, last.waiting);
  for (const reader of [...all, last]) assert.equal(reader.closedFor, null);
  assert.equal(backlog.bytes, 2 * UNIT);
});

Deno.test("Backlog.note() replaces what it knew, and keeps no count of the little that waits for a healthy reader", () => {
  const backlog = new Backlog(10 * UNIT);
  const reader = new FakeReader(4 * UNIT);
  backlog.note(reader, 4 * UNIT);
  backlog.note(reader, 3 * UNIT);
  assert.equal(backlog.bytes, 3 * UNIT);
  backlog.note(reader, COUNTED_FROM_BYTES);
  assert.equal(backlog.bytes, 0);
});

Deno.test("Backlog.forget() counts a reader no longer, however often it is called", () => {
  const backlog = new Backlog(10 * UNIT);
  const [one] = readers(backlog, [4, 1]);
  assert.ok(one !== undefined);
  backlog.forget(one);
  backlog.forget(one);
  assert.equal(backlog.bytes, UNIT);
});

Deno.test("Backlog without a bound closes nobody", () => {
  const backlog = new Backlog(0);
  const all = readers(backlog, [1_000, 1_000]);
  assert.ok(all.every((reader) => reader.closedFor === null));
});
