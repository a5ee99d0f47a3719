import assert from "node:assert/strict";
import { acknowledgement, CONVERSATION, message, refusal, SELF, Stage } from "./stage.ts";

Deno.test("Connection.send() keeps a message until it is acknowledged, and then shows it as stored", async () => {
  const stage = new Stage();
  await stage.talking();
  const draft = stage.connection.send({ toUserId: 2, content: "hello\nworld" });
  assert.deepEqual(stage.socket.last("private"), {
    type: "private",
    id: draft?.id,
    to_user_id: 2,
    content: "hello\nworld",
  });
  assert.equal(stage.connection.state.drafts.length, 1);
  stage.socket.say(acknowledgement(draft?.id ?? "", 1));
  assert.deepEqual(stage.connection.state.drafts, []);
  const [stored] = stage.connection.state.chats.get(CONVERSATION)?.timeline.messages ?? [];
  assert.equal(stored?.content, "hello\nworld");
  assert.equal(stored?.data.client_id, draft?.id);
});

Deno.test("Connection sends again after a reconnect, with the same id, until it is acknowledged", async () => {
  const stage = new Stage();
  await stage.talking();
  const draft = stage.connection.send({ toUserId: 2, content: "hello" });
  stage.socket.drop(1006);
  await stage.pass(500);
  await stage.welcome();
  assert.equal(stage.socket.last("private").id, draft?.id);
  stage.socket.say(acknowledgement(draft?.id ?? "", 1));
  stage.socket.drop(1006);
  await stage.pass(1_000);
  await stage.welcome();
  assert.deepEqual(stage.socket.of("private"), []);
});

Deno.test("Connection sends again after 10 s without an acknowledgement", async () => {
  const stage = new Stage();
  await stage.talking();
  stage.connection.send({ toUserId: 2, content: "hello" });
  await stage.pass(9_999);
  assert.equal(stage.socket.of("private").length, 1);
  await stage.pass(1);
  const [first, second] = stage.socket.of("private");
  assert.deepEqual(second, first);
});

Deno.test("Connection takes an own message that comes back for the acknowledgement that was lost", async () => {
  const stage = new Stage();
  await stage.talking();
  const draft = stage.connection.send({ toUserId: 2, content: "hello" });
  stage.socket.say(message(1, { from: SELF, clientId: draft?.id ?? "" }));
  assert.deepEqual(stage.connection.state.drafts, []);
  assert.deepEqual(stage.seqs, [1]);
});

Deno.test("Connection keeps the order: one message of a conversation is under way at a time", async () => {
  const stage = new Stage();
  await stage.talking();
  const first = stage.connection.send({ toUserId: 2, content: "one" });
  stage.connection.send({ toUserId: 2, content: "two" });
  stage.connection.send({ toUserId: 3, content: "to somebody else" });
  assert.deepEqual(stage.socket.of("private").map(({ content }) => content), ["one", "to somebody else"]);
  stage.socket.say(acknowledgement(first?.id ?? "", 1));
  assert.deepEqual(stage.socket.of("private").map(({ content }) => content), [
    "one",
    "to somebody else",
    "two",
  ]);
});

for (const [code, error] of [[429, "rate_limited"], [503, "unavailable"]] as const) {
  Deno.test(`Connection waits as long as ${code} asks, then sends again with the same id`, async () => {
    const stage = new Stage();
    await stage.talking();
    const draft = stage.connection.send({ toUserId: 2, content: "hello" });
    stage.socket.say(refusal(draft?.id, { code, error, temporary: true, retryAfterMs: 3_000 }));
    assert.equal(stage.connection.state.drafts[0]?.status, "pending");
    await stage.pass(2_999);
    assert.equal(stage.socket.of("private").length, 1);
    await stage.pass(1_001);
    assert.equal(stage.socket.of("private").length, 2);
    assert.equal(stage.socket.last("private").id, draft?.id);
  });
}

Deno.test("Connection waits longer with every refusal in a row", async () => {
  const stage = new Stage();
  stage.chance = 0;
  await stage.talking();
  const draft = stage.connection.send({ toUserId: 2, content: "hello" });
  const waits: number[] = [];
  for (let time = 0; time < 7; time++) {
    const before = stage.fake.now();
    const count = stage.socket.of("private").length;
    stage.socket.say(refusal(draft?.id, { code: 503, error: "unavailable", temporary: true }));
    while (stage.socket.of("private").length === count) await stage.pass(100);
    waits.push(stage.fake.now() - before);
    stage.socket.say({ type: "heartbeat", from_user_id: 0, to_user_id: 0, content: "pong" });
  }
  assert.deepEqual(waits, [500, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000]);
});

for (const [code, error] of [[400, "bad_request"], [403, "not_a_member"], [404, "no_such_user"]] as const) {
  Deno.test(`Connection marks a message as failed on ${error}, and retries it only when told, same id`, async () => {
    const stage = new Stage();
    await stage.talking();
    const draft = stage.connection.send({ toUserId: 2, content: "hello" });
    stage.socket.say(refusal(draft?.id, { code, error }));
    assert.equal(stage.connection.state.drafts[0]?.status, "failed");
    assert.equal(stage.connection.state.drafts[0]?.error, error);
    stage.socket.drop(1001);
    await stage.pass(60_000);
    await stage.welcome();
    assert.deepEqual(stage.socket.of("private"), []);
    stage.connection.retry(draft?.id ?? "");
    assert.equal(stage.socket.last("private").id, draft?.id);
  });
}

Deno.test("Connection lets the messages behind a failed one pass", async () => {
  const stage = new Stage();
  await stage.talking();
  const first = stage.connection.send({ toUserId: 2, content: "one" });
  stage.connection.send({ toUserId: 2, content: "two" });
  stage.socket.say(refusal(first?.id, { code: 404, error: "no_such_user" }));
  assert.equal(stage.socket.last("private").content, "two");
});

Deno.test("Connection.retry() takes a new id where the old one was used for something else", async () => {
  const stage = new Stage();
  await stage.talking();
  const draft = stage.connection.send({ toUserId: 2, content: "hello" });
  stage.socket.say(refusal(draft?.id, { code: 409, error: "id_reused" }));
  stage.connection.retry(draft?.id ?? "");
  assert.notEqual(stage.socket.last("private").id, draft?.id);
});

Deno.test("Connection.discard() forgets a failed message and no other", async () => {
  const stage = new Stage();
  await stage.talking();
  const failed = stage.connection.send({ toUserId: 2, content: "one" });
  const pending = stage.connection.send({ toUserId: 3, content: "two" });
  stage.socket.say(refusal(failed?.id, { code: 404, error: "no_such_user" }));
  stage.connection.discard(failed?.id ?? "");
  stage.connection.discard(pending?.id ?? "");
  assert.deepEqual(stage.connection.state.drafts.map(({ id }) => id), [pending?.id]);
});

Deno.test("Connection never sends again the message that was too big, and sends the others", async () => {
  const stage = new Stage();
  await stage.talking();
  stage.connection.send({ toUserId: 2, content: "small" });
  const big = stage.connection.send({ toUserId: 3, content: "much, much bigger" });
  stage.socket.drop(1009);
  assert.equal(stage.connection.state.drafts.find(({ id }) => id === big?.id)?.status, "failed");
  await stage.pass(500);
  await stage.welcome();
  assert.deepEqual(stage.socket.of("private").map(({ content }) => content), ["small"]);
});

Deno.test("Connection refuses by itself what the server would: empty, too many characters, too many bytes", async () => {
  const stage = new Stage();
  await stage.talking();
  for (const content of ["", "x".repeat(101), "\u0001".repeat(100), "\0"]) {
    stage.connection.send({ toUserId: 2, content });
  }
  stage.connection.send({ toUserId: 2, content: "😀".repeat(100) });
  const { drafts } = stage.connection.state;
  assert.deepEqual(drafts.map(({ status }) => status), ["failed", "failed", "failed", "failed", "pending"]);
  assert.deepEqual(drafts.map(({ error }) => error), ["empty", "too_large", "too_large", "empty", null]);
});

Deno.test("Connection makes text storable before it is sent", async () => {
  const stage = new Stage();
  await stage.talking();
  stage.connection.send({ toUserId: 2, content: "a\0b\ud800c" });
  assert.equal(stage.socket.last("private").content, "ab\ufffdc");
});

Deno.test("Connection keeps drafts over a reload, in order and with their ids", async () => {
  const stage = new Stage();
  stage.connection.send({ toUserId: 2, content: "one" });
  stage.connection.send({ toUserId: 2, content: "two" });
  const ids = stage.connection.state.drafts.map(({ id }) => id);
  const next = stage.newConnection();
  assert.deepEqual(next.state.drafts.map(({ id }) => id), ids);
  next.start();
  await stage.welcome();
  assert.equal(stage.socket.last("private").id, ids[0]);
});

Deno.test("Connection reads only drafts from what a browser kept", () => {
  const stage = new Stage();
  const draft = { id: "a", toUserId: 2, content: "ok", createdAt: 1, status: "pending", error: null };
  for (const [id, value] of Object.entries({ x: null, y: 7, z: { id: "z" }, a: draft })) {
    stage.storage.texts.set(`go-chat.outbox.1.${id}`, JSON.stringify(value));
  }
  stage.storage.texts.set("go-chat.outbox.1.torn", "{");
  stage.storage.texts.set("go-chat.outbox.12.b", JSON.stringify({ ...draft, id: "b" }));
  assert.deepEqual(stage.newConnection().state.drafts.map(({ id }) => id), ["a"]);
});

Deno.test("Connection.forget() leaves no draft for whoever comes next", () => {
  const stage = new Stage();
  stage.connection.send({ toUserId: 2, content: "secret" });
  void stage.connection.forget();
  assert.deepEqual(stage.newConnection().state.drafts, []);
});

Deno.test("Connection.send() refuses more than 200 messages that wait", () => {
  const stage = new Stage();
  for (let count = 0; count < 200; count++) {
    assert.notEqual(stage.connection.send({ toUserId: 2, content: `${count}` }), null);
  }
  assert.equal(stage.connection.send({ toUserId: 2, content: "one too many" }), null);
});

Deno.test("Connection writes nothing into a socket that does not drain, and goes on when it does", async () => {
  const stage = new Stage();
  await stage.talking();
  stage.socket.bufferedAmount = 2_000_000;
  stage.connection.send({ toUserId: 2, content: "hello" });
  assert.deepEqual(stage.socket.of("private"), []);
  stage.socket.bufferedAmount = 0;
  await stage.pass(2_000);
  assert.equal(stage.socket.of("private").length, 1);
});
