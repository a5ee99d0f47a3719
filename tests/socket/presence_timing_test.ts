/** What presence promises about time and crowds, on an instance whose clock is moved by hand. */
import assert from "node:assert/strict";
import { startInstance } from "../support/instance.ts";

Deno.test("leave: waits five seconds, and a reload within them is silent", async () => {
  await using instance = await startInstance();
  const ann = await instance.connect(1);
  const bob = await instance.connect(2);
  await instance.clock.advance(1_000);
  await bob.hangUp();
  await instance.clock.advance(4_900);
  assert.equal(ann.of("leave").length, 0);
  const again = await instance.connect(2);
  await instance.clock.advance(10_000);
  assert.equal(ann.of("leave").length, 0);
  assert.equal(ann.of("join").filter((frame) => frame.from_user_id === 2).length, 1);
  await again.hangUp();
  await instance.clock.advance(5_100);
  assert.deepEqual(ann.of("leave").map((frame) => frame.from_user_id), [2]);
});

Deno.test("user_list: a crowd that comes at once costs each reader a few frames", async () => {
  await using instance = await startInstance();
  const ann = await instance.connect(1);
  await instance.clock.advance(2_000);
  const before = ann.frames.length;
  for (let userId = 2; userId <= 201; userId++) await instance.connect(userId);
  await instance.clock.advance(5_000);
  const news = ann.frames.slice(before);
  assert.ok(news.length <= 10, `${news.length} frames for 200 arrivals`);
  const users = news.at(-1)?.data?.["users"];
  assert.ok(Array.isArray(users) && users.length === 201);
});

Deno.test("close 4413: a reader who takes nothing once 1 MiB waits; presence and typing are dropped before", async () => {
  await using instance = await startInstance();
  const ann = await instance.connect(1);
  const bob = await instance.connect(2);
  bob.bufferedAmount = 1_048_570;
  await ann.write({ type: "typing", "to_user_id": 2 });
  assert.equal(bob.of("typing").length, 0);
  assert.equal(bob.closedWith, null);
  await ann.write({ type: "private", "to_user_id": 2, content: "one too many" });
  assert.equal(bob.closedWith, 4413);
});
