/** What two instances do to each other's users and conversations: sends, marks, typing, sessions, and a sudden death. */
import assert from "node:assert/strict";
import type { Session } from "../../db/model.ts";
import { delegated, startCluster, type TestCluster } from "../support/cluster.ts";
import type { FakeSocket } from "../support/instance.ts";

function seqs(socket: FakeSocket): readonly number[] {
  return socket.of("private").map((frame) => Number(frame.data?.["seq"]));
}

Deno.test("two instances append to one conversation at once: one order, the same for everybody", async () => {
  await using cluster = await startCluster(2, { limits: { messages: { rate: 0, burst: 0 } } });
  const [a, b] = [cluster.member(0), cluster.member(1)];
  const [ann, bob] = [await a.connect(1), await b.connect(2)];
  const [annsPhone, bobsPhone] = [await b.connect(1), await a.connect(2)];
  for (let n = 0; n < 100; n++) {
    void ann.write({ type: "private", "to_user_id": 2, content: `a${n}` });
    void bob.write({ type: "private", "to_user_id": 1, content: `b${n}` });
  }
  await cluster.clock.advance(1_000);
  const told = (socket: FakeSocket): readonly (readonly [number, string | undefined])[] =>
    socket.of("private").map((frame) => [Number(frame.data?.["seq"]), frame.content] as const);
  const all = told(annsPhone);
  assert.deepEqual(all.map(([seq]) => seq), Array.from({ length: 200 }, (_, n) => n + 1));
  assert.deepEqual(told(bobsPhone), all);
  assert.deepEqual(told(ann), all.filter(([, text]) => text?.startsWith("b")));
  assert.deepEqual(told(bob), all.filter(([, text]) => text?.startsWith("a")));
});

Deno.test("one client id through two instances at once is one message, told once", async () => {
  await using cluster = await startCluster(2);
  const [a, b] = [cluster.member(0), cluster.member(1)];
  const [desk, phone] = [await a.connect(1), await b.connect(1)];
  const bob = await b.connect(2);
  const draft = { type: "private", "to_user_id": 2, content: "once", id: "m1" };
  await Promise.all([desk.write(draft), phone.write(draft)]);
  await cluster.clock.advance(1_000);
  const [one, other] = [desk.of("read")[0]?.data, phone.of("read")[0]?.data];
  assert.deepEqual([one?.["seq"], one?.["message_id"]], [other?.["seq"], other?.["message_id"]]);
  assert.deepEqual(seqs(bob), [1]);
});

Deno.test("an instance dies between commit and publish: the retry at another one tells the peer", async () => {
  let onCommit = (): void => {};
  await using cluster = await startCluster(2, {
    wrapMessages: (messages) =>
      delegated(messages, {
        async commit(batch): ReturnType<typeof messages.commit> {
          const outcome = await messages.commit(batch);
          onCommit();
          return outcome;
        },
      }),
  });
  const [a, b] = [cluster.member(0), cluster.member(1)];
  const ann = await a.connect(1);
  const bob = await b.connect(2);
  onCommit = (): void => a.kill();
  await ann.write({ type: "private", "to_user_id": 2, content: "durable", id: "m1" });
  onCommit = (): void => {};
  await cluster.clock.advance(1_000);
  assert.deepEqual(seqs(bob), [], "nobody told him");
  const again = await b.connect(1);
  await again.write({ type: "private", "to_user_id": 2, content: "durable", id: "m1" });
  await cluster.clock.advance(1_000);
  assert.equal(again.of("read")[0]?.data?.["seq"], 1);
  assert.deepEqual(bob.of("private").map((frame) => frame.content), ["durable"]);
  const page = await cluster.store.messages.list({ kind: "direct", id: "1-2", low: 1, high: 2 }, {
    limit: 10,
    maxBytes: 10_000,
  });
  assert.equal(page.messages.length, 1);
});

Deno.test("an instance dies between commit and publish: resync finds the message without a retry", async () => {
  let onCommit = (): void => {};
  await using cluster = await startCluster(2, {
    wrapMessages: (messages) =>
      delegated(messages, {
        async commit(batch): ReturnType<typeof messages.commit> {
          const outcome = await messages.commit(batch);
          onCommit();
          return outcome;
        },
      }),
  });
  await cluster.clock.advance(20_000);
  const [a, b] = [cluster.member(0), cluster.member(1)];
  const ann = await a.connect(1);
  const bob = await b.connect(2, { confirms: true });
  onCommit = (): void => a.kill();
  await ann.write({ type: "private", "to_user_id": 2, content: "durable", id: "m1" });
  onCommit = (): void => {};
  await cluster.clock.advance(25_000);
  assert.equal(bob.of("resync").length, 1);
  await bob.write({ type: "sync" });
  assert.match(JSON.stringify(bob.of("sync")[0]?.data?.["messages"]), /"durable"/);
});

Deno.test("marks, private reads and typing cross", async () => {
  await using cluster = await startCluster(2);
  const [a, b] = [cluster.member(0), cluster.member(1)];
  const ann = await a.connect(1, { confirms: true });
  const [bob, bobsPhone] = [await b.connect(2, { confirms: true }), await a.connect(2, { confirms: true })];
  await ann.write({ type: "private", "to_user_id": 2, content: "1" });
  await bob.write({ type: "typing", "to_user_id": 1 });
  await bob.write({ type: "read", "to_user_id": 1, data: { seq: 1, private: true } });
  await cluster.clock.advance(500);
  const marks = (socket: FakeSocket): unknown =>
    socket.of("receipt").map((
      one,
    ) => [one.from_user_id, one.data?.["delivered_seq"], one.data?.["read_seq"]]);
  assert.deepEqual(ann.of("typing").map((one) => one.from_user_id), [2]);
  assert.deepEqual(marks(ann), [[2, 1, 0]], "a private read tells of the delivery alone");
  assert.deepEqual(marks(bobsPhone), [[2, 1, 1]]);
});

async function signIn(cluster: TestCluster, username: string): Promise<Session> {
  const now = cluster.clock.now();
  const account = { username, email: `${username}@example.com`, phone: "", passwordDigest: "x" };
  const user = await cluster.store.users.create({ ...account, createdAt: now });
  const session: Session = {
    id: `session of ${username}`,
    userId: user.id,
    device: "",
    address: "",
    createdAt: now,
    lastUsedAt: now,
    expiresAt: now + 86_400_000,
  };
  await cluster.store.sessions.create(session);
  return session;
}

Deno.test("the end of a session and the disabling of an account close sockets on every instance", async () => {
  await using cluster = await startCluster(2, { mode: "release" });
  const [a, b] = [cluster.member(0), cluster.member(1)];
  const [ann, bob] = [await signIn(cluster, "ann"), await signIn(cluster, "bob")];
  const sockets = [
    await a.connect(ann.userId, { session: ann }),
    await b.connect(ann.userId, { session: ann }),
  ];
  const others = [
    await a.connect(bob.userId, { session: bob }),
    await b.connect(bob.userId, { session: bob }),
  ];
  await cluster.store.sessions.end(ann.userId, { exceptId: null });
  a.realtime.sessionsEnded(ann.userId, [ann.id]);
  await cluster.clock.advance(1_000);
  assert.deepEqual(sockets.map((socket) => socket.closedWith), [4501, 4501]);
  assert.deepEqual(others.map((socket) => socket.closedWith), [null, null]);
  await cluster.store.users.update(bob.userId, { status: "disabled" }, cluster.clock.now());
  b.realtime.accountDisabled(bob.userId);
  await cluster.clock.advance(1_000);
  assert.deepEqual(others.map((socket) => socket.closedWith), [4503, 4503]);
});

Deno.test("without the bus both are noticed within 30 seconds", async () => {
  await using cluster = await startCluster(2, { mode: "release" });
  const [a, b] = [cluster.member(0), cluster.member(1)];
  const [ann, bob] = [await signIn(cluster, "ann"), await signIn(cluster, "bob")];
  const [annsSocket, bobsSocket] = [
    await b.connect(ann.userId, { session: ann }),
    await b.connect(bob.userId, { session: bob }),
  ];
  b.bus.cut();
  await cluster.store.sessions.end(ann.userId, { exceptId: null });
  await cluster.store.users.update(bob.userId, { status: "disabled" }, cluster.clock.now());
  a.realtime.sessionsEnded(ann.userId, [ann.id]);
  a.realtime.accountDisabled(bob.userId);
  await cluster.clock.advance(30_000);
  assert.equal(annsSocket.closedWith, 4501);
  assert.equal(bobsSocket.closedWith, 4503);
});

Deno.test("nobody writes to a disabled account: at once by the bus, within 30 s without it", async () => {
  await using cluster = await startCluster(2, { mode: "release" });
  const [a, b] = [cluster.member(0), cluster.member(1)];
  const [ann, bob, cat] = [
    await signIn(cluster, "ann"),
    await signIn(cluster, "bob"),
    await signIn(cluster, "cat"),
  ];
  const socket = await b.connect(ann.userId, { session: ann });
  const write = async (to: Session, id: string): Promise<unknown> => {
    await socket.write({ type: "private", "to_user_id": to.userId, content: "hi", id });
    return socket.frames.at(-1)?.data?.["error"] ?? "stored";
  };
  const disable = async (user: Session): Promise<void> => {
    await cluster.store.users.update(user.userId, { status: "disabled" }, cluster.clock.now());
    a.realtime.accountDisabled(user.userId);
  };
  assert.equal(await write(bob, "m1"), "stored");
  await disable(bob);
  assert.equal(await write(bob, "m2"), "no_such_user");
  assert.equal(await write(cat, "m3"), "stored");
  b.bus.cut();
  await disable(cat);
  await cluster.clock.advance(30_000);
  assert.equal(await write(cat, "m4"), "no_such_user");
});
