import assert from "node:assert/strict";
import { settle } from "../tests/support/fake_clock.ts";
import { startInstance } from "../tests/support/instance.ts";
import { ChatError } from "./errors.ts";
import { MAX_BACKLOG_BYTES, MAX_FRAME_BYTES } from "./limits.ts";
import type { Transport } from "./transport.ts";

const ANN = { userId: 1, username: "ann", session: null, language: "en" } as const;
const BOB = { ...ANN, userId: 2, username: "bob" } as const;

Deno.test("Realtime.upgrade() refuses with 429 while too much waits for closed sockets that nobody reads, those whose they are", async () => {
  await using instance = await startInstance({ limits: { buffer: MAX_BACKLOG_BYTES } });
  // The other side takes nothing, so the runtime keeps the socket and what was queued for it.
  const stuck: Transport = { bufferedAmount: 4 * MAX_BACKLOG_BYTES, send: () => {}, close: () => {} };
  const events = instance.realtime.accept(ANN, stuck, false);
  events.opened();
  await settle();
  const asked = new Request("http://chat.test/ws", { headers: { upgrade: "websocket" } });
  const refusal = (identity: typeof ANN | typeof BOB): string => {
    try {
      instance.realtime.upgrade(asked, identity);
    } catch (error) {
      assert.ok(error instanceof ChatError);
      return error.code;
    }
    return "none";
  };
  assert.ok((instance.realtime.figures().get("lingering_bytes") ?? 0) >= 4 * MAX_BACKLOG_BYTES);
  assert.equal(refusal(ANN), "rate_limited");
  assert.equal(refusal(BOB), "upgrade_required", "a few could lock everybody out");
  events.closed(true);
  assert.equal(instance.realtime.figures().get("lingering_bytes"), 0);
  assert.equal(refusal(ANN), "upgrade_required");
});

Deno.test("Sockets.drain() ends the wait of a close that nobody takes, also when nobody else is connected", async () => {
  const instance = await startInstance();
  const settled: boolean[] = [];
  const unread = {
    bufferedAmount: 5_000,
    send: (): void => {},
    close: (): void => {},
    settle: (atOnce: boolean): void => void settled.push(atOnce),
  };
  const events = instance.realtime.accept(ANN, unread, false);
  events.opened();
  await settle();
  events.text("x".repeat(MAX_FRAME_BYTES + 1));
  assert.deepEqual(settled, []);
  await instance[Symbol.asyncDispose]();
  assert.equal(settled.at(-1), true);
});

Deno.test("close 4413: a reader for whom thousands of small frames wait longer than a second", async () => {
  await using instance = await startInstance();
  const unread = {
    bufferedAmount: 0,
    closedWith: 0,
    send: (text: string): void => void (unread.bufferedAmount += text.length),
    close: (code: number): void => void (unread.closedWith = code),
  };
  const events = instance.realtime.accept(ANN, unread, false);
  events.opened();
  await settle();
  for (let second = 0; second < 20 && unread.closedWith === 0; second++) {
    for (let n = 0; n < 50; n++) events.text('{"type":"heartbeat"}');
    await instance.clock.advance(1_000);
  }
  assert.equal(unread.closedWith, 4413);
  assert.ok(unread.bufferedAmount < 200_000, `${unread.bufferedAmount} bytes`);
});
