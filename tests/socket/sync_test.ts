/** Contract §3.1 `sync` and `history`. */
import assert from "node:assert/strict";
import { z } from "zod";
import { type RunningServer, startServer } from "../support/server.ts";
import { type AnyFrame, SocketClient } from "../support/socket_client.ts";

const Message = z.looseObject({ content: z.string(), data: z.looseObject({ seq: z.number() }) });
const SyncData = z.object({
  conversations: z.array(z.looseObject({ conversation_id: z.string(), last_seq: z.number() })),
  messages: z.record(z.string(), z.array(Message)),
  limited: z.record(z.string(), z.literal(true)),
  reset: z.array(z.string()),
  gone: z.array(z.string()),
  next: z.string().nullable(),
  now: z.iso.datetime(),
});
const HistoryData = z.object({
  conversation_id: z.string(),
  messages: z.array(Message),
  has_more: z.boolean(),
});

function startUnlimited(): Promise<RunningServer> {
  return startServer({ env: { CHAT_LIMIT_MESSAGES: "0", CHAT_LIMIT_FRAMES: "0" } });
}

async function sync(client: SocketClient, data: object = {}): Promise<z.infer<typeof SyncData>> {
  const answer = await client.ask({ type: "sync", data });
  assert.equal(answer.type, "sync", JSON.stringify(answer));
  return SyncData.parse(answer.data);
}

async function history(client: SocketClient, data: object): Promise<z.infer<typeof HistoryData>> {
  const answer = await client.ask({ type: "history", data });
  assert.equal(answer.type, "history", JSON.stringify(answer));
  return HistoryData.parse(answer.data);
}

function seqs(messages: readonly z.infer<typeof Message>[] | undefined): number[] {
  return (messages ?? []).map((message) => message.data.seq);
}

async function send(from: SocketClient, to: number, contents: readonly string[]): Promise<void> {
  for (const content of contents) from.send({ type: "private", to_user_id: to, content });
  await from.settled();
  const errors: readonly AnyFrame[] = from.frames.filter((frame) => frame.type === "error");
  assert.deepEqual(errors, []);
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, at) => from + at);
}

Deno.test("sync: everything above have, the newest when there is too much, reset and gone", async (t) => {
  await using server = await startUnlimited();
  await using ann = await SocketClient.as(server.url, 1);
  await send(ann, 2, range(1, 60).map((n) => `m${n}`));
  await send(ann, 3, ["x"]);
  await t.step("without have: the newest 50 of 60, limited", async () => {
    const answer = await sync(ann);
    assert.deepEqual(answer.conversations.map((one) => one.conversation_id), ["1-3", "1-2"]);
    assert.deepEqual(seqs(answer.messages["1-2"]), range(11, 60));
    assert.deepEqual(answer.limited, { "1-2": true });
    assert.deepEqual(seqs(answer.messages["1-3"]), [1]);
    assert.equal(answer.next, null);
  });
  await t.step("with have: only what is above, not limited", async () => {
    const answer = await sync(ann, { have: { "1-2": 58, "1-3": 1 } });
    assert.deepEqual(seqs(answer.messages["1-2"]), [59, 60]);
    assert.deepEqual(seqs(answer.messages["1-3"]), []);
    assert.deepEqual(answer.limited, {});
  });
  await t.step("limit", async () => {
    const answer = await sync(ann, { limit: 3 });
    assert.deepEqual(seqs(answer.messages["1-2"]), [58, 59, 60]);
    assert.deepEqual(answer.limited, { "1-2": true });
  });
  await t.step("reset: have is ahead of the store", async () => {
    const answer = await sync(ann, { have: { "1-3": 9 } });
    assert.deepEqual(answer.reset, ["1-3"]);
    assert.deepEqual(seqs(answer.messages["1-3"]), [1]);
  });
  await t.step("gone: not mine", async () => {
    const answer = await sync(ann, { have: { "2-3": 1, "nonsense": 4 } });
    assert.deepEqual(answer.gone.toSorted(), ["2-3", "nonsense"]);
  });
  await t.step("since: what changed since then, less five minutes", async () => {
    const { now } = await sync(ann);
    const later = new Date(Date.parse(now) + 3_600_000).toISOString();
    assert.deepEqual((await sync(ann, { since: later })).conversations, []);
    assert.equal((await sync(ann, { since: now })).conversations.length, 2);
  });
});

Deno.test("sync: newest activity first, all once; beyond the first 20 new ones only last_message and limited", async () => {
  await using server = await startUnlimited();
  await using ann = await SocketClient.as(server.url, 1);
  for (const peer of range(2, 31)) await send(ann, peer, ["a", "b"]);
  const seen: string[] = [];
  const limited: string[] = [];
  const withMessages: string[] = [];
  let page: string | null = null;
  let rounds = 0;
  do {
    const answer: z.infer<typeof SyncData> = await sync(ann, page === null ? {} : { page });
    seen.push(...answer.conversations.map((one) => one.conversation_id));
    limited.push(...Object.keys(answer.limited));
    for (const [id, messages] of Object.entries(answer.messages)) {
      if (messages.length > 0) withMessages.push(id);
    }
    for (const one of answer.conversations) assert.equal(Message.parse(one["last_message"]).content, "b");
    page = answer.next;
  } while (page !== null && ++rounds < 50);
  const newestFirst = range(2, 31).reverse().map((peer) => `1-${peer}`);
  assert.deepEqual(seen, newestFirst);
  assert.deepEqual(withMessages, newestFirst.slice(0, 20));
  assert.deepEqual(limited, newestFirst.slice(20));
});

Deno.test("sync: a frame has at most 512 KiB, and a conversation it cuts brings the newest and is limited", async () => {
  await using server = await startUnlimited();
  await using ann = await SocketClient.as(server.url, 1);
  const heavy = "\u0001".repeat(10_000);
  for (const peer of [2, 3, 4]) await send(ann, peer, Array.from({ length: 20 }, () => heavy));
  const before = ann.frames.length;
  let page: string | null = null;
  do {
    const answer: z.infer<typeof SyncData> = await sync(ann, page === null ? {} : { page });
    for (const { conversation_id: id } of answer.conversations) {
      const got = seqs(answer.messages[id]);
      assert.deepEqual([got.at(-1), answer.limited[id]], [20, true]);
      assert.deepEqual(got, range(21 - got.length, 20));
    }
    page = answer.next;
  } while (page !== null);
  for (const frame of ann.frames.slice(before)) {
    const bytes = new TextEncoder().encode(JSON.stringify(frame)).byteLength;
    assert.ok(bytes <= 512 * 1024, `${frame.type} has ${bytes} bytes`);
  }
});

Deno.test("sync: a page that is none of ours is refused, and the socket stays", async () => {
  await using server = await startServer();
  await using ann = await SocketClient.as(server.url, 1);
  for (const page of ["x", "e30", "....", "0", "'; DROP TABLE member; --"]) {
    const error = await ann.ask({ type: "sync", data: { page } });
    assert.deepEqual([error.type, error.data?.["code"]], ["error", 400]);
  }
  assert.equal((await ann.ask({ type: "heartbeat" })).content, "pong");
});

Deno.test("history: newest, before, after, has_more, the other side, an empty and a foreign conversation", async (t) => {
  await using server = await startUnlimited();
  await using ann = await SocketClient.as(server.url, 1);
  await send(ann, 2, range(1, 120).map((n) => `m${n}`));
  await t.step("newest 50", async () => {
    const page = await history(ann, { conversation_id: "1-2" });
    assert.deepEqual([seqs(page.messages), page.has_more], [range(71, 120), true]);
  });
  await t.step("before_seq", async () => {
    const page = await history(ann, { conversation_id: "1-2", before_seq: 11, limit: 100 });
    assert.deepEqual([seqs(page.messages), page.has_more], [range(1, 10), false]);
  });
  await t.step("after_seq", async () => {
    const page = await history(ann, { conversation_id: "1-2", after_seq: 15, limit: 5 });
    assert.deepEqual([seqs(page.messages), page.has_more], [range(16, 20), true]);
  });
  await t.step("after the last", async () => {
    const page = await history(ann, { conversation_id: "1-2", after_seq: 120 });
    assert.deepEqual([page.messages, page.has_more], [[], false]);
  });
  await t.step("by to_user_id", async () => {
    const answer = await ann.ask({ type: "history", to_user_id: 2, data: { limit: 1 } });
    assert.deepEqual(seqs(HistoryData.parse(answer.data).messages), [120]);
  });
  await t.step("a conversation without messages: empty", async () => {
    const answer = await ann.ask({ type: "history", to_user_id: 77 });
    assert.deepEqual(answer.data, { conversation_id: "1-77", messages: [], has_more: false });
  });
  await t.step("somebody else's: 403, existing or not", async () => {
    for (const id of ["2-3", "7-8"]) {
      const error = await ann.ask({ type: "history", data: { conversation_id: id } });
      assert.deepEqual([error.type, error.data?.["code"], error.data?.["error"]], [
        "error",
        403,
        "not_a_member",
      ]);
    }
  });
  await t.step("the peer sees the same", async () => {
    await using bob = await SocketClient.as(server.url, 2);
    const page = await history(bob, { conversation_id: "1-2", limit: 2 });
    assert.deepEqual(page.messages.map((message) => message.content), ["m119", "m120"]);
  });
});

Deno.test("history: one answer stays under 512 KiB and tells that there is more", async () => {
  await using server = await startUnlimited();
  await using ann = await SocketClient.as(server.url, 1);
  await send(ann, 2, Array.from({ length: 30 }, () => "聊".repeat(10_000)));
  const page = await history(ann, { conversation_id: "1-2", limit: 100 });
  assert.ok(page.messages.length < 30);
  assert.equal(page.has_more, true);
  assert.equal(seqs(page.messages).at(-1), 30);
});
