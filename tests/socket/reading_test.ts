/** Contract §3 "frames sent before `welcome`" and §3.3.6 about reads and refusals: counted, not hoped for. */
import assert from "node:assert/strict";
import type { Store } from "../../db/store.ts";
import { FakeSocket, startInstance } from "../support/instance.ts";
import { instead } from "../support/instead.ts";
import { settle } from "../support/fake_clock.ts";

const ANN = { userId: 1, username: "ann", session: null, language: "en" } as const;

Deno.test("welcome: 64 frames sent before it wait in order, each more is answered 429 behind them", async () => {
  await using instance = await startInstance();
  const socket = new FakeSocket();
  const events = instance.realtime.accept(ANN, socket, false);
  socket.bind(events);
  for (let n = 0; n < 70; n++) events.text(JSON.stringify({ type: "heartbeat", id: `e${n}` }));
  assert.equal(socket.frames.length, 0);
  events.opened();
  await settle();
  const types = socket.frames.map((frame) => frame.type);
  assert.deepEqual(types.slice(0, 2), ["welcome", "user_list"]);
  assert.deepEqual(
    socket.of("heartbeat").map((frame) => frame.id),
    Array.from({ length: 64 }, (_, n) => `e${n}`),
  );
  const answers = types.filter((type) => type === "heartbeat" || type === "error");
  assert.deepEqual(answers.slice(64), Array(6).fill("error"));
  assert.ok(socket.of("error").every((frame) => frame.data?.["code"] === 429));
  assert.equal(socket.closedWith, null);
});

Deno.test("sync and history: one of a connection is worked at a time, four wait, more get 429", async () => {
  const gate = Promise.withResolvers<void>();
  let running = 0;
  let most = 0;
  const through = (store: Store): Store =>
    instead(store, {
      messages: instead(store.messages, {
        async sync(...args): ReturnType<Store["messages"]["sync"]> {
          most = Math.max(most, ++running);
          await gate.promise;
          running--;
          return await store.messages.sync(...args);
        },
      }),
    });
  await using instance = await startInstance({ through });
  const ann = await instance.connect(1);
  for (let n = 0; n < 5; n++) await ann.write({ type: "sync", id: `s${n}` });
  for (const type of ["sync", "history"]) await ann.write({ type, id: `over-${type}`, "to_user_id": 2 });
  const refused = ann.of("error");
  assert.deepEqual(refused.map((frame) => [frame.id, frame.data?.["code"]]), [
    ["over-sync", 429],
    ["over-history", 429],
  ]);
  gate.resolve();
  for (let n = 0; n < 5; n++) await settle();
  assert.deepEqual(ann.of("sync").map((frame) => frame.id), ["s0", "s1", "s2", "s3", "s4"]);
  assert.equal(most, 1);
  await ann.write({ type: "sync", id: "again" });
  assert.equal(ann.of("sync").at(-1)?.id, "again");
});

Deno.test("private: messages that come while a sync is answered go behind it, in rising seq", async () => {
  const gate = Promise.withResolvers<void>();
  const through = (store: Store): Store =>
    instead(store, {
      messages: instead(store.messages, {
        async sync(...args): ReturnType<Store["messages"]["sync"]> {
          const page = await store.messages.sync(...args);
          await gate.promise;
          return page;
        },
      }),
    });
  await using instance = await startInstance({ through });
  const ann = await instance.connect(1);
  await ann.write({ type: "private", "to_user_id": 2, content: "before" });
  const bob = await instance.connect(2);
  await bob.write({ type: "sync", id: "s" });
  for (let n = 0; n < 3; n++) await ann.write({ type: "private", "to_user_id": 2, content: "during" });
  assert.deepEqual([bob.of("private"), bob.of("sync")], [[], []]);
  await bob.write({ type: "heartbeat" });
  assert.equal(bob.of("heartbeat").length, 1, "what is no message does not wait");
  gate.resolve();
  await settle();
  const later = bob.frames.slice(bob.frames.findIndex((frame) => frame.type === "sync"));
  assert.deepEqual(later.map((frame) => [frame.type, frame.data?.["seq"]]), [
    ["sync", undefined],
    ["private", 2],
    ["private", 3],
    ["private", 4],
  ]);
});

Deno.test("error 429: does not count as a bad frame, however many come in a row", async () => {
  await using instance = await startInstance({ limits: { messages: { rate: 1, burst: 1 } } });
  const ann = await instance.connect(1);
  for (let n = 0; n < 16; n++) await ann.write({ type: "private", "to_user_id": 2, content: "x" });
  assert.equal(ann.of("error").length, 15);
  assert.equal(ann.closedWith, null);
});

Deno.test("close 4429: twenty-one refusals within 10 s, of frames as of messages; slower ones never", async () => {
  const limits = { frames: { rate: 0.001, burst: 1 }, messages: { rate: 0.001, burst: 1 } };
  await using instance = await startInstance({ limits });
  const frames = await instance.connect(1);
  for (let n = 0; n < 21; n++) await frames.write({ type: "heartbeat" });
  assert.equal(frames.closedWith, null);
  await frames.write({ type: "heartbeat" });
  assert.equal(frames.closedWith, 4429);
  const slower = await instance.connect(2);
  for (let n = 0; n < 60; n++) {
    await slower.write({ type: "heartbeat" });
    await instance.clock.advance(550);
  }
  assert.equal(slower.of("error").length, 59);
  assert.equal(slower.closedWith, null);
});
