import assert from "node:assert/strict";
import { startInstance } from "../tests/support/instance.ts";

/** A dead peer and its leave are noticed within this time, in ms (contract §3.3.7). */
const PROMISED_MS = 60_000;

Deno.test("Silence closes 4408 who takes and says nothing while something waits, and the leave follows within 60 s", async () => {
  await using instance = await startInstance();
  const ann = await instance.connect(1);
  const bob = await instance.connect(2);
  bob.bufferedAmount = 700;
  await instance.clock.advance(PROMISED_MS);
  assert.equal(bob.closedWith, 4408);
  assert.deepEqual(ann.of("leave").map((frame) => frame.from_user_id), [2]);
  assert.equal(ann.closedWith, null);
});

Deno.test("Silence spares who takes a little, who says something, and for whom nothing waits", async () => {
  await using instance = await startInstance();
  const slow = await instance.connect(1);
  const talking = await instance.connect(2);
  const idle = await instance.connect(3);
  slow.bufferedAmount = 1_000_000;
  talking.bufferedAmount = 700;
  for (let second = 0; second < 300; second += 10) {
    slow.bufferedAmount -= 100;
    if (second % 20 === 0) await talking.write({ type: "heartbeat" });
    await instance.clock.advance(10_000);
  }
  assert.deepEqual([slow.closedWith, talking.closedWith, idle.closedWith], [null, null, null]);
});

Deno.test("Silence gives a reader its time again after it took something", async () => {
  await using instance = await startInstance();
  const bob = await instance.connect(2);
  bob.bufferedAmount = 5_000;
  await instance.clock.advance(29_000);
  bob.bufferedAmount = 4_000;
  await instance.clock.advance(29_000);
  assert.equal(bob.closedWith, null);
  await instance.clock.advance(PROMISED_MS);
  assert.equal(bob.closedWith, 4408);
});

Deno.test("Silence spares who takes as much as comes, and never says a word", async () => {
  await using instance = await startInstance();
  const ann = await instance.connect(1);
  const bob = await instance.connect(2);
  bob.bufferedAmount = 5_000;
  for (let second = 0; second < 300; second += 10) {
    await ann.write({ type: "private", "to_user_id": 2, content: "x".repeat(1_000) });
    // The message was taken; of what comes before the next look, all but a little.
    await instance.clock.advance(5_000);
    await ann.write({ type: "private", "to_user_id": 2, content: "x".repeat(1_000) });
    bob.bufferedAmount += 10;
    await instance.clock.advance(5_000);
  }
  assert.equal(bob.closedWith, null);
});

Deno.test("Silence ends a socket that the runtime is closing and cannot, as its close waits behind what nobody takes", async () => {
  await using instance = await startInstance();
  const ann = await instance.connect(1);
  const closing = {
    bufferedAmount: 0,
    readyState: WebSocket.CLOSING,
    send: (): void => {},
    close: (): void => {},
  };
  const identity = { userId: 2, username: "bob", session: null, language: "en" } as const;
  instance.realtime.accept(identity, closing, false).opened();
  await instance.clock.advance(PROMISED_MS);
  assert.deepEqual(ann.of("leave").map((frame) => frame.from_user_id), [2]);
});
