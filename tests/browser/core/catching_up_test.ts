import assert from "node:assert/strict";
import { settle } from "../../support/fake_clock.ts";
import { CONVERSATION, conversation, message, messages, PEER, refusal, Stage } from "./stage.ts";

const NOW = "2026-01-01T00:00:00.000Z";

Deno.test("Connection asks for everything on its first connection", async () => {
  const stage = new Stage();
  await stage.online();
  assert.deepEqual(stage.socket.last("sync").data, { have: {}, limit: 50 });
});

Deno.test("Connection says on a reconnect what it has and when it last finished a sync", async () => {
  const stage = new Stage();
  await stage.talking(messages(1, 3));
  stage.socket.say(message(4));
  stage.socket.drop(1006);
  await stage.pass(500);
  await stage.welcome();
  assert.deepEqual(stage.socket.last("sync").data, { have: { [CONVERSATION]: 4 }, since: NOW, limit: 50 });
});

Deno.test("Connection reads every page of a sync, and remembers the time only of a finished one", async () => {
  const stage = new Stage();
  await stage.online();
  await stage.answerSync({ conversations: [conversation({ last: message(1) })], next: "p2" });
  assert.deepEqual(stage.socket.last("sync").data, { have: {}, limit: 50, page: "p2" });
  stage.socket.drop(1006);
  await stage.pass(500);
  await stage.welcome();
  assert.equal(stage.socket.last("sync").data?.["since"], undefined);
});

Deno.test("Connection drops messages it has, and takes a newer version of one", async () => {
  const stage = new Stage();
  await stage.talking(messages(1, 2));
  stage.socket.say({ ...message(2), content: "the same again" });
  stage.socket.say({ ...message(1, { change: 3 }), content: "edited" });
  assert.deepEqual(stage.seqs, [1, 2]);
  const held = stage.connection.state.chats.get(CONVERSATION)?.timeline.messages;
  assert.deepEqual(held?.map(({ content }) => content), ["edited", "text 2"]);
});

Deno.test("Connection fills a hole among live messages by history, and shows nothing above it before", async () => {
  const stage = new Stage();
  await stage.talking(messages(1, 2));
  stage.socket.say(message(5));
  assert.deepEqual(stage.seqs, [1, 2]);
  assert.deepEqual(stage.socket.of("history"), []);
  await stage.pass(500);
  assert.deepEqual(stage.socket.last("history").data, {
    conversation_id: CONVERSATION,
    after_seq: 2,
    limit: 100,
  });
  await stage.answerHistory(messages(3, 5));
  assert.deepEqual(stage.seqs, [1, 2, 3, 4, 5]);
});

Deno.test("Connection asks for no history when the hole fills itself", async () => {
  const stage = new Stage();
  await stage.talking([message(1)]);
  stage.socket.say(message(3));
  stage.socket.say(message(2));
  await stage.pass(5_000);
  assert.deepEqual(stage.socket.of("history"), []);
  assert.deepEqual(stage.seqs, [1, 2, 3]);
});

Deno.test("Connection fills the hole that a limited sync leaves, page by page", async () => {
  const stage = new Stage();
  await stage.talking(messages(1, 10));
  stage.socket.drop(1006);
  await stage.pass(500);
  await stage.welcome();
  await stage.answerSync({
    conversations: [conversation({ last: message(200) })],
    messages: { [CONVERSATION]: messages(151, 200) },
    limited: { [CONVERSATION]: true },
  });
  assert.equal(stage.socket.last("history").data?.["after_seq"], 10);
  await stage.answerHistory(messages(11, 110), true);
  assert.equal(stage.socket.last("history").data?.["after_seq"], 110);
  await stage.answerHistory(messages(111, 200));
  assert.equal(stage.seqs.length, 200);
});

Deno.test("Connection does not fill a hole that is too wide: it holds the newest, and older ones are asked for", async () => {
  const stage = new Stage();
  await stage.talking(messages(1, 10));
  stage.socket.drop(1006);
  await stage.pass(500);
  await stage.welcome();
  await stage.answerSync({
    conversations: [conversation({ last: message(1_000) })],
    messages: { [CONVERSATION]: messages(951, 1_000) },
    limited: { [CONVERSATION]: true },
  });
  assert.deepEqual(stage.socket.of("history"), []);
  assert.equal(stage.seqs[0], 951);
  const more = stage.connection.older({ peerId: PEER });
  assert.equal(stage.socket.last("history").data?.["before_seq"], 951);
  await stage.answerHistory(messages(901, 950), true);
  assert.equal(await more, true);
  assert.equal(stage.seqs[0], 901);
});

Deno.test("Connection skips what retention removed instead of asking for it", async () => {
  const stage = new Stage();
  await stage.talking(messages(1, 3));
  stage.socket.drop(1006);
  await stage.pass(500);
  await stage.welcome();
  await stage.answerSync({
    conversations: [conversation({ last: message(60), first_seq: 51 })],
    messages: { [CONVERSATION]: messages(51, 60) },
  });
  assert.deepEqual(stage.socket.of("history"), []);
  assert.equal(stage.seqs[0], 51);
});

Deno.test("Connection gives a hole up when the store has nothing for it", async () => {
  const stage = new Stage();
  await stage.talking(messages(1, 2));
  stage.socket.say(message(5));
  await stage.pass(500);
  await stage.answerHistory([]);
  assert.deepEqual(stage.seqs, [5]);
});

Deno.test("Connection drops the cache of a conversation on reset, and the conversation on gone", async () => {
  const stage = new Stage();
  await stage.talking(messages(1, 9));
  stage.socket.drop(1006);
  await stage.pass(500);
  await stage.welcome();
  await stage.answerSync({
    conversations: [conversation({ last: message(2) })],
    messages: { [CONVERSATION]: messages(1, 2) },
    reset: [CONVERSATION],
  });
  assert.deepEqual(stage.seqs, [1, 2]);
  stage.socket.drop(1006);
  await stage.pass(1_000);
  await stage.welcome();
  await stage.answerSync({ gone: [CONVERSATION] });
  assert.equal(stage.connection.state.chats.size, 0);
});

Deno.test("Connection drops everything but its drafts when the epoch changes", async () => {
  const stage = new Stage();
  await stage.talking(messages(1, 3));
  stage.connection.send({ toUserId: 2, content: "kept" });
  stage.socket.drop(1006);
  await stage.pass(500);
  await stage.welcome({ epoch: "e2" });
  assert.equal(stage.connection.state.chats.size, 0);
  assert.deepEqual(stage.socket.last("sync").data, { have: {}, limit: 50 });
  assert.equal(stage.socket.last("private").content, "kept");
});

Deno.test("Connection syncs at a random moment within what resync says", async () => {
  const stage = new Stage();
  stage.chance = 0.25;
  await stage.talking();
  stage.socket.say({ type: "resync", timestamp: NOW, data: { within_ms: 8_000 } });
  stage.socket.say({ type: "resync", timestamp: NOW, data: { within_ms: 8_000 } });
  await stage.pass(1_999);
  assert.equal(stage.socket.of("sync").length, 1);
  await stage.pass(1);
  assert.equal(stage.socket.of("sync").length, 2);
});

Deno.test("Connection syncs again later when the server is too busy for it", async () => {
  const stage = new Stage();
  stage.chance = 0;
  await stage.online();
  const { id } = stage.socket.last("sync");
  stage.socket.say(refusal(id, { code: 503, error: "unavailable", temporary: true, retryAfterMs: 2_000 }));
  await settle();
  await stage.pass(1_999);
  assert.equal(stage.socket.of("sync").length, 1);
  await stage.pass(1);
  assert.equal(stage.socket.of("sync").length, 2);
});

Deno.test("Connection asks who somebody is when a conversation is new to it", async () => {
  const stage = new Stage();
  await stage.talking();
  stage.socket.say(message(1));
  assert.deepEqual(stage.seqs, [1]);
  await stage.pass(200);
  assert.equal(stage.socket.of("sync").length, 2);
  await stage.answerSync({ conversations: [conversation({ last: message(1) })] });
  assert.equal(stage.connection.state.chats.get(CONVERSATION)?.info.peer?.username, "bob");
});

Deno.test("Connection.older() is told no more, and an answer that fails is no end", async () => {
  const stage = new Stage();
  await stage.talking([message(5)], { last_seq: 5 });
  const first = stage.connection.older({ peerId: PEER });
  await stage.answerHistory(messages(1, 4));
  assert.equal(await first, false);
  const second = stage.connection.older({ conversationId: CONVERSATION });
  stage.socket.drop(1006);
  assert.equal(await second, true);
});

/** Of somebody who was erased: its place is left. */
function stone(seq: number, change: number): ReturnType<typeof message> {
  const { data, ...rest } = message(seq, { change });
  return { ...rest, content: "", data: { ...data, deleted_at: NOW } };
}

Deno.test("Connection takes what became of messages it has, and asks for no more than it lacks after it", async () => {
  const stage = new Stage();
  await stage.talking(messages(1, 4));
  stage.socket.say({ type: "resync", timestamp: NOW, data: { within_ms: 10 } });
  await stage.pass(20);
  const peer = { user_id: PEER, username: "", avatar: "", status: "offline", last_seen: null } as const;
  await stage.answerSync({
    conversations: [conversation({
      last: stone(4, 6),
      peer: { ...peer, deleted: true },
    })],
    messages: { [CONVERSATION]: [stone(2, 5), stone(4, 6)] },
  });
  const chat = stage.connection.state.chats.get(CONVERSATION);
  const held = chat?.timeline.messages.map(({ content }) => content);
  assert.deepEqual(held, ["text 1", "", "text 3", ""]);
  assert.deepEqual([chat?.info.last_message?.content, chat?.have], ["", 6]);
  assert.equal(stage.connection.state.people.get(PEER)?.deleted, true);
  stage.socket.say(message(5, { change: 7 }));
  stage.socket.drop(1006);
  await stage.pass(1_000);
  await stage.welcome();
  assert.deepEqual(stage.socket.last("sync").data?.["have"], { [CONVERSATION]: 7 });
});

Deno.test("Connection begins no thread with an old message that was changed", async () => {
  const stage = new Stage();
  await stage.talking([message(9)]);
  stage.socket.drop(1006);
  await stage.pass(1_000);
  await stage.welcome();
  await stage.answerSync({
    reset: [CONVERSATION],
    conversations: [conversation({ last: message(20, { change: 22 }) })],
    messages: { [CONVERSATION]: [stone(2, 21), message(19), message(20, { change: 22 })] },
  });
  assert.deepEqual(stage.seqs, [19, 20]);
  assert.deepEqual(stage.socket.of("history"), []);
});
