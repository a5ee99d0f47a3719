import assert from "node:assert/strict";
import { Histogram } from "./histogram.ts";

Deno.test("Histogram counts a value in its bucket and all above, and one beyond the last only in +Inf", () => {
  const histogram = new Histogram([1, 5]);
  for (const value of [0.5, 1, 3, 9]) histogram.note(value);
  assert.deepEqual([...histogram.figures("size")], [
    ['size_bucket{le="1"}', 2],
    ['size_bucket{le="5"}', 3],
    ['size_bucket{le="+Inf"}', 4],
    ["size_sum", 13.5],
    ["size_count", 4],
  ]);
});
