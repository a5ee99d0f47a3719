import assert from "node:assert/strict";
import { LeanView, type Seen, View } from "./view.ts";

/** In the order in which they are told: ahead, twice, and filling holes from behind. */
const TOLD = [3, 1, 3, 7, 2, 5, 6, 4, 2_000];

function told(seq: number): Parameters<Seen["set"]>[1] {
  return { messageId: `m${seq}`, senderId: seq % 2 + 1, content: String(seq * 10) };
}

Deno.test("LeanView tells what View does, after each message", () => {
  const [lean, full] = [new LeanView(), new View()];
  for (const seq of TOLD) {
    for (const view of [lean, full]) view.set(seq, told(seq));
    for (const place of [0, 1, 2, 3, 4, 7, 8, 1_999, 2_000, 2_001]) {
      assert.deepEqual(lean.get(place), full.get(place));
    }
    assert.deepEqual([lean.size, lean.highest, lean.whole], [full.size, full.highest, full.whole]);
  }
  assert.deepEqual([lean.size, lean.whole], [8, 7]);
});
