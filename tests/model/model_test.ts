/** The model test in short; `deno task test:model` plays it at length. */
import assert from "node:assert/strict";
import { runModel } from "./run.ts";

/** So that a change is measured by the same histories as the one before it. */
const FIXED_SEED = 4;
const RUNS = 120;
const MAX_STEPS = 45;
/** What a history is made of, and what must not be missing in all of them together. */
const MUST_HAPPEN = ["kill", "restart", "refuse", "retry", "reuse", "twice", "cut", "vanish", "read", "sync"];

async function play(seed: number): Promise<void> {
  const { figures, failure } = await runModel({ runs: RUNS, seed, maxSteps: MAX_STEPS });
  assert.equal(failure, null, failure ?? "");
  for (const act of MUST_HAPPEN) assert.ok(figures.of(`step ${act}`) > 0, `nobody did "${act}"`);
  assert.ok(figures.of("messages") > RUNS);
}

Deno.test(`${RUNS} random histories keep every promise`, () => play(FIXED_SEED));

const seed = Math.floor(Math.random() * 1_000_000_000);
Deno.test(`${RUNS} random histories that nobody has seen keep every promise (seed ${seed})`, () =>
  play(seed));
