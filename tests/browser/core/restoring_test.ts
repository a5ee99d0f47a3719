import assert from "node:assert/strict";
import { MAX_SAVED_CHATS } from "../../../static/core/cache.js";
import type { Connection } from "../../../static/core/connection.js";
import { PATIENCE_MS, SAVE_EVERY_MS } from "../../../static/core/keeper.js";
import { settle } from "../../support/fake_clock.ts";
import { MemoryCache } from "./memory_cache.ts";
import { CONVERSATION, conversation, message, messages, PEER, SELF, Stage } from "./stage.ts";

const NOW = "2026-01-01T00:00:00.000Z";

function seqsOf(connection: Connection): readonly number[] {
  const chat = connection.state.chats.get(CONVERSATION);
  return chat?.timeline.messages.map(({ data }) => data.seq) ?? [];
}

/** A stage over a cache that a run before has filled, and which is as after a reload. */
async function reloaded(
  run: (stage: Stage) => Promise<void>,
): Promise<{ cache: MemoryCache; stage: Stage }> {
  const cache = new MemoryCache();
  const before = new Stage({ cache });
  await run(before);
  await before.connection.flush();
  before.connection.stop();
  const stage = new Stage({ cache });
  await stage.connection.restore();
  return { cache, stage };
}

Deno.test("Connection.restore() shows conversations, messages and people before there is a connection", async () => {
  const { stage } = await reloaded((before) => before.talking(messages(1, 3), { unread: 3 }));
  const { state, link } = stage.connection;
  assert.deepEqual(stage.seqs, [1, 2, 3]);
  assert.equal(state.chats.get(CONVERSATION)?.info.unread, 3);
  assert.equal(state.people.get(PEER)?.username, "bob");
  assert.equal(state.people.get(PEER)?.status, "offline", "nobody is shown online by what was kept");
  assert.equal(state.chats.get(CONVERSATION)?.info.peer?.status, "offline");
  assert.equal(state.selfName, "ann");
  assert.equal(link, "offline");
  assert.equal(stage.sockets.length, 0);
});

Deno.test("Connection asks after a restore for what is missing and no more, and tells no mark again", async () => {
  const { stage } = await reloaded(async (before) => {
    await before.talking(messages(1, 3), { unread: 3 });
    before.connection.read(CONVERSATION, 3);
    await before.pass(100);
    before.socket.say({
      type: "receipt",
      from_user_id: SELF,
      timestamp: NOW,
      data: { conversation_id: CONVERSATION, delivered_seq: 3, read_seq: 3 },
    });
  });
  await stage.online();
  assert.deepEqual(stage.socket.last("sync").data, { have: { [CONVERSATION]: 3 }, since: NOW, limit: 50 });
  await stage.answerSync();
  await stage.pass(5_000);
  assert.deepEqual(stage.socket.of("read"), []);
  assert.deepEqual(stage.socket.of("delivered"), []);
});

Deno.test("Connection tells after a restore the marks that the server never had", async () => {
  const { stage } = await reloaded(async (before) => {
    await before.talking(messages(1, 3), { unread: 3 });
    before.connection.read(CONVERSATION, 3);
  });
  assert.equal(stage.connection.state.chats.get(CONVERSATION)?.info.unread, 0);
  await stage.online();
  await stage.answerSync();
  await stage.pass(100);
  assert.deepEqual(stage.socket.last("read").data, { conversation_id: CONVERSATION, seq: 3 });
});

Deno.test("Connection sees after a restore the hole that there was before", async () => {
  const { stage } = await reloaded(async (before) => {
    await before.talking(messages(1, 3));
    before.socket.say(message(7));
  });
  assert.deepEqual(stage.seqs, [1, 2, 3]);
  await stage.online();
  await stage.answerSync();
  assert.deepEqual(stage.socket.last("history").data?.["after_seq"], 3);
  await stage.answerHistory(messages(4, 7));
  assert.deepEqual(stage.seqs, [1, 2, 3, 4, 5, 6, 7]);
});

Deno.test("Connection drops what it restored when the epoch is another one, and keeps the new one", async () => {
  const { cache, stage } = await reloaded((before) => before.talking(messages(1, 3)));
  await stage.online({ epoch: "e2" });
  assert.equal(stage.connection.state.chats.size, 0);
  assert.deepEqual(stage.socket.last("sync").data, { have: {}, limit: 50 });
  await stage.answerSync({ conversations: [conversation({ last: message(1) })] });
  await stage.pass(SAVE_EVERY_MS);
  assert.equal(cache.kept?.epoch, "e2");
  assert.equal(cache.kept.chats[0]?.info.last_seq, 1);
});

Deno.test("Connection takes an own message that it restored for the acknowledgement that was lost", async () => {
  const cache = new MemoryCache();
  const before = new Stage({ cache });
  await before.talking();
  const draft = before.connection.send({ toUserId: 2, content: "hello" });
  const copy = [...before.storage.texts];
  before.socket.say(message(1, { from: SELF, clientId: draft?.id ?? "" }));
  await before.pass(200);
  await before.answerSync({ conversations: [conversation({ last: message(1, { from: SELF }) })] });
  await before.connection.flush();
  const stage = new Stage({ cache });
  for (const [key, text] of copy) stage.storage.texts.set(key, text);
  const next = stage.newConnection({ cache });
  assert.equal(next.state.drafts.length, 1);
  await next.restore();
  assert.deepEqual(next.state.drafts, []);
  assert.deepEqual(seqsOf(next), [1]);
});

Deno.test("Connection lets the next sync bring all conversations where not all could be kept", async () => {
  const { cache, stage } = await reloaded(async (before) => {
    await before.online();
    await before.answerSync({
      conversations: Array.from(
        { length: MAX_SAVED_CHATS + 1 },
        (_, at) => conversation({ conversation_id: `c${at}`, last_seq: 1, last_change: 1 }),
      ),
    });
  });
  assert.equal(cache.kept?.chats.length, MAX_SAVED_CHATS);
  await stage.online();
  assert.equal(stage.socket.last("sync").data?.["since"], undefined);
});

for (const fault of ["throws", "hangs"] as const) {
  Deno.test(`Connection works without its cache when that ${fault}`, async () => {
    const cache = new MemoryCache();
    cache.fault = fault;
    const stage = new Stage({ cache });
    const restoring = stage.connection.restore();
    await stage.pass(PATIENCE_MS);
    assert.equal(await restoring, false);
    await stage.talking(messages(1, 2));
    await stage.pass(SAVE_EVERY_MS * 20);
    assert.deepEqual(stage.seqs, [1, 2]);
    const forgetting = stage.connection.forget();
    await stage.pass(PATIENCE_MS);
    await forgetting;
  });
}

Deno.test("Connection prefers what the server says to what comes late from the cache", async () => {
  const { cache } = await reloaded((before) => before.talking(messages(1, 3)));
  const stage = new Stage({ cache });
  await stage.online();
  assert.equal(await stage.connection.restore(), false);
  await settle();
  assert.deepEqual(stage.socket.last("sync").data, { have: {}, limit: 50 });
});
