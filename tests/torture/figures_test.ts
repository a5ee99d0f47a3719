import assert from "node:assert/strict";
import { slopePerHour } from "./figures.ts";

/** One sample a second. */
function samplesOf(...mebibytes: readonly number[]): Parameters<typeof slopePerHour>[0] {
  return mebibytes.map((one, seconds) => ({ seconds, mebibytes: one, descriptors: 0 }));
}

Deno.test("slopePerHour() is that of a straight line", () => {
  assert.equal(slopePerHour(samplesOf(100, 101, 102, 103)), 3_600);
});

Deno.test("slopePerHour() is 0 for what goes up and down", () => {
  assert.equal(slopePerHour(samplesOf(100, 110, 110, 100)), 0);
});

Deno.test("slopePerHour() is negative for what falls, and not a number for a single sample", () => {
  assert.ok(slopePerHour(samplesOf(100, 99, 97)) < 0);
  assert.equal(slopePerHour(samplesOf(100)), NaN);
});
