import assert from "node:assert/strict";
import { setImmediate } from "node:timers";
import { FakeClock, settle } from "../tests/support/fake_clock.ts";
import { ReadTurns } from "./read_turns.ts";

Deno.test("ReadTurns.take() works one read of a user at a time, in order, and others beside it", async () => {
  using turns = new ReadTurns(new FakeClock());
  const begun: string[] = [];
  const first = Promise.withResolvers<void>();
  const all = [
    turns.take(1, () => (begun.push("first"), first.promise)),
    turns.take(1, () => Promise.resolve(void begun.push("second"))),
    turns.take(2, () => Promise.resolve(void begun.push("another's"))),
  ];
  await settle();
  assert.deepEqual(begun, ["first", "another's"]);
  first.resolve();
  await Promise.all(all);
  assert.deepEqual(begun, ["first", "another's", "second"]);
  await settle();
  assert.equal(turns.size, 0, "who waits for nothing is forgotten");
});

Deno.test("ReadTurns.take() has a user wait three times as long as a read took, at most 250 ms", async () => {
  const clock = new FakeClock();
  using turns = new ReadTurns(clock);
  for (const [took, pause] of [[20, 60], [1_000, 250]] as const) {
    await turns.take(1, () => clock.advance(took));
    let isNext = false;
    const next = turns.take(1, () => Promise.resolve(void (isNext = true)));
    await settle();
    await clock.advance(pause - 1);
    assert.equal(isNext, false);
    await clock.advance(1);
    await next;
    assert.equal(isNext, true);
  }
});

Deno.test("ReadTurns.take() rejects as the work does, and the next has its turn all the same", async () => {
  using turns = new ReadTurns(new FakeClock());
  const failed = turns.take(1, () => Promise.reject(new Error("no")));
  const next = turns.take(1, () => Promise.resolve());
  await assert.rejects(failed, /no/);
  await next;
});

Deno.test("ReadTurns lets everybody go on once it is disposed", async () => {
  const clock = new FakeClock();
  const turns = new ReadTurns(clock);
  await turns.take(1, () => clock.advance(50));
  const next = turns.take(1, () => Promise.resolve());
  await settle();
  turns[Symbol.dispose]();
  await next;
  assert.equal(clock.waiting, 0);
});

Deno.test("ReadTurns leaves no pause behind for a read that ends after it was disposed", async () => {
  const clock = new FakeClock();
  const turns = new ReadTurns(clock);
  const read = Promise.withResolvers<void>();
  const done = turns.take(1, () => read.promise);
  await settle();
  turns[Symbol.dispose]();
  await clock.advance(50);
  read.resolve();
  await done;
  await settle();
  assert.deepEqual([clock.waiting, turns.size], [0, 0]);
});

Deno.test("ReadTurns.take() begins no two reads in one turn of the event loop, so that a crowd leaves room to messages", async () => {
  using turns = new ReadTurns(new FakeClock());
  const begun: number[] = [];
  const seen: number[] = [];
  const all = Array.from({ length: 20 }, (_, at) =>
    turns.take(at, () => {
      begun.push(at);
      if (at === 0) setImmediate(() => seen.push(begun.length));
      return Promise.resolve();
    }));
  await Promise.all(all);
  assert.deepEqual(begun, Array.from({ length: 20 }, (_, at) => at));
  const [atNextTurn = Infinity] = seen;
  assert.ok(atNextTurn <= 2, `${atNextTurn} had begun when the next turn came`);
});
