import assert from "node:assert/strict";
import { CONVERSATION, conversation, message, messages, SELF } from "../browser/core/stage.ts";
import { settle } from "../support/fake_clock.ts";
import { ClientStage, elsewhere, Handler, KeptMemory, listening, noting, Uncaught } from "./client_stage.ts";

Deno.test("Client hands over the messages of a conversation one after the other, each once", async () => {
  const { stage, handler } = listening();
  await stage.told(conversation());
  for (const seq of [1, 2, 2, 1, 3]) await stage.say(message(seq));
  assert.deepEqual(handler.texts, ["text 1"]);
  await handler.done();
  await handler.done();
  await handler.done();
  assert.deepEqual(handler.texts, ["text 1", "text 2", "text 3"]);
});

Deno.test("Client hands over conversations beside each other", async () => {
  const { stage, handler } = listening();
  await stage.told(conversation());
  await stage.say(message(1));
  await stage.say(elsewhere(1));
  assert.equal(handler.running, 2);
});

Deno.test("Client tells the server of a message once it was handled, and not before", async () => {
  const { stage, handler } = listening();
  await stage.told(conversation());
  await stage.say(message(1));
  await stage.say(message(2));
  await stage.fake.advance(1_000);
  assert.deepEqual(stage.delivered, []);
  await handler.done();
  await stage.fake.advance(1_000);
  assert.deepEqual(stage.delivered, [1]);
  await handler.done();
  await stage.fake.advance(1_000);
  assert.deepEqual(stage.delivered, [1, 2]);
});

Deno.test("Client asks for all that it missed, page by page, beyond what a sync brings", async () => {
  const { stage, texts } = noting();
  await stage.told(conversation({ last: message(1), delivered_seq: 1 }));
  await stage.reconnect();
  await stage.synced({
    conversations: [conversation({ last: message(250) })],
    messages: { [CONVERSATION]: messages(201, 250) },
    limited: { [CONVERSATION]: true },
  });
  await stage.history(1, messages(2, 101));
  await stage.history(101, messages(102, 201));
  await stage.history(201, messages(202, 250));
  assert.deepEqual(texts, messages(2, 250).map(({ content }) => content));
  assert.equal(stage.socket.of("history").length, 3);
});

Deno.test("Client asks for what a live message shows to be missing", async () => {
  const { stage, texts } = noting();
  await stage.told(conversation());
  await stage.say(message(3));
  assert.deepEqual(texts, []);
  await stage.history(0, messages(1, 3));
  await stage.say(message(4));
  assert.deepEqual(texts, ["text 1", "text 2", "text 3", "text 4"]);
});

Deno.test("Client takes live messages that overtake the answer to history, and drops what comes twice", async () => {
  const { stage, texts } = noting();
  await stage.told(conversation({ last: message(2) }));
  await stage.say(message(1));
  await stage.say(message(2));
  await stage.say(message(3));
  await stage.history(0, messages(1, 3));
  assert.deepEqual(texts, ["text 1", "text 2", "text 3"]);
});

Deno.test("Client leaves own messages out, and goes on after them", async () => {
  const { stage, texts } = noting();
  await stage.told(conversation());
  await stage.say(message(1, { from: SELF }));
  await stage.say(message(2));
  assert.deepEqual(texts, ["text 2"]);
  assert.equal(stage.socket.of("history").length, 0);
});

Deno.test("Client leaves removed messages out, and what retention took", async () => {
  const { stage, texts } = noting();
  const removed = message(6);
  removed.data.deleted_at = removed.timestamp;
  await stage.told(conversation({ last: message(7), first_seq: 5 }));
  await stage.history(4, [message(5), removed, message(7)]);
  assert.deepEqual(texts, ["text 5", "text 7"]);
});

Deno.test("Client asks for nothing that the server does not have any more", async () => {
  const { stage, texts } = noting();
  await stage.told(conversation());
  await stage.say(message(9));
  await stage.history(0, []);
  await stage.say(message(10));
  assert.deepEqual(texts, ["text 10"]);
});

Deno.test("A handler that fails is heard of, and handed the message again, later each time; others wait", async () => {
  using uncaught = new Uncaught();
  const { stage, handler } = listening();
  await stage.told(conversation());
  await stage.say(message(1));
  await stage.say(message(2));
  for (const wait of [1_000, 2_000, 4_000]) {
    await handler.fail(new Error("not now"));
    await stage.fake.advance(wait - 1);
    assert.equal(handler.running, 0);
    await stage.fake.advance(1);
    assert.equal(handler.running, 1);
  }
  await handler.done();
  await handler.done();
  assert.deepEqual(handler.texts, ["text 1", "text 1", "text 1", "text 1", "text 2"]);
  assert.deepEqual(uncaught.messages, ["not now", "not now", "not now"]);
});

Deno.test("A message counts as handled when all of its listeners have ended", async () => {
  const { stage, handler } = listening();
  const other = new Handler();
  stage.client.on("message", other.handle);
  await stage.told(conversation());
  await stage.say(message(1));
  await handler.done();
  await stage.fake.advance(1_000);
  assert.deepEqual(stage.delivered, []);
  await other.done();
  await stage.fake.advance(1_000);
  assert.deepEqual(stage.delivered, [1]);
});

Deno.test("At most a thousand messages wait in a client: the rest is asked for as they are handled", async () => {
  const { stage, handler } = listening();
  await stage.told(conversation());
  for (const one of messages(1, 1_100)) stage.socket.say(one);
  await settle();
  for (let at = 0; at < 1_000; at++) await handler.done();
  await stage.history(1_000, messages(1_001, 1_100));
  for (let at = 0; at < 100; at++) await handler.done();
  assert.deepEqual(handler.texts, messages(1, 1_100).map(({ content }) => content));
});

Deno.test("Without a listener for messages nothing is taken, and nothing is confirmed", async () => {
  const memory = new KeptMemory();
  await noting(memory).stage.told(conversation());
  const stage = new ClientStage({ memory });
  await stage.online();
  await stage.say(message(1));
  await stage.fake.advance(10_000);
  assert.equal(stage.socket.of("sync").length, 0);
  assert.deepEqual(stage.delivered, []);
  const texts: string[] = [];
  stage.client.on("message", ({ text }) => void texts.push(text));
  await stage.synced({
    conversations: [conversation({ last: message(1) })],
    messages: { [CONVERSATION]: messages(1, 1) },
  });
  assert.deepEqual(texts, ["text 1"]);
});
