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

Deno.test("an open socket whose session ended is closed with 4501 at the next look", async () => {
  await using instance = await startInstance({ mode: "release" });
  const { store, clock, realtime } = instance;
  const user = await store.users.create({
    username: "ann",
    email: "ann@example.com",
    phone: "",
    passwordDigest: "x",
    createdAt: clock.now(),
  });
  const session = {
    id: "s1",
    userId: user.id,
    device: "test",
    address: "127.0.0.1",
    createdAt: clock.now(),
    lastUsedAt: clock.now(),
    expiresAt: clock.now() + 86_400_000,
  };
  await store.sessions.create(session);
  const closed: number[] = [];
  const transport = { bufferedAmount: 0, send: () => {}, close: (code: number) => void closed.push(code) };
  const identity = { userId: user.id, username: "ann", session, language: "en" } as const;
  realtime.accept(identity, transport, true).opened();
  await clock.advance(31_000);
  assert.deepEqual(closed, []);
  await store.sessions.end(user.id, { ids: ["s1"] });
  await clock.advance(31_000);
  assert.deepEqual(closed, [4501]);
});

Deno.test("sync: messages that come while it is answered go behind it, in rising seq", async () => {
  await using instance = await startInstance();
  const ann = await instance.connect(1);
  const bob = await instance.connect(2);
  for (let n = 0; n < 5; n++) await ann.write({ type: "private", "to_user_id": 2, content: `m${n}` });
  void bob.write({ type: "sync", id: "s" });
  void ann.write({ type: "private", "to_user_id": 2, content: "during" });
  await ann.write({ type: "heartbeat" });
  const order = bob.frames.filter((frame) => frame.type === "sync" || frame.data?.["seq"] === 6).map((one) =>
    one.type
  );
  assert.deepEqual(order, ["sync", "private"]);
  const seqs = bob.of("private").map((frame) => Number(frame.data?.["seq"]));
  assert.deepEqual(seqs, [1, 2, 3, 4, 5, 6]);
});

Deno.test("a reader who takes nothing is closed 4413 once 1 MiB waits, and hints are dropped before", async () => {
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
