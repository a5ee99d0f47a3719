/** Presence when something fails: an instance, the bus, the store of presence, or just an event. */
import assert from "node:assert/strict";
import { settle } from "../support/fake_clock.ts";
import { list, three, told } from "./told.ts";

Deno.test("the people of a killed instance leave once its lease ran out, unless they came back", async () => {
  await using cluster = await three({ presenceEveryoneBelow: 1 });
  const [a, b, c] = [cluster.member(0), cluster.member(1), cluster.member(2)];
  const ann = await a.connect(1);
  const dan = await b.connect(4);
  for (const to of [2, 3]) {
    await ann.write({ type: "private", "to_user_id": to, content: "hi" });
    await dan.write({ type: "private", "to_user_id": to, content: "hi" });
  }
  await cluster.clock.advance(6_000);
  await c.connect(2);
  await c.connect(3);
  await cluster.clock.advance(6_000);
  assert.deepEqual(told(ann, "join").toSorted(), [1, 2, 3]);
  c.kill();
  const killedAt = cluster.clock.now();
  await cluster.clock.advance(2_000);
  await b.connect(3);
  await cluster.clock.advance(28_000);
  for (const socket of [ann, dan]) {
    assert.deepEqual(told(socket, "leave"), [2]);
    assert.equal(told(socket, "join", 3).length, 1, "never told that they were gone");
    const seen = Date.parse(String(socket.of("leave")[0]?.data?.["last_seen"]));
    assert.ok(Math.abs(seen - killedAt) <= 5_000, `last seen ${seen - killedAt} ms after the kill`);
  }
  assert.deepEqual((await a.realtime.onlineUsers(null)).map((user) => user.user_id).toSorted(), [1, 3, 4]);
  assert.deepEqual((await b.realtime.onlineUsers(null)).map((user) => user.user_id).toSorted(), [1, 3, 4]);
});

Deno.test("devices are asked to sync when another instance's lease ran out, and not when it said goodbye", async () => {
  await using cluster = await three();
  const ann = await cluster.member(0).connect(1);
  const stopping = cluster.member(1).stop();
  await cluster.clock.advance(30_000);
  await stopping;
  assert.equal(ann.of("resync").length, 0);
  cluster.member(2).kill();
  await cluster.clock.advance(30_000);
  assert.equal(ann.of("resync").length, 1);
  assert.ok(Number(ann.of("resync")[0]?.data?.["within_ms"]) >= 1_000);
});

Deno.test("an instance that ends in order leaves its people the moment to come back elsewhere", async () => {
  await using cluster = await three();
  const ann = await cluster.member(0).connect(1);
  await cluster.member(1).connect(2);
  await cluster.member(1).connect(3);
  await cluster.clock.advance(1_000);
  const stopping = cluster.member(1).stop();
  await cluster.clock.advance(2_000);
  await stopping;
  await cluster.member(2).connect(2);
  assert.deepEqual(told(ann, "leave"), []);
  await cluster.clock.advance(6_000);
  assert.deepEqual(told(ann, "leave"), [3]);
  assert.equal(told(ann, "join", 2).length, 1);
});

Deno.test("the bus was interrupted: devices sync, and everybody knows again who is online", async () => {
  await using cluster = await three();
  const [a, b] = [cluster.member(0), cluster.member(1)];
  const ann = await a.connect(1);
  const gone = await b.connect(2);
  await cluster.clock.advance(1_000);
  a.bus.cut();
  await b.connect(3);
  await gone.hangUp();
  await cluster.clock.advance(4_000);
  assert.deepEqual(told(ann, "join", 3), []);
  await cluster.clock.advance(3_000);
  a.bus.heal();
  await settle();
  await cluster.clock.advance(1_000);
  assert.equal(ann.of("resync").length, 1);
  assert.deepEqual(told(ann, "join", 3), [3]);
  assert.deepEqual(told(ann, "leave"), [2]);
});

Deno.test("news of presence that are lost are found by their version, without a gap of the bus", async () => {
  await using cluster = await three();
  const [a, b] = [cluster.member(0), cluster.member(1)];
  const ann = await a.connect(1);
  cluster.network.passes = (event) => event.type !== "roster";
  await b.connect(2);
  await cluster.clock.advance(1_000);
  cluster.network.passes = () => true;
  await b.connect(3);
  await cluster.clock.advance(1_000);
  assert.deepEqual(told(ann, "join").toSorted(), [1, 2, 3]);
  cluster.network.passes = (event) => event.type !== "roster";
  await b.connect(4);
  await cluster.clock.advance(12_000);
  assert.deepEqual(told(ann, "join", 4), [4], "nothing followed, and the next looks found it");
  assert.equal(ann.of("resync").length, 0);
});

Deno.test("while the presence store is away sockets open, others stay as they were, and all is told after", async () => {
  await using cluster = await three();
  const [a, b] = [cluster.member(0), cluster.member(1)];
  const ann = await a.connect(1);
  await b.connect(2);
  await cluster.clock.advance(1_000);
  for (const { presence } of cluster.members) presence.isAway = true;
  for (const { bus } of cluster.members) bus.cut();
  await cluster.clock.advance(10_000);
  const cat = await a.connect(3);
  await cluster.clock.advance(1_000);
  assert.deepEqual(list(cat), [1, 2, 3], "frozen, and the local truth");
  assert.deepEqual(told(ann, "join", 3), [3]);
  await b.connect(4);
  await cluster.clock.advance(30_000);
  assert.deepEqual(told(ann, "leave"), [], "nobody is taken for dead by whoever is cut off");
  for (const member of cluster.members) {
    // Not all of them notice at once; meanwhile each finds the leases of the rest run out.
    member.presence.isAway = false;
    member.bus.heal();
    await settle();
    await cluster.clock.advance(5_000);
  }
  await cluster.clock.advance(5_000);
  assert.deepEqual(told(ann, "join", 4), [4]);
  assert.deepEqual(told(ann, "leave"), []);
  const dan = await b.connect(5);
  assert.deepEqual(list(dan), [1, 2, 3, 4, 5]);
});

Deno.test("an instance that was taken for dead by mistake is back with everybody", async () => {
  await using cluster = await three();
  const [a, b] = [cluster.member(0), cluster.member(1)];
  const ann = await a.connect(1);
  await b.connect(2);
  await cluster.clock.advance(1_000);
  b.presence.isAway = true;
  await cluster.clock.advance(30_000);
  assert.deepEqual(told(ann, "leave"), [2]);
  b.presence.isAway = false;
  await cluster.clock.advance(10_000);
  assert.equal(told(ann, "join", 2).length, 2);
  assert.equal((await a.realtime.onlineUsers(null)).length, 2);
});

Deno.test("an instance that comes back while its leaves wait keeps its people", async () => {
  await using cluster = await three();
  const [a, b] = [cluster.member(0), cluster.member(1)];
  const ann = await a.connect(1);
  await b.connect(2);
  await cluster.clock.advance(1_000);
  b.presence.isAway = true;
  while (ann.of("resync").length === 0) await cluster.clock.advance(500);
  b.presence.isAway = false;
  await cluster.clock.advance(20_000);
  assert.deepEqual(told(ann, "leave"), []);
  assert.equal(told(ann, "join", 2).length, 1);
});

Deno.test("an instance that ends in order while it is cut off cannot say goodbye: devices are asked to sync", async () => {
  await using cluster = await three();
  const [a, b] = [cluster.member(0), cluster.member(1)];
  const ann = await a.connect(1);
  const bob = await b.connect(2);
  b.bus.cut();
  b.presence.isAway = true;
  await bob.write({ type: "private", "to_user_id": 1, content: "unheard" });
  const stopping = b.stop();
  await cluster.clock.advance(30_000);
  await stopping;
  assert.deepEqual(ann.of("private"), []);
  assert.equal(ann.of("resync").length, 1);
  await ann.write({ type: "sync" });
  assert.match(JSON.stringify(ann.of("sync")[0]?.data?.["messages"]), /"unheard"/);
});
