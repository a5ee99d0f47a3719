import assert from "node:assert/strict";
import fc from "fast-check";
import type { MessageFrame } from "../../../realtime/frames.ts";
import {
  EMPTY_TIMELINE,
  holds,
  holeOf,
  insert,
  lastHeld,
  MAX_HELD,
  skipHole,
} from "../../../static/core/timeline.js";
import { message, messages } from "./stage.ts";

function seqs(frames: readonly MessageFrame[]): readonly number[] {
  return frames.map(({ data }) => data.seq);
}

Deno.test("insert() gives one rising stretch without holes, whatever comes in whatever order", () => {
  fc.assert(
    fc.property(
      fc.array(fc.array(fc.integer({ min: 1, max: 30 }), { maxLength: 6 }), { maxLength: 20 }),
      (batches) => {
        let timeline = EMPTY_TIMELINE;
        for (const batch of batches) {
          timeline = insert(
            timeline,
            batch.map((seq) => message(seq)),
          );
          const held = seqs(timeline.messages);
          const ahead = seqs(timeline.ahead);
          held.forEach((seq, at) => assert.equal(seq, (held[0] ?? 0) + at));
          assert.deepEqual(ahead, [...new Set(ahead)].toSorted((one, other) => one - other));
          if (ahead[0] !== undefined) assert.ok(ahead[0] > lastHeld(timeline) + 1);
        }
      },
    ),
  );
});

Deno.test("insert() ends complete once everything came, in any order", () => {
  fc.assert(
    fc.property(fc.shuffledSubarray(messages(2, 12), { minLength: 11, maxLength: 11 }), (shuffled) => {
      let timeline = insert(EMPTY_TIMELINE, [message(1)]);
      for (const one of shuffled) timeline = insert(timeline, [one]);
      assert.deepEqual(seqs(timeline.messages), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
      assert.equal(holeOf(timeline, 12), null);
    }),
  );
});

Deno.test("insert() answers the same timeline when there is no news", () => {
  const timeline = insert(EMPTY_TIMELINE, messages(1, 3));
  assert.equal(insert(timeline, messages(2, 3)), timeline);
});

Deno.test("insert() joins older pages on, and leaves out what would stand below a hole", () => {
  const timeline = insert(EMPTY_TIMELINE, messages(10, 12));
  assert.deepEqual(seqs(insert(timeline, messages(8, 9)).messages), [8, 9, 10, 11, 12]);
  assert.deepEqual(seqs(insert(timeline, messages(3, 4)).messages), [10, 11, 12]);
});

Deno.test("insert() holds a bounded number of messages, the newest", () => {
  const timeline = insert(EMPTY_TIMELINE, messages(1, MAX_HELD + 1));
  assert.ok(timeline.messages.length <= MAX_HELD);
  assert.equal(lastHeld(timeline), MAX_HELD + 1);
});

Deno.test("holeOf() sees what is missing in between and at the end, and nothing in an empty timeline", () => {
  const timeline = insert(EMPTY_TIMELINE, messages(1, 3));
  assert.equal(holeOf(timeline, 3), null);
  assert.deepEqual(holeOf(timeline, 7), { after: 3, before: 8 });
  assert.deepEqual(holeOf(insert(timeline, [message(6)]), 7), { after: 3, before: 6 });
  assert.equal(holeOf(EMPTY_TIMELINE, 7), null);
  assert.deepEqual(seqs(skipHole(insert(timeline, messages(6, 7))).messages), [6, 7]);
});

Deno.test("insert() looks at next to nothing of what is held when a message comes on top of it", () => {
  let looks = 0;
  const watched = messages(1, 10_000).map(({ data, ...rest }) => ({
    ...rest,
    get data(): MessageFrame["data"] {
      looks++;
      return data;
    },
  }));
  let timeline = insert(EMPTY_TIMELINE, watched);
  looks = 0;
  for (let seq = 10_001; seq <= 10_010; seq++) timeline = insert(timeline, [message(seq)]);
  assert.equal(timeline.messages.length, 10_010);
  assert.ok(looks < 100, `looked ${looks} times`);
});

Deno.test("insert() takes ten thousand older messages page by page, and as many as it may hold", () => {
  let timeline = insert(EMPTY_TIMELINE, messages(MAX_HELD + 1, MAX_HELD + 50));
  for (let from = MAX_HELD - 49; from > 0; from -= 50) {
    timeline = insert(timeline, messages(from, from + 49));
  }
  assert.equal(timeline.messages.length, MAX_HELD);
  assert.equal(lastHeld(timeline), MAX_HELD + 50, "what goes is not what somebody reads last");
  assert.ok(timeline.messages.length >= 10_000);
});

Deno.test("holds() knows what is held and what waits above a hole", () => {
  const timeline = insert(insert(EMPTY_TIMELINE, messages(3, 5)), [message(8)]);
  const held = [1, 2, 3, 4, 5, 6, 7, 8, 9].filter((seq) => holds(timeline, message(seq)));
  assert.deepEqual(held, [3, 4, 5, 8]);
});
