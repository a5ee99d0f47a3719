/** Contract §3.1 `sync` and `history`, where the time matters or the bounds do: on a clock that is moved by hand. */
import assert from "node:assert/strict";
import { type FakeSocket, startInstance, type TestInstance } from "../support/instance.ts";
import type { AnyFrame } from "../support/socket_client.ts";

const MINUTE = 60_000;

async function ask(socket: FakeSocket, type: string, data: object): Promise<AnyFrame> {
  const id = `q${socket.frames.length}`;
  await socket.write({ type, id, data });
  const answer = socket.frames.find((frame) => frame.id === id);
  assert.ok(answer !== undefined, `${type} was not answered`);
  return answer;
}

async function changedSince(socket: FakeSocket, since: number): Promise<readonly string[]> {
  const answer = await ask(socket, "sync", { since: new Date(since).toISOString() });
  return Object(answer.data)["conversations"].map((one: { conversation_id: string }) => one.conversation_id);
}

async function talk(instance: TestInstance): Promise<{ ann: FakeSocket; bob: FakeSocket }> {
  const ann = await instance.connect(1, { confirms: true });
  const bob = await instance.connect(2, { confirms: true });
  await ann.write({ type: "private", "to_user_id": 2, content: "one" });
  await bob.write({ type: "private", "to_user_id": 1, content: "two" });
  return { ann, bob };
}

Deno.test("sync: since brings what changed since then less five minutes, and nothing older", async () => {
  await using instance = await startInstance();
  const { ann } = await talk(instance);
  const at = instance.clock.now();
  await instance.clock.advance(30 * MINUTE);
  assert.deepEqual(await changedSince(ann, at + 5 * MINUTE), ["1-2"]);
  assert.deepEqual(await changedSince(ann, at + 5 * MINUTE + 1), []);
});

Deno.test("sync: since brings a conversation whose marks moved, to both sides; a private read to its reader alone", async () => {
  await using instance = await startInstance();
  const { ann, bob } = await talk(instance);
  await instance.clock.advance(30 * MINUTE);
  const quiet = instance.clock.now();
  assert.deepEqual([await changedSince(ann, quiet), await changedSince(bob, quiet)], [[], []]);
  await bob.write({ type: "delivered", "to_user_id": 1, data: { seq: 2 } });
  assert.deepEqual([await changedSince(ann, quiet), await changedSince(bob, quiet)], [["1-2"], ["1-2"]]);
  await instance.clock.advance(30 * MINUTE);
  const later = instance.clock.now();
  await bob.write({ type: "read", "to_user_id": 1, data: { private: true } });
  assert.deepEqual([await changedSince(ann, later), await changedSince(bob, later)], [[], ["1-2"]]);
});

Deno.test("sync: now is the time of the first page, to be handed back as since", async () => {
  await using instance = await startInstance();
  const ann = await instance.connect(1);
  for (let peer = 2; peer <= 30; peer++) {
    await ann.write({ type: "private", "to_user_id": peer, content: "\u0001".repeat(10_000) });
  }
  const began = new Date(instance.clock.now()).toISOString();
  let page: unknown = null;
  let pages = 0;
  do {
    const { data } = await ask(ann, "sync", page === null ? {} : { page });
    assert.equal(data?.["now"], began);
    page = data?.["next"];
    pages++;
    await instance.clock.advance(MINUTE);
  } while (page !== null);
  assert.ok(pages > 1);
});

Deno.test("sync and history: limits beyond 1-200 and 1-100 are refused with 400", async () => {
  await using instance = await startInstance();
  const { ann } = await talk(instance);
  for (const [type, most] of [["sync", 200], ["history", 100]] as const) {
    const base = type === "history" ? { "conversation_id": "1-2" } : {};
    for (const limit of [0, most + 1, -1, 1.5, "5"]) {
      assert.equal((await ask(ann, type, { ...base, limit })).data?.["code"], 400, `${type} ${limit}`);
    }
    for (const limit of [1, most]) {
      assert.equal((await ask(ann, type, { ...base, limit })).type, type, `${type} ${limit}`);
    }
  }
});

Deno.test("history: before_seq and after_seq together are refused with 400, oneself as well", async () => {
  await using instance = await startInstance();
  const { ann } = await talk(instance);
  const both = { "conversation_id": "1-2", "before_seq": 2, "after_seq": 1 };
  assert.equal((await ask(ann, "history", both)).data?.["error"], "bad_request");
  await ann.write({ type: "history", id: "self", "to_user_id": 1 });
  assert.equal(ann.frames.find((frame) => frame.id === "self")?.data?.["error"], "to_oneself");
});

Deno.test("private: is_offline where it comes by sync or history, and not where it is pushed", async () => {
  await using instance = await startInstance();
  const { ann, bob } = await talk(instance);
  assert.deepEqual(bob.of("private").map((frame) => frame.data?.["is_offline"]), [false]);
  const synced = Object((await ask(ann, "sync", {})).data);
  const paged = Object((await ask(ann, "history", { "conversation_id": "1-2" })).data);
  const [conversation] = synced.conversations;
  const frames = [...synced.messages["1-2"], ...paged.messages, conversation.last_message];
  assert.deepEqual(frames.map((frame) => frame.data.is_offline), [true, true, true, true, true]);
  assert.deepEqual(frames.map((frame) => frame.data.client_id), Array(5).fill(undefined));
});

Deno.test("private: below first_seq retention removed all; seqs go on, and sync and history begin there", async () => {
  await using instance = await startInstance();
  const { ann, bob } = await talk(instance);
  await instance.clock.advance(10 * MINUTE);
  await ann.write({ type: "private", "to_user_id": 2, content: "three" });
  await instance.store.messages.removeBefore(instance.clock.now(), 1_000);
  const { conversations, messages } = Object((await ask(bob, "sync", {})).data);
  assert.deepEqual([conversations[0].first_seq, conversations[0].last_seq], [3, 3]);
  assert.deepEqual(messages["1-2"].map((one: AnyFrame) => one.data?.["seq"]), [3]);
  const page = Object((await ask(bob, "history", { "conversation_id": "1-2", "before_seq": 3 })).data);
  assert.deepEqual([page.messages, page.has_more], [[], false]);
  await ann.write({ type: "private", "to_user_id": 2, content: "four" });
  assert.equal(bob.of("private").at(-1)?.data?.["seq"], 4);
});
