import assert from "node:assert/strict";
import { CONVERSATION, conversation, message, messages, refusal, syncAnswer } from "../browser/core/stage.ts";
import { elsewhere, KeptMemory, listening, noting } from "./client_stage.ts";

Deno.test("Without a memory a client goes on after what the server was told of", async () => {
  const { stage, texts } = noting();
  await stage.told(conversation({ last: message(4), delivered_seq: 2 }), messages(1, 4));
  assert.deepEqual(texts, ["text 3", "text 4"]);
});

Deno.test("A conversation that begins later is handed over from its first message on", async () => {
  const { stage, texts } = noting();
  await stage.online();
  await stage.synced();
  await stage.say(message(1));
  // Another device of the same person has received it; this program has not.
  await stage.reconnect();
  const other = conversation({ last: elsewhere(1), conversation_id: "1-3", delivered_seq: 1 });
  await stage.synced({ conversations: [other], messages: { "1-3": [elsewhere(1)] } });
  assert.deepEqual(texts, ["text 1", "elsewhere 1"]);
});

Deno.test("A message that overtakes the first sync is found by another one", async () => {
  const { stage, texts } = noting();
  await stage.online();
  await stage.say(message(1));
  await stage.synced();
  assert.equal(stage.socket.of("sync").length, 2);
  await stage.synced({
    conversations: [conversation({ last: message(1) })],
    messages: { [CONVERSATION]: messages(1, 1) },
  });
  assert.deepEqual(texts, ["text 1"]);
});

Deno.test("The next run goes on where this one ended, whatever the server was told", async () => {
  const memory = new KeptMemory();
  const first = noting(memory);
  await first.stage.told(conversation({ last: message(2) }), messages(1, 2));
  const second = noting(memory);
  await second.stage.told(conversation({ last: message(3) }), messages(1, 3));
  assert.deepEqual(second.texts, ["text 3"]);
});

Deno.test("A message whose handling a kill cut short is handed to the next run again, with those after it", async () => {
  const memory = new KeptMemory();
  const first = listening(memory);
  await first.stage.told(conversation({ last: message(3) }), messages(1, 3));
  await first.handler.done();
  assert.deepEqual(first.handler.texts, ["text 1", "text 2"]);
  const second = noting(memory);
  await second.stage.told(conversation({ last: message(3) }), messages(1, 3));
  assert.deepEqual(second.texts, ["text 2", "text 3"]);
});

Deno.test("The next run asks since the last sync after which everything was handled", async () => {
  const memory = new KeptMemory();
  const first = listening(memory);
  await first.stage.online();
  await first.stage.synced({ now: "2026-01-01T00:00:01.000Z" });
  await first.stage.reconnect();
  await first.stage.synced({
    conversations: [conversation({ last: message(2) })],
    messages: { [CONVERSATION]: messages(1, 2) },
    now: "2026-01-01T00:00:02.000Z",
  });
  await first.handler.done();
  const second = listening(memory);
  await second.stage.online();
  assert.deepEqual(second.stage.socket.last("sync").data, {
    have: { [CONVERSATION]: 1 },
    limit: 50,
    since: "2026-01-01T00:00:01.000Z",
  });
  await first.handler.done();
  const third = listening(memory);
  await third.stage.online();
  assert.equal(third.stage.socket.last("sync").data?.["since"], "2026-01-01T00:00:02.000Z");
});

Deno.test("A memory that takes nothing more keeps nothing from being handled", async () => {
  const memory = new KeptMemory();
  memory.isFull = true;
  const { stage, texts } = noting(memory);
  await stage.told(conversation());
  await stage.say(message(1));
  assert.deepEqual(texts, ["text 1"]);
});

Deno.test("What was kept and cannot be read is as if it had not been kept", async () => {
  const memory = new KeptMemory();
  for (const key of ["client.1", "client.1.1-2"]) memory.set(key, { seq: -1, change: "x", epoch: 7 });
  const { stage, texts } = noting(memory);
  await stage.told(conversation({ last: message(2), delivered_seq: 1 }), messages(1, 2));
  assert.deepEqual(texts, ["text 2"]);
});

Deno.test("A store that is another one is begun anew: after what it was told of", async () => {
  const { stage, texts } = noting();
  await stage.told(conversation({ last: message(9) }), messages(1, 9));
  texts.length = 0;
  await stage.reconnect({ epoch: "e2" });
  assert.equal(stage.socket.last("sync").data?.["since"], undefined);
  await stage.synced({
    conversations: [conversation({ last: message(3), delivered_seq: 1 })],
    messages: { [CONVERSATION]: messages(1, 3) },
  });
  assert.deepEqual(texts, ["text 2", "text 3"]);
  await stage.fake.advance(1_000);
  assert.deepEqual(stage.delivered, [3]);
});

Deno.test("What was handled for another store is not noted for this one", async () => {
  const { stage, handler } = listening();
  await stage.told(conversation({ last: message(9), delivered_seq: 8 }), messages(1, 9));
  await stage.reconnect({ epoch: "e2" });
  await handler.done();
  assert.deepEqual(stage.memory.keys("client.1."), []);
  await stage.synced({
    conversations: [conversation({ last: message(1) })],
    messages: { [CONVERSATION]: messages(1, 1) },
  });
  await stage.fake.advance(1_000);
  assert.deepEqual([handler.texts, stage.delivered], [["text 9", "text 1"], []]);
});

Deno.test("A sync whose connection ends between two pages is begun anew", async () => {
  const { stage } = noting();
  await stage.online();
  stage.socket.say(syncAnswer(stage.socket, { next: "more" }));
  stage.socket.drop(1006);
  await stage.fake.advance(5_000);
  await stage.online();
  assert.deepEqual(stage.socket.of("sync").map(({ data }) => data?.["page"]), [undefined]);
});

Deno.test("A store that has lost the newest messages gives their seqs out anew, and they are handed over", async () => {
  const { stage, texts } = noting();
  await stage.told(conversation({ last: message(9) }), messages(1, 9));
  texts.length = 0;
  await stage.reconnect();
  await stage.synced({ reset: [CONVERSATION], next: "more" });
  await stage.synced({
    conversations: [conversation({ last: message(3) })],
    messages: { [CONVERSATION]: messages(1, 3) },
  });
  await stage.say(message(4));
  assert.deepEqual(texts, ["text 4"]);
});

Deno.test("Where many old messages were changed, those that are new are handed over all the same", async () => {
  const { stage, texts } = noting();
  await stage.told(conversation({ last: message(9) }), messages(1, 9));
  texts.length = 0;
  await stage.reconnect();
  await stage.synced({
    reset: [CONVERSATION],
    conversations: [conversation({ last: message(11, { change: 30 }) })],
    messages: { [CONVERSATION]: [message(10, { change: 29 }), message(11, { change: 30 })] },
  });
  assert.deepEqual(texts, ["text 10", "text 11"]);
});

Deno.test("A conversation that is one's own no more is forgotten, whoever says so", async () => {
  const { stage } = noting();
  await stage.told(conversation({ last: message(9) }), [message(1)]);
  await stage.say(refusal(stage.socket.last("history").id, { code: 403, error: "not_a_member" }));
  assert.deepEqual(stage.memory.keys("client.1."), []);
  assert.equal(stage.socket.of("history").length, 1);
  await stage.say(message(1));
  assert.deepEqual(stage.memory.keys("client.1."), ["client.1.1-2"]);
  await stage.reconnect();
  await stage.synced({ gone: [CONVERSATION] });
  assert.deepEqual(stage.memory.keys("client.1."), []);
});

Deno.test("A sync and a history that are refused are asked again when the server says, and by the next connection", async () => {
  const { stage, texts } = noting();
  await stage.online();
  const later = { code: 503, error: "unavailable", temporary: true, retryAfterMs: 4_000 };
  await stage.say(refusal(stage.socket.last("sync").id, later));
  await stage.fake.advance(5_999);
  assert.equal(stage.socket.of("sync").length, 1);
  await stage.fake.advance(1);
  await stage.synced({ conversations: [conversation({ last: message(2) })], messages: {} });
  await stage.say(refusal(stage.socket.last("history").id, later));
  await stage.fake.advance(6_000);
  await stage.history(0, messages(1, 1));
  await stage.reconnect();
  await stage.synced({ conversations: [conversation({ last: message(2) })], messages: {} });
  await stage.history(1, [message(2)]);
  assert.deepEqual(texts, ["text 1", "text 2"]);
});

Deno.test("What an earlier connection was asked is of no use to this one", async () => {
  const { stage, texts } = noting();
  await stage.told(conversation({ last: message(2) }));
  const before = stage.socket;
  await stage.reconnect();
  before.say({
    type: "history",
    id: before.last("history").id,
    data: { conversation_id: CONVERSATION, messages: [], has_more: false },
  });
  await stage.synced({
    conversations: [conversation({ last: message(2) })],
    messages: { [CONVERSATION]: messages(1, 2) },
  });
  assert.deepEqual(texts, ["text 1", "text 2"]);
});

Deno.test("A server that may have lost hints is asked at a random moment within its time", async () => {
  const { stage } = noting();
  await stage.told(conversation());
  await stage.say({ type: "resync", timestamp: "2026-01-01T00:00:00.000Z", data: { within_ms: 10_000 } });
  await stage.fake.advance(4_999);
  assert.equal(stage.socket.of("sync").length, 1);
  await stage.fake.advance(1);
  assert.equal(stage.socket.of("sync").length, 2);
});
