import assert from "node:assert/strict";
import { SendError } from "../../static/core/client.js";
import { acknowledgement, CONVERSATION, conversation, message, refusal } from "../browser/core/stage.ts";
import { settle } from "../support/fake_clock.ts";
import { ClientStage, KeptMemory, listening } from "./client_stage.ts";

const STORED = { messageId: "m1", conversationId: CONVERSATION, seq: 1 };

/** The word of a send that is refused. */
async function wordOf(sent: Promise<unknown>): Promise<string> {
  const error = await sent.then(() => null, (reason: unknown) => reason);
  assert.ok(error instanceof SendError, String(error));
  return `${error.word} of ${error.id}, ${error.isFinal ? "for ever" : "for now"}`;
}

/** Whether a promise has been kept or broken. */
async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  const open = Symbol("open");
  return await Promise.race([promise.catch(() => null), settle().then(() => open)]) !== open;
}

Deno.test("Client.send() resolves with the place of the message once it is stored, and not before", async () => {
  const stage = new ClientStage();
  await stage.online();
  const sent = stage.client.send(2, "hello", { id: "key" });
  assert.deepEqual(stage.socket.last("private"), {
    type: "private",
    id: "key",
    to_user_id: 2,
    content: "hello",
  });
  assert.equal(await isSettled(sent), false);
  await stage.say(acknowledgement("key", 1));
  assert.deepEqual(await sent, STORED);
  assert.deepEqual(stage.memory.keys("outbox."), []);
});

Deno.test("Client.send() before anybody is welcomed waits, and goes in the order written", async () => {
  const stage = new ClientStage();
  const first = stage.client.send(2, "one", { id: "a" });
  const second = stage.client.send(2, "two", { id: "b" });
  await stage.online();
  await stage.say(acknowledgement("a", 1));
  await stage.say(acknowledgement("b", 2));
  assert.deepEqual(stage.socket.of("private").map(({ content }) => content), ["one", "two"]);
  assert.deepEqual([(await first).seq, (await second).seq], [1, 2]);
});

Deno.test("Client.send() repeats under the same id over connections until it is stored", async () => {
  const stage = new ClientStage();
  await stage.online();
  const sent = stage.client.send(2, "hello");
  const { id } = stage.socket.last("private");
  await stage.reconnect();
  assert.equal(stage.socket.last("private").id, id);
  await stage.fake.advance(10_000);
  assert.equal(stage.socket.of("private").length, 2);
  await stage.say(refusal(id, { code: 503, error: "unavailable", temporary: true, retryAfterMs: 100 }));
  await stage.fake.advance(2_000);
  assert.equal(stage.socket.of("private").length, 3);
  assert.equal(await isSettled(sent), false);
  await stage.say(acknowledgement(id ?? "", 1));
  assert.deepEqual(await sent, STORED);
});

Deno.test("Client.send() rejects with the server's word where it is final, tells so, and forgets the message", async () => {
  const stage = new ClientStage();
  const failed: unknown[] = [];
  stage.client.on("failed", (event) => void failed.push(event));
  await stage.online();
  const sent = stage.client.send(7, "hello", { id: "key" });
  const next = stage.client.send(7, "there", { id: "next" });
  await stage.say(refusal("key", { code: 404, error: "no_such_user" }));
  assert.equal(await wordOf(sent), "no_such_user of key, for ever");
  assert.deepEqual(failed, [{ id: "key", to: 7, text: "hello", word: "no_such_user" }]);
  assert.deepEqual(stage.memory.keys("outbox."), ["outbox.1.next"]);
  assert.deepEqual(stage.socket.of("private").map(({ id }) => id), ["key", "next"]);
  await stage.say(acknowledgement("next", 1));
  assert.equal((await next).seq, 1);
});

Deno.test("Client.send() rejects what the server would not take: nothing, too much, and what broke the connection", async () => {
  const stage = new ClientStage();
  await stage.online();
  assert.equal(await wordOf(stage.client.send(2, "", { id: "a" })), "empty of a, for ever");
  assert.equal(await wordOf(stage.client.send(2, "x".repeat(101), { id: "b" })), "too_large of b, for ever");
  const broke = stage.client.send(2, "x", { id: "c" });
  stage.socket.drop(1009);
  assert.equal(await wordOf(broke), "too_large of c, for ever");
});

Deno.test("Client.send() takes two hundred messages that wait, and refuses more", async () => {
  const stage = new ClientStage();
  for (let at = 0; at < 200; at++) void stage.client.send(2, `text ${at}`);
  assert.equal(await wordOf(stage.client.send(2, "more", { id: "more" })), "queue_full of more, for ever");
  await stage.online();
  assert.equal(stage.memory.keys("outbox.").length, 200);
});

Deno.test("Client.send() with the same id is the same message; with another text it is refused", async () => {
  const stage = new ClientStage();
  await stage.online();
  const one = stage.client.send(2, "hello", { id: "key" });
  const same = stage.client.send(2, "hello", { id: "key" });
  assert.equal(await wordOf(stage.client.send(2, "other", { id: "key" })), "id_reused of key, for ever");
  assert.equal(await wordOf(stage.client.send(3, "hello", { id: "key" })), "id_reused of key, for ever");
  assert.equal(stage.socket.of("private").length, 1);
  await stage.say(acknowledgement("key", 1));
  assert.deepEqual([await one, await same], [STORED, STORED]);
});

Deno.test("A refusal that nobody waits for ends no program", async () => {
  const stage = new ClientStage();
  await stage.online();
  void stage.client.send(7, "hello", { id: "key" });
  await stage.say(refusal("key", { code: 404, error: "no_such_user" }));
});

Deno.test("Client.send() throws where the call is wrong", () => {
  const { client } = new ClientStage();
  for (const to of [0, -1, 1.5, NaN]) assert.throws(() => client.send(to, "x"), TypeError);
  for (const id of ["", "x".repeat(65)]) assert.throws(() => client.send(2, "x", { id }), RangeError);
});

Deno.test("What a run left unsent is sent by the next one, and whoever asks for it again waits for it", async () => {
  const memory = new KeptMemory();
  const first = new ClientStage({ memory, userId: 1 });
  void first.client.send(2, "hello", { id: "key" });
  const second = new ClientStage({ memory });
  await second.online();
  assert.equal(second.socket.last("private").id, "key");
  const again = second.client.send(2, "hello", { id: "key" });
  assert.equal(await wordOf(second.client.send(2, "other", { id: "key" })), "id_reused of key, for ever");
  await second.say(acknowledgement("key", 1));
  assert.deepEqual(await again, STORED);
  assert.deepEqual(memory.keys("outbox."), []);
});

Deno.test("What is left unsent is never sent as somebody else", async () => {
  const memory = new KeptMemory();
  const first = new ClientStage({ memory, userId: 1 });
  void first.client.send(2, "hello", { id: "key" });
  const second = new ClientStage({ memory });
  await second.online({ userId: 3 });
  assert.deepEqual(second.socket.of("private"), []);
});

Deno.test("A message that vanished from the memory without an answer is sent again", async () => {
  const stage = new ClientStage();
  await stage.online();
  const sent = stage.client.send(2, "hello", { id: "key" });
  stage.memory.values.clear();
  await stage.reconnect();
  await stage.fake.advance(10_000);
  assert.deepEqual(stage.socket.of("private").map(({ id }) => id), ["key"]);
  await stage.say(acknowledgement("key", 1));
  assert.deepEqual(await sent, STORED);
});

Deno.test("Client.close() waits for what is being handled and sent, tells the server of it, and hangs up", async () => {
  const { stage, handler } = listening();
  await stage.told(conversation());
  await stage.say(message(1));
  const sent = stage.client.send(2, "hello", { id: "key" });
  const closed = stage.client.close();
  assert.equal(await isSettled(closed), false);
  await handler.done();
  assert.equal(await isSettled(closed), false);
  await stage.say(acknowledgement("key", 2));
  await closed;
  assert.deepEqual(await sent, { ...STORED, messageId: "m2", seq: 2 });
  assert.deepEqual(stage.delivered, [1]);
  assert.deepEqual([stage.socket.closes, stage.client.state], [[1000], "offline"]);
  assert.equal(await wordOf(stage.client.send(2, "late", { id: "late" })), "closed of late, for now");
  assert.equal(stage.fake.waiting, 0);
});
