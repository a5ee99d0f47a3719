/** The model test in short; `deno task test:model` plays it at length. */
import assert from "node:assert/strict";
import type { Figures } from "./figures.ts";
import { runModel } from "./run.ts";

/** So that a change is measured by the same histories as the one before it. */
const FIXED_SEED = 4;
const RUNS = 50;
const MAX_STEPS = 45;
const ALWAYS = [
  ...["cut", "endSession", "read", "refuse", "retry", "reuse", "sync", "twice", "vanish"].map((act) =>
    `step ${act}`
  ),
  "live reached",
];
/** What histories are made of, and what must not be missing in those of the fixed seed together. */
const MUST_HAPPEN = {
  one: [...ALWAYS, "step kill", "step restart"],
  several: [
    ...ALWAYS,
    ...["killOne", "stopOne", "startOne", "cutBus", "healBus", "weather"].map((act) => `step ${act}`),
    "death between commit and publish",
  ],
} as const;

async function play(size: "one" | "several", seed: number): Promise<Figures> {
  const { figures, failure } = await runModel({ runs: RUNS, seed, maxSteps: MAX_STEPS, size });
  assert.equal(failure, null, failure ?? "");
  assert.ok(figures.of("messages") > RUNS);
  return figures;
}

for (const size of ["one", "several"] as const) {
  const where = size === "one" ? "on one instance" : "on two or three instances";
  Deno.test(`${RUNS} random histories ${where} keep every promise`, async () => {
    const figures = await play(size, FIXED_SEED);
    for (const name of MUST_HAPPEN[size]) assert.ok(figures.of(name) > 0, `"${name}" never happened`);
  });

  const seed = Math.floor(Math.random() * 1_000_000_000);
  Deno.test(`${RUNS} random histories ${where} that nobody has seen keep every promise (seed ${seed})`, async () => {
    await play(size, seed);
  });
}
