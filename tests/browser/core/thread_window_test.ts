import assert from "node:assert/strict";
import fc from "fast-check";
import { moveOf, rangeOf, WINDOW } from "../../../static/core/thread_window.js";

const EXTENT = { first: 1, last: 10_000 };

Deno.test("rangeOf() ends with the newest where nothing else is said, and never holds more than a window", () => {
  assert.deepEqual(rangeOf(null, EXTENT), { from: 10_001 - WINDOW, to: 10_000 });
  assert.deepEqual(rangeOf(5_000, EXTENT), { from: 5_000, to: 4_999 + WINDOW });
  assert.deepEqual(rangeOf(null, { first: 7, last: 9 }), { from: 7, to: 9 });
});

Deno.test("rangeOf() stays within what there is, also when what it began with is gone", () => {
  assert.deepEqual(rangeOf(-5, EXTENT), { from: 1, to: WINDOW });
  assert.deepEqual(rangeOf(9_999, EXTENT), rangeOf(null, EXTENT));
  assert.deepEqual(rangeOf(3, { first: 1, last: 0 }), { from: 1, to: 0 });
});

Deno.test("moveOf() leaves the window alone while there is enough beyond what is seen", () => {
  assert.equal(moveOf(rangeOf(500, EXTENT), EXTENT, { from: 540, to: 555 }), null);
  assert.equal(moveOf(rangeOf(1, EXTENT), EXTENT, { from: 1, to: 12 }), null);
  assert.equal(moveOf(rangeOf(null, EXTENT), EXTENT, { from: 9_985, to: 10_000 }), null);
});

Deno.test("moveOf() brings what is seen into the middle when it comes near an end, up or down", () => {
  for (const seen of [{ from: 505, to: 520 }, { from: 585, to: 596 }]) {
    const start = moveOf(rangeOf(500, EXTENT), EXTENT, seen);
    const { from, to } = rangeOf(start, EXTENT);
    assert.ok(Math.abs((seen.from - from) - (to - seen.to)) <= 1, `${from} to ${to}`);
  }
});

Deno.test("moveOf() settles: after one move there is none, and what is seen is in the window", () => {
  fc.assert(fc.property(
    fc.integer({ min: 0, max: 400 }),
    fc.integer({ min: -50, max: 500 }),
    fc.tuple(fc.nat(), fc.integer({ min: 0, max: 60 })),
    (count, start, [offset, height]) => {
      const extent = { first: 11, last: 10 + count };
      const range = rangeOf(start, extent);
      const from = range.from + offset % Math.max(1, range.to - range.from + 1);
      const seen = { from, to: Math.min(range.to, from + height) };
      const moved = moveOf(range, extent, seen);
      if (moved === null || count === 0) return;
      const next = rangeOf(moved, extent);
      assert.ok(next.from <= seen.from && next.to >= seen.to);
      assert.equal(moveOf(next, extent, seen), null);
    },
  ));
});
