import assert from "node:assert/strict";
import { keepWithin } from "./answer_bound.ts";
import type { MessageFrame } from "./frames.ts";

function frames(count: number, content: string): MessageFrame[] {
  return Array.from({ length: count }, (_, at) => ({
    type: "private",
    id: `m${at}`,
    from_user_id: 1,
    to_user_id: 2,
    content,
    timestamp: "2026-01-01T00:00:00.000Z",
    data: {
      message_id: `m${at}`,
      conversation_id: "1-2",
      seq: at + 1,
      change: at + 1,
      kind: "text",
      is_offline: true,
    },
  }));
}

Deno.test("keepWithin() keeps all that fits", () => {
  const kept = keepWithin(frames(10, "hello"), 512 * 1024, "newest");
  assert.deepEqual([kept.messages.length, kept.isCut], [10, false]);
});

for (const [side, seqs] of [["newest", [4, 5]], ["oldest", [1, 2]]] as const) {
  Deno.test(`keepWithin() keeps the ${side} within the bytes of their JSON, escapes counted`, () => {
    const control = frames(5, "\u0001".repeat(10_000));
    const kept = keepWithin(control, 130_000, side);
    assert.deepEqual(kept.messages.map((one) => one.data.seq), seqs);
    assert.equal(kept.isCut, true);
    assert.ok(new TextEncoder().encode(JSON.stringify(kept.messages)).byteLength <= 130_000);
  });
}
