import assert from "node:assert/strict";
import { FakeClock } from "../tests/support/fake_clock.ts";
import { Turnstile } from "./turnstile.ts";

/** A turnstile whose turns of the event loop are made by hand, and what it has let in. */
function turnstile(): {
  readonly door: Turnstile;
  readonly seen: number[];
  turn(ms?: number): Promise<void>;
} {
  const clock = new FakeClock();
  const turns: (() => void)[] = [];
  const door = new Turnstile({ clock, nextTurn: (run) => void turns.push(run) });
  const turn = async (ms = 0): Promise<void> => {
    await clock.advance(ms);
    turns.shift()?.();
    await clock.advance(0);
  };
  return { door, seen: [], turn };
}

/** Asks for `count` to be let in, each noted in `seen` by its number. */
function crowd(
  { door, seen }: { readonly door: Turnstile; readonly seen: number[] },
  count: number,
): Promise<unknown>[] {
  return Array.from({ length: count }, (_, at) => Promise.resolve(door.pass(() => void seen.push(at))));
}

Deno.test("Turnstile lets the first in at once, and the rest four a turn, in order", async () => {
  const { door, seen, turn } = turnstile();
  crowd({ door, seen }, 13);
  assert.deepEqual(seen, numbers(4));
  await turn();
  assert.deepEqual(seen, numbers(8));
  await turn();
  await turn();
  assert.deepEqual(seen, numbers(13));
  assert.equal(door.waiting, 0);
});

Deno.test("Turnstile lets nobody pass those who wait", async () => {
  const { door, seen, turn } = turnstile();
  crowd({ door, seen }, 8);
  void door.pass(() => void seen.push(99));
  await turn();
  assert.deepEqual(seen, numbers(8));
  void door.pass(() => void seen.push(100));
  await turn();
  assert.deepEqual(seen, [...numbers(8), 99, 100]);
});

Deno.test("Turnstile lets more in when turns are long, within a bound", async () => {
  const { door, seen, turn } = turnstile();
  crowd({ door, seen }, 200);
  await turn(40);
  assert.equal(seen.length, 4 + 10, "one for every 4 ms");
  await turn(10_000);
  assert.equal(seen.length, 14 + 32);
  await turn();
  assert.equal(seen.length, 46 + 4);
});

Deno.test("Turnstile answers what the work answers, now or later, also when it fails", async () => {
  const { door, turn } = turnstile();
  for (const at of numbers(3)) assert.equal(door.pass(() => at), at);
  assert.throws(() => door.pass(() => fail("now")), /now/);
  const later = [
    Promise.resolve(door.pass(() => 2)),
    Promise.resolve(door.pass(() => fail("later"))),
  ] as const;
  const settled = Promise.allSettled(later);
  await turn();
  const [two, failed] = await settled;
  assert.equal(two.status === "fulfilled" && two.value, 2);
  assert.match(String(failed.status === "rejected" && failed.reason), /later/);
});

Deno.test("Turnstile refuses what it cannot keep waiting", () => {
  const { door, seen } = turnstile();
  crowd({ door, seen }, 10_004);
  assert.equal(door.waiting, 10_000);
  assert.throws(() => door.pass(() => seen.push(0)), { code: "overloaded" });
});

Deno.test("Turnstile turns by itself in the runtime's event loop", async () => {
  const door = new Turnstile({ clock: new FakeClock() });
  const seen: number[] = [];
  await Promise.all(crowd({ door, seen }, 9));
  assert.equal(seen.length, 9);
});

function numbers(count: number): number[] {
  return Array.from({ length: count }, (_, at) => at);
}

function fail(text: string): never {
  throw new Error(text);
}
