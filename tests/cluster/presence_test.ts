/** Who is online, over several instances: once a user, silent reloads, and only those told who may know. */
import assert from "node:assert/strict";
import type { Session } from "../../db/model.ts";
import { delegated, startCluster } from "../support/cluster.ts";
import { settle } from "../support/fake_clock.ts";
import { list, three, told } from "./told.ts";

Deno.test("join and leave: once a user over all instances, wherever their devices are", async () => {
  await using cluster = await three();
  const [a, b, c] = [cluster.member(0), cluster.member(1), cluster.member(2)];
  const ann = await a.connect(1);
  await cluster.clock.advance(1_000);
  const phone = await b.connect(2);
  await cluster.clock.advance(1_000);
  const desk = await c.connect(2);
  await cluster.clock.advance(1_000);
  assert.deepEqual(told(ann, "join", 2), [2]);
  assert.deepEqual(list(desk), [1, 2]);
  assert.deepEqual(told(desk, "join", 2), [], "already online elsewhere");
  await phone.hangUp();
  await cluster.clock.advance(10_000);
  assert.deepEqual(told(ann, "leave", 2), []);
  await desk.hangUp();
  await cluster.clock.advance(4_900);
  assert.deepEqual(told(ann, "leave", 2), []);
  await cluster.clock.advance(1_000);
  assert.deepEqual(told(ann, "leave", 2), [2]);
  const leave = ann.of("leave")[0]?.data;
  assert.equal(leave?.["status"], "offline");
  assert.ok(Math.abs(Date.parse(String(leave?.["last_seen"])) - cluster.clock.now()) < 2_000);
});

Deno.test("a reload that lands on another instance is silent", async () => {
  await using cluster = await three();
  const viewers = [
    await cluster.member(0).connect(1),
    await cluster.member(1).connect(3),
    await cluster.member(2).connect(4),
  ];
  const before = await cluster.member(1).connect(2);
  await cluster.clock.advance(1_000);
  await before.hangUp();
  await cluster.clock.advance(3_000);
  const after = await cluster.member(2).connect(2);
  await cluster.clock.advance(20_000);
  for (const viewer of viewers) {
    assert.deepEqual(told(viewer, "join", 2), [2]);
    assert.deepEqual(told(viewer, "leave", 2), []);
  }
  for (const { realtime } of cluster.members) {
    assert.equal((await realtime.onlineUsers(null)).length, 4);
  }
  assert.deepEqual(told(after, "leave"), []);
  assert.deepEqual(told(after, "join"), []);
});

Deno.test("user_list, online-users and watch know the people of other instances", async () => {
  await using cluster = await three();
  const [a, b, c] = [cluster.member(0), cluster.member(1), cluster.member(2)];
  await a.connect(1);
  await b.connect(2);
  await cluster.clock.advance(1_000);
  const cat = await c.connect(3);
  assert.deepEqual(list(cat), [1, 2, 3]);
  const online = await a.realtime.onlineUsers(null);
  assert.deepEqual(online.map((user) => [user.user_id, user.username, user.status]).toSorted(), [
    [1, "user1", "online"],
    [2, "user2", "online"],
  ]);
  await cluster.clock.advance(1_000);
  assert.equal((await a.realtime.onlineUsers(1)).length, 3);
  await cat.write({ type: "watch", data: { add: [2, 9] } });
  const users = cat.of("presence")[0]?.data?.["users"];
  assert.ok(Array.isArray(users));
  assert.deepEqual(users.map((user) => user["status"]), ["online", "offline"]);
});

Deno.test("an instance that starts late knows who is on the others", async () => {
  await using cluster = await startCluster(1);
  await cluster.member(0).connect(1);
  await cluster.clock.advance(1_000);
  const late = await cluster.start();
  const bob = await late.connect(2);
  assert.deepEqual(list(bob), [1, 2]);
});

Deno.test("beyond the threshold, only people of one's conversations and watchers are told", async () => {
  let queries = 0;
  await using cluster = await three({
    presenceEveryoneBelow: 1,
    wrapMessages: (messages) =>
      delegated(messages, {
        contacts(userId, limit): ReturnType<typeof messages.contacts> {
          queries++;
          return messages.contacts(userId, limit);
        },
      }),
  });
  const [a, b, c] = [cluster.member(0), cluster.member(1), cluster.member(2)];
  const ann = await a.connect(1);
  const watcher = await b.connect(8);
  const stranger = await b.connect(9);
  await ann.write({ type: "private", "to_user_id": 2, content: "hi" });
  await watcher.write({ type: "watch", data: { add: [2] } });
  await cluster.clock.advance(5_000);
  queries = 0;
  const bob = await c.connect(2);
  await cluster.clock.advance(2_000);
  assert.deepEqual(list(bob), [1, 2]);
  assert.deepEqual(told(ann, "join", 2), [2]);
  assert.deepEqual(told(watcher, "join", 2), [2]);
  assert.deepEqual(told(stranger, "join", 2), []);
  assert.equal(queries, 1, "one query on the instance where it happened, for the list and the news");
  await bob.hangUp();
  await cluster.clock.advance(7_000);
  assert.deepEqual(told(ann, "leave", 2), [2]);
  assert.deepEqual(told(watcher, "leave", 2), [2]);
  assert.deepEqual(told(stranger, "leave", 2), []);
});

Deno.test("a crowd that comes to one instance costs the readers of another a few frames and events", async () => {
  await using cluster = await three();
  const [a, b] = [cluster.member(0), cluster.member(1)];
  const ann = await a.connect(1);
  await cluster.clock.advance(2_000);
  let events = 0;
  cluster.network.passes = () => ++events > 0;
  const before = ann.frames.length;
  for (let userId = 2; userId <= 301; userId++) void b.connect(userId);
  await settle();
  await cluster.clock.advance(6_000);
  assert.ok(ann.frames.length - before <= 10, `${ann.frames.length - before} frames for 300 arrivals`);
  assert.equal(list(ann).length, 301);
  assert.ok(events <= 20, `${events} events for 300 arrivals`);
});

Deno.test("a new name is shown by every instance", async () => {
  await using cluster = await three({ mode: "release" });
  const [a, b] = [cluster.member(0), cluster.member(1)];
  const { store, clock } = cluster;
  const account = { phone: "", passwordDigest: "x", createdAt: clock.now() };
  const ann = await store.users.create({ ...account, username: "ann", email: "a@example.com" });
  const bob = await store.users.create({ ...account, username: "bob", email: "b@example.com" });
  const session = (id: string, userId: number): Session => ({
    id,
    userId,
    device: "",
    address: "",
    createdAt: clock.now(),
    lastUsedAt: clock.now(),
    expiresAt: clock.now() + 86_400_000,
  });
  const [own, others] = [session("s1", ann.id), session("s2", bob.id)];
  await store.sessions.create(own);
  await store.sessions.create(others);
  await a.connect(ann.id, { session: own });
  await b.connect(bob.id, { session: others });
  await clock.advance(1_000);
  await store.users.update(ann.id, { username: "anna" }, clock.now());
  b.realtime.userChanged(ann.id);
  await clock.advance(1_000);
  for (const member of [a, b]) {
    const names = (await member.realtime.onlineUsers(null)).map((user) => user.username).toSorted();
    assert.deepEqual(names, ["anna", "bob"]);
    const device = await member.connect(bob.id, { session: others });
    assert.match(JSON.stringify(device.of("user_list").at(-1)), /"anna"/);
  }
});

Deno.test("whoever comes right after an instance started is not told of those who were online before", async () => {
  await using cluster = await startCluster(1);
  await cluster.member(0).connect(1);
  await cluster.clock.advance(60_000);
  const bob = await (await cluster.start()).connect(2);
  assert.deepEqual(list(bob), [1, 2]);
  await cluster.clock.advance(1_000);
  assert.deepEqual(told(bob, "join"), [2]);
});
