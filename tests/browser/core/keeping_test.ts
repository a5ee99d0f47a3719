import assert from "node:assert/strict";
import { MAX_SAVED_MESSAGES, MAX_SAVED_THREADS } from "../../../static/core/cache.js";
import { SAVE_AFTER_MS, SAVE_EVERY_MS } from "../../../static/core/keeper.js";
import { MemoryCache } from "./memory_cache.ts";
import { CONVERSATION, conversation, message, messages, PEER, Stage } from "./stage.ts";

Deno.test("Connection saves a moment after a change, once for many, and only the conversations that changed", async () => {
  const cache = new MemoryCache();
  const stage = new Stage({ cache });
  await stage.online();
  await stage.answerSync({
    conversations: [
      conversation({ last: message(1) }),
      conversation({ conversation_id: "1-3", last_seq: 1, last_change: 1 }),
    ],
    messages: { [CONVERSATION]: [message(1)] },
  });
  assert.equal(cache.changes.length, 0);
  await stage.pass(SAVE_AFTER_MS);
  assert.equal(cache.changes.at(-1)?.chats.length, 2);
  const count = cache.changes.length;
  stage.socket.say(message(2));
  stage.socket.say(message(3));
  await stage.pass(SAVE_EVERY_MS);
  assert.equal(cache.changes.length, count + 1);
  assert.deepEqual(cache.changes.at(-1)?.chats.map(({ info }) => info.conversation_id), [CONVERSATION]);
  assert.equal(cache.changes.at(-1)?.replaces, false);
});

Deno.test("Connection goes on saving when the clock of the device is set back", async () => {
  const cache = new MemoryCache();
  const stage = new Stage({ cache });
  await stage.talking(messages(1, 2));
  await stage.pass(SAVE_AFTER_MS);
  await stage.pass(-86_400_000);
  stage.socket.say(message(3));
  await stage.pass(SAVE_EVERY_MS);
  assert.equal(cache.kept?.chats[0]?.messages.length, 3);
});

Deno.test("Connection.flush() saves at once, and what is under way first", async () => {
  const cache = new MemoryCache();
  const stage = new Stage({ cache });
  await stage.talking(messages(1, 2));
  const first = stage.connection.flush();
  stage.socket.say(message(3));
  await Promise.all([first, stage.connection.doze()]);
  assert.equal(cache.kept?.chats[0]?.messages.length, 3);
});

Deno.test("Connection saves nothing of a first sync that is not finished, and what it has when it is cut off", async () => {
  const cache = new MemoryCache();
  const stage = new Stage({ cache });
  await stage.online();
  await stage.answerSync({ conversations: [conversation({ last: message(1) })], next: "p2" });
  await stage.pass(SAVE_EVERY_MS);
  assert.equal(cache.changes.length, 0);
  await stage.answerSync({ conversations: [conversation({ conversation_id: "1-3" })] });
  stage.socket.drop(1006);
  await stage.connection.flush();
  assert.equal(cache.kept?.chats.length, 2);
});

Deno.test("Connection keeps the newest messages of the newest conversations, and of the others how they end", async () => {
  const cache = new MemoryCache();
  const stage = new Stage({ cache });
  await stage.online();
  const count = MAX_SAVED_THREADS + 5;
  const talks = Array.from({ length: count }, (_, at) => {
    const held = messages(1, at === 0 ? MAX_SAVED_MESSAGES + 50 : 2).map((one) => ({
      ...one,
      data: { ...one.data, conversation_id: `c${at}` },
    }));
    const updated = new Date(Date.UTC(2026, 0, 1) - at * 1_000).toISOString();
    return {
      held,
      info: conversation({ conversation_id: `c${at}`, last: held.at(-1), updated_at: updated }),
    };
  });
  await stage.answerSync({
    conversations: talks.map(({ info }) => info),
    messages: Object.fromEntries(talks.map(({ info, held }) => [info.conversation_id, held])),
  });
  await stage.pass(SAVE_EVERY_MS);
  const kept = new Map(cache.kept?.chats.map((chat) => [chat.info.conversation_id, chat]));
  assert.equal(kept.size, count);
  assert.deepEqual(kept.get("c0")?.messages.map(({ data }) => data.seq).slice(0, 1), [51]);
  assert.equal(kept.get("c0")?.messages.length, MAX_SAVED_MESSAGES);
  assert.equal(kept.get(`c${MAX_SAVED_THREADS - 1}`)?.messages.length, 2);
  assert.equal(kept.get(`c${MAX_SAVED_THREADS}`)?.messages.length, 0);
  assert.equal(kept.get(`c${MAX_SAVED_THREADS}`)?.info.last_message?.data.seq, 2);
});

Deno.test("Connection keeps nothing of a conversation that the server has not described", async () => {
  const cache = new MemoryCache();
  const stage = new Stage({ cache });
  await stage.talking();
  stage.socket.say(message(1));
  await stage.connection.flush();
  assert.deepEqual(cache.kept?.chats, []);
});

Deno.test("Connection forgets what is gone", async () => {
  const cache = new MemoryCache();
  const before = new Stage({ cache });
  await before.talking(messages(1, 2));
  await before.pass(SAVE_EVERY_MS);
  before.socket.drop(1006);
  await before.pass(500);
  await before.welcome();
  await before.answerSync({ gone: [CONVERSATION] });
  await before.connection.flush();
  assert.deepEqual(cache.kept?.chats, []);
});

Deno.test("Connection.forget() wipes the cache, or all but what was never sent, and nothing is kept after", async () => {
  for (const keepUnsent of [false, true]) {
    const cache = new MemoryCache();
    const stage = new Stage({ cache });
    await stage.talking(messages(1, 2));
    stage.connection.send({ toUserId: 2, content: "not sent yet" });
    stage.connection.writing.set("2", "half a tho");
    await stage.pass(SAVE_EVERY_MS);
    assert.notEqual(cache.kept, null);
    await stage.connection.forget({ keepUnsent });
    assert.equal(cache.kept, null);
    assert.equal(stage.storage.texts.size, keepUnsent ? 2 : 0);
    stage.socket.say(message(3));
    await stage.pass(SAVE_EVERY_MS * 2);
    await stage.connection.flush();
    assert.equal(cache.kept, null);
  }
});

Deno.test("Connection keeps nothing any more once its session ended, and goes on after it was replaced", async () => {
  for (const [code, isKept] of [[4501, false], [4509, true]] as const) {
    const cache = new MemoryCache();
    const stage = new Stage({ cache });
    await stage.talking(messages(1, 2));
    stage.socket.drop(code);
    await stage.connection.flush();
    assert.equal(cache.kept !== null, isKept, `${code}`);
  }
});

Deno.test("Connection stops keeping when another tab signed out or knows a newer epoch", async () => {
  for (const result of ["wiped", "stale"] as const) {
    const cache = new MemoryCache();
    const stage = new Stage({ cache });
    await stage.talking(messages(1, 2));
    await stage.connection.flush();
    const other = result === "wiped" ? null : { epoch: "e2", selfName: "ann", since: null, chats: [] };
    cache.kept = other;
    stage.socket.say(message(3));
    await stage.connection.flush();
    stage.socket.say(message(4));
    const count = cache.changes.length;
    await stage.connection.flush();
    assert.deepEqual(cache.kept, other);
    assert.equal(cache.changes.length, count, "it does not go on trying");
  }
});

Deno.test("Connection tries to save again after a failure, and takes along what failed", async () => {
  const cache = new MemoryCache();
  const stage = new Stage({ cache });
  await stage.talking(messages(1, 2));
  cache.fault = "throws";
  await stage.pass(SAVE_EVERY_MS);
  cache.fault = "none";
  await stage.pass(SAVE_EVERY_MS);
  assert.equal(cache.kept?.chats[0]?.messages.length, 2);
});

Deno.test("Connection saves nothing when nothing changed that anybody would read later", async () => {
  const cache = new MemoryCache();
  const stage = new Stage({ cache });
  await stage.talking(messages(1, 2));
  await stage.pass(SAVE_EVERY_MS);
  const count = cache.changes.length;
  stage.socket.say({
    type: "typing",
    from_user_id: PEER,
    to_user_id: 1,
    timestamp: "2026-01-01T00:00:00.000Z",
    data: { conversation_id: CONVERSATION, active: true },
  });
  stage.connection.send({ toUserId: 3, content: "waits elsewhere" });
  await stage.pass(SAVE_EVERY_MS);
  assert.equal(cache.changes.length, count);
});
