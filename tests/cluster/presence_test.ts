/** Who is online, over several instances: once a user, silent reloads, and the people of an instance that is gone. */
import assert from "node:assert/strict";
import type { Session } from "../../db/model.ts";
import { delegated, startCluster, type TestCluster } from "../support/cluster.ts";
import type { FakeSocket } from "../support/instance.ts";
import { settle } from "../support/fake_clock.ts";

/** Joins or leaves of others that a socket was told of, in order. */
function told(socket: FakeSocket, type: "join" | "leave", of?: number): readonly (number | undefined)[] {
  return socket.of(type).map((frame) => frame.from_user_id).filter((id) => of === undefined || id === of);
}

function list(socket: FakeSocket): readonly number[] {
  const users = socket.of("user_list").at(-1)?.data?.["users"];
  assert.ok(Array.isArray(users));
  return users.map((user) => Number(user["user_id"])).toSorted((a, b) => a - b);
}

async function three(options: Parameters<typeof startCluster>[1] = {}): Promise<TestCluster> {
  const cluster = await startCluster(3, options);
  // Until here nobody would be taken for dead.
  await cluster.clock.advance(20_000);
  return cluster;
}

function at(cluster: TestCluster, index: number): TestCluster["members"][number] {
  const member = cluster.members[index];
  assert.ok(member !== undefined);
  return member;
}

Deno.test("join and leave: once a user over all instances, wherever their devices are", async () => {
  await using cluster = await three();
  const [a, b, c] = [at(cluster, 0), at(cluster, 1), at(cluster, 2)];
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
    await at(cluster, 0).connect(1),
    await at(cluster, 1).connect(3),
    await at(cluster, 2).connect(4),
  ];
  const before = await at(cluster, 1).connect(2);
  await cluster.clock.advance(1_000);
  await before.hangUp();
  await cluster.clock.advance(3_000);
  const after = await at(cluster, 2).connect(2);
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
  const [a, b, c] = [at(cluster, 0), at(cluster, 1), at(cluster, 2)];
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
  await at(cluster, 0).connect(1);
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
  const [a, b, c] = [at(cluster, 0), at(cluster, 1), at(cluster, 2)];
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

Deno.test("the people of a killed instance leave once its lease ran out, unless they came back", async () => {
  await using cluster = await three({ presenceEveryoneBelow: 1 });
  const [a, b, c] = [at(cluster, 0), at(cluster, 1), at(cluster, 2)];
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
  await cluster.clock.advance(2_000);
  await b.connect(3);
  await cluster.clock.advance(28_000);
  for (const socket of [ann, dan]) {
    assert.deepEqual(told(socket, "leave"), [2]);
    assert.equal(told(socket, "join", 3).length, 1, "never told that they were gone");
  }
  assert.deepEqual((await a.realtime.onlineUsers(null)).map((user) => user.user_id).toSorted(), [1, 3, 4]);
  assert.deepEqual((await b.realtime.onlineUsers(null)).map((user) => user.user_id).toSorted(), [1, 3, 4]);
});

Deno.test("devices are asked to sync when another instance's lease ran out, and not when it said goodbye", async () => {
  await using cluster = await three();
  const ann = await at(cluster, 0).connect(1);
  const stopping = at(cluster, 1).stop();
  await cluster.clock.advance(30_000);
  await stopping;
  assert.equal(ann.of("resync").length, 0);
  at(cluster, 2).kill();
  await cluster.clock.advance(30_000);
  assert.equal(ann.of("resync").length, 1);
  assert.ok(Number(ann.of("resync")[0]?.data?.["within_ms"]) >= 1_000);
});

Deno.test("an instance that ends in order leaves its people the moment to come back elsewhere", async () => {
  await using cluster = await three();
  const ann = await at(cluster, 0).connect(1);
  await at(cluster, 1).connect(2);
  await at(cluster, 1).connect(3);
  await cluster.clock.advance(1_000);
  const stopping = at(cluster, 1).stop();
  await cluster.clock.advance(2_000);
  await stopping;
  await at(cluster, 2).connect(2);
  assert.deepEqual(told(ann, "leave"), []);
  await cluster.clock.advance(6_000);
  assert.deepEqual(told(ann, "leave"), [3]);
  assert.equal(told(ann, "join", 2).length, 1);
});

Deno.test("the bus was interrupted: devices sync, and everybody knows again who is online", async () => {
  await using cluster = await three();
  const [a, b] = [at(cluster, 0), at(cluster, 1)];
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
  const [a, b] = [at(cluster, 0), at(cluster, 1)];
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
  const [a, b] = [at(cluster, 0), at(cluster, 1)];
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
  const [a, b] = [at(cluster, 0), at(cluster, 1)];
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

Deno.test("a crowd that comes to one instance costs the readers of another a few frames and events", async () => {
  await using cluster = await three();
  const [a, b] = [at(cluster, 0), at(cluster, 1)];
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
  const [a, b] = [at(cluster, 0), at(cluster, 1)];
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
