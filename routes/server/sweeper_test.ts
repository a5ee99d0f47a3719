import assert from "node:assert/strict";
import type { Clock, Timer } from "../../db/clock.ts";
import { FIRST_SWEEP_MS, SWEEP_CHUNK, SWEEP_INTERVAL_MS, Sweeper, type SweeperOptions } from "./sweeper.ts";
import { settle } from "../../tests/support/fake_clock.ts";

/** A clock whose timers run when the test says so, one after another. */
function handClock(): Clock & { readonly waits: number[]; readonly next: () => Promise<void> } {
  const timers: (() => void)[] = [];
  const waits: number[] = [];
  return {
    waits,
    now: () => 1_000 * 86_400_000,
    after(ms, run): Timer {
      waits.push(ms);
      timers.push(run);
      return { cancel: () => void timers.splice(timers.indexOf(run), 1) };
    },
    async next(): Promise<void> {
      timers.shift()?.();
      await settle();
    },
  };
}

type Call = readonly [cutoff: number, limit: number];

function fixture(removed: readonly (number | Error)[], retentionDays: number): {
  readonly options: SweeperOptions;
  readonly clock: ReturnType<typeof handClock>;
  readonly calls: Call[];
  readonly touched: number[];
} {
  const clock = handClock();
  const calls: Call[] = [];
  const touched: number[] = [];
  const options: SweeperOptions = {
    clock,
    retentionDays,
    sessions: { touch: (ids, now) => Promise.resolve(void touched.push(ids.length, now)) },
    messages: {
      removeBefore(cutoff, limit): Promise<number> {
        const answer = removed[calls.length] ?? 0;
        calls.push([cutoff, limit]);
        return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
      },
    },
  };
  return { options, clock, calls, touched };
}

Deno.test("Sweeper removes in chunks, pausing between them, until one is not full", async () => {
  const { options, clock, calls } = fixture([SWEEP_CHUNK, SWEEP_CHUNK, 3], 30);
  await using _sweeper = new Sweeper(options);
  assert.deepEqual(clock.waits, [FIRST_SWEEP_MS]);
  for (let step = 0; step < 3; step++) await clock.next();
  assert.deepEqual(calls, Array.from({ length: 3 }, (): Call => [970 * 86_400_000, SWEEP_CHUNK]));
  assert.equal(clock.waits.at(-1), SWEEP_INTERVAL_MS);
});

Deno.test("Sweeper removes no message without retention, only ended sessions", async () => {
  const { options, clock, calls, touched } = fixture([], 0);
  await using _sweeper = new Sweeper(options);
  await clock.next();
  assert.deepEqual(calls, []);
  assert.deepEqual(touched, [0, clock.now()]);
});

Deno.test("Sweeper tries again an hour after a sweep that failed", async () => {
  const { options, clock, calls } = fixture([new Error("the disk is full"), 0], 30);
  await using _sweeper = new Sweeper(options);
  await clock.next();
  assert.equal(clock.waits.at(-1), SWEEP_INTERVAL_MS);
  await clock.next();
  assert.equal(calls.length, 2);
});

Deno.test("Sweeper ends in the middle of a sweep when it is disposed", async () => {
  const { options, clock, calls } = fixture([SWEEP_CHUNK, SWEEP_CHUNK], 30);
  const sweeper = new Sweeper(options);
  await clock.next();
  await sweeper[Symbol.asyncDispose]();
  assert.equal(calls.length, 1);
});
