import assert from "node:assert/strict";
import { pathOf, sumUp } from "../../../static/core/figures_api.js";

const SIZE = { width: 100, height: 10 };

Deno.test("pathOf() draws a line up to the highest value, and begins a new one after what is not known", () => {
  assert.equal(pathOf([0, 5, null, 10, 0], SIZE), "M0.0 10.0h0.1L25.0 5.0M75.0 0.0h0.1L100.0 10.0");
  assert.equal(pathOf([null, null], SIZE), "");
  assert.equal(pathOf([], SIZE), "");
  assert.equal(pathOf([0], SIZE), "M0.0 10.0h0.1");
});

Deno.test("sumUp() tells the newest value, which may be unknown, and the highest of those that are known", () => {
  assert.deepEqual(sumUp([3, 9, null]), { newest: null, highest: 9 });
  assert.deepEqual(sumUp([3, 9, 4]), { newest: 4, highest: 9 });
  assert.deepEqual(sumUp([]), { newest: null, highest: null });
});
