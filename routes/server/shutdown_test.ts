import assert from "node:assert/strict";
import { type Clock, systemClock, type Timer } from "../../db/clock.ts";
import { FakeClock } from "../../tests/support/fake_clock.ts";
import { onSignals, REPEAT_MS, runShutdown, SHUTDOWN_MS, STEP_MS } from "./shutdown.ts";
import { settle } from "../../tests/support/fake_clock.ts";

Deno.test("runShutdown() goes on after a step that throws and one that never ends", async () => {
  const ran: string[] = [];
  await runShutdown([
    { name: "one", withinMs: 1_000, run: () => void ran.push("one") },
    { name: "two", withinMs: 1_000, run: () => Promise.reject(new Error("on purpose")) },
    { name: "three", withinMs: 10, run: () => new Promise(() => {}) },
    { name: "four", withinMs: 1_000, run: () => void ran.push("four") },
  ], systemClock);
  assert.deepEqual(ran, ["one", "four"]);
});

Deno.test("The last step has its whole time before the deadline, even when all before it take theirs", async () => {
  const clock = new FakeClock(0);
  const begun: number[] = [];
  const steps = Object.entries(STEP_MS).map(([name, withinMs]) => ({
    name,
    withinMs,
    run: () => {
      begun.push(clock.now());
      return new Promise<void>(() => {});
    },
  }));
  const run = runShutdown(steps, clock);
  await clock.advance(SHUTDOWN_MS);
  await run;
  assert.equal(begun.length, steps.length);
  assert.equal(Object.keys(STEP_MS).at(-1), "store");
  const left = SHUTDOWN_MS - (begun.at(-1) ?? Infinity);
  assert.ok(left > STEP_MS.store, `the store has ${left} ms of its ${STEP_MS.store}`);
});

/** Signals and time in the hands of a test. */
function fixture(stop: () => Promise<void>): {
  readonly send: (signal: Deno.Signal) => void;
  readonly pass: (ms: number) => void;
  readonly exits: number[];
} {
  const handlers = new Map<Deno.Signal, () => void>();
  const timers: { at: number; run: () => void }[] = [];
  let now = 0;
  const clock: Clock = {
    now: () => now,
    after(ms, run): Timer {
      timers.push({ at: now + ms, run });
      return { cancel: () => {} };
    },
  };
  const exits: number[] = [];
  onSignals({
    stop,
    clock,
    exit: (code) => void exits.push(code),
    listen: (signal, handler) => void handlers.set(signal, handler),
  });
  return {
    exits,
    send: (signal) => handlers.get(signal)?.(),
    pass(ms): void {
      now += ms;
      for (const timer of timers) if (timer.at <= now) timer.run();
    },
  };
}

Deno.test("onSignals() stops on the first signal and exits 0 afterwards", async () => {
  const stopped = Promise.withResolvers<void>();
  const { send, exits } = fixture(() => stopped.promise);
  send("SIGTERM");
  assert.deepEqual(exits, []);
  stopped.resolve();
  await settle();
  assert.deepEqual(exits, [0]);
});

Deno.test("onSignals() takes a signal that comes twice at once for one", () => {
  const { send, pass, exits } = fixture(() => new Promise(() => {}));
  send("SIGINT");
  pass(REPEAT_MS - 1);
  send("SIGINT");
  assert.deepEqual(exits, []);
});

Deno.test("onSignals() exits at once on a second signal", () => {
  const { send, pass, exits } = fixture(() => new Promise(() => {}));
  send("SIGTERM");
  pass(REPEAT_MS);
  send("SIGINT");
  assert.deepEqual(exits, [130]);
});

Deno.test("onSignals() exits 0 at the deadline when stopping never ends", () => {
  const { send, pass, exits } = fixture(() => new Promise(() => {}));
  send("SIGTERM");
  pass(SHUTDOWN_MS);
  assert.deepEqual(exits, [0]);
});
