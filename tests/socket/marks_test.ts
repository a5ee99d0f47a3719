/** Contract §3.1 `read`, `delivered`, §3.2 `receipt`, and the marks of §2 Conversation. */
import assert from "node:assert/strict";
import { z } from "zod";
import { type RunningServer, startServer } from "../support/server.ts";
import { SocketClient } from "../support/socket_client.ts";

const Row = z.looseObject({
  conversation_id: z.string(),
  unread: z.number(),
  read_seq: z.number(),
  delivered_seq: z.number(),
  peer_read_seq: z.number(),
  peer_delivered_seq: z.number(),
  last_seq: z.number(),
});

/** The conversation as a user sees it over HTTP. */
async function rowOf(
  server: RunningServer,
  userId: number,
  conversationId: string,
): Promise<z.infer<typeof Row>> {
  const answer = await fetch(new URL(`/api/v1/conversations?user_id=${userId}`, server.url));
  const body = z.object({ data: z.object({ conversations: z.array(Row) }) }).parse(await answer.json());
  const row = body.data.conversations.find((one) => one.conversation_id === conversationId);
  assert.ok(row, `${conversationId} is not in the list of ${userId}`);
  return row;
}

async function sendMany(from: SocketClient, to: number, count: number): Promise<void> {
  for (let n = 0; n < count; n++) await from.ask({ type: "private", to_user_id: to, content: `m${n}` });
}

Deno.test("delivered: is acknowledged, told to the sender, clamped, cumulative, and never goes back", async () => {
  await using server = await startServer();
  await using ann = await SocketClient.as(server.url, 1);
  await using bob = await SocketClient.as(server.url, 2, { protocols: ["go-chat"] });
  await sendMany(ann, 2, 3);
  const ack = await bob.ask({ type: "delivered", data: { conversation_id: "1-2", seq: 2 } });
  assert.equal(ack.type, "receipt");
  assert.deepEqual(ack.data, { conversation_id: "1-2", delivered_seq: 2, read_seq: 0 });
  const receipt = await ann.next("receipt");
  assert.equal(receipt.from_user_id, 2);
  assert.deepEqual(receipt.data, { conversation_id: "1-2", delivered_seq: 2, read_seq: 0 });
  const back = await bob.ask({ type: "delivered", data: { conversation_id: "1-2", seq: 1 } });
  assert.equal(back.data?.["delivered_seq"], 2);
  const far = await bob.ask({ type: "delivered", data: { conversation_id: "1-2", seq: 999 } });
  assert.equal(far.data?.["delivered_seq"], 3);
});

Deno.test("read: up to a seq, a message id or the newest; clears unread on all devices", async () => {
  await using server = await startServer();
  await using ann = await SocketClient.as(server.url, 1);
  await using phone = await SocketClient.as(server.url, 2, { protocols: ["go-chat"] });
  await using desk = await SocketClient.as(server.url, 2, { protocols: ["go-chat"] });
  await sendMany(ann, 2, 4);
  assert.equal((await rowOf(server, 2, "1-2")).unread, 4);
  assert.equal((await phone.ask({ type: "read", to_user_id: 1, data: { seq: 1 } })).data?.["read_seq"], 1);
  assert.equal((await desk.next("receipt")).data?.["read_seq"], 1);
  assert.equal((await ann.next("receipt")).data?.["read_seq"], 1);
  assert.equal((await rowOf(server, 2, "1-2")).unread, 3);
  const second = (await phone.settled("private"))[1];
  const byId = await phone.ask({ type: "read", to_user_id: 1, data: { message_id: second?.id } });
  assert.equal(byId.data?.["read_seq"], 2);
  const newest = await phone.ask({ type: "read", data: { conversation_id: "1-2" } });
  assert.deepEqual([newest.data?.["read_seq"], newest.data?.["delivered_seq"]], [4, 4]);
  assert.equal((await rowOf(server, 2, "1-2")).unread, 0);
  assert.equal((await rowOf(server, 1, "1-2")).peer_read_seq, 4);
});

Deno.test("read: forward only, and clamped to the last message", async () => {
  await using server = await startServer();
  await using ann = await SocketClient.as(server.url, 1);
  await using bob = await SocketClient.as(server.url, 2, { protocols: ["go-chat"] });
  await sendMany(ann, 2, 3);
  const readTo = async (seq: number): Promise<unknown> =>
    (await bob.ask({ type: "read", to_user_id: 1, data: { seq } })).data?.["read_seq"];
  assert.equal(await readTo(2), 2);
  assert.equal(await readTo(1), 2);
  assert.equal(await readTo(999), 3);
  assert.equal(await readTo(0), 3);
  assert.deepEqual((await ann.settled("receipt")).map((frame) => frame.data?.["read_seq"]), [2, 3]);
});

Deno.test("read: a private read clears unread on all my devices and tells nobody else", async () => {
  await using server = await startServer();
  await using ann = await SocketClient.as(server.url, 1);
  await using bob = await SocketClient.as(server.url, 2, { protocols: ["go-chat"] });
  await using desk = await SocketClient.as(server.url, 2, { protocols: ["go-chat"] });
  await sendMany(ann, 2, 2);
  await bob.ask({ type: "delivered", data: { conversation_id: "1-2", seq: 2 } });
  await ann.next("receipt");
  const ack = await bob.ask({ type: "read", to_user_id: 1, data: { seq: 2, private: true } });
  assert.equal(ack.data?.["read_seq"], 2);
  assert.deepEqual((await desk.settled("receipt")).map((frame) => frame.data?.["read_seq"]), [0, 2]);
  assert.equal((await rowOf(server, 2, "1-2")).unread, 0);
  assert.equal((await rowOf(server, 1, "1-2")).peer_read_seq, 0);
  assert.equal((await ann.settled("receipt")).length, 1);
  await bob.ask({ type: "read", to_user_id: 1, data: { seq: 2 } });
  assert.equal((await ann.next("receipt")).data?.["read_seq"], 2);
});

Deno.test("read: sending marks nothing read, and own messages are never unread", async () => {
  await using server = await startServer();
  await using ann = await SocketClient.as(server.url, 1);
  await using bob = await SocketClient.as(server.url, 2, { protocols: ["go-chat"] });
  await sendMany(ann, 2, 2);
  await sendMany(bob, 1, 3);
  assert.equal((await rowOf(server, 2, "1-2")).unread, 2);
  assert.equal((await rowOf(server, 1, "1-2")).unread, 3);
  await bob.ask({ type: "read", to_user_id: 1, data: { seq: 1 } });
  assert.equal((await rowOf(server, 2, "1-2")).unread, 1);
});

Deno.test("read: nothing to mark yet is acknowledged with zeros; foreign and unknown are refused", async (t) => {
  await using server = await startServer();
  await using bob = await SocketClient.as(server.url, 2);
  await t.step("no conversation yet", async () => {
    const ack = await bob.ask({ type: "read", to_user_id: 9 });
    assert.deepEqual(ack.data, { conversation_id: "2-9", delivered_seq: 0, read_seq: 0 });
  });
  await t.step("somebody else's conversation: 403", async () => {
    const error = await bob.ask({ type: "read", data: { conversation_id: "3-4" } });
    assert.equal(error.data?.["code"], 403);
  });
  await t.step("an unknown message: 400", async () => {
    const error = await bob.ask({ type: "read", to_user_id: 9, data: { message_id: "nope" } });
    assert.equal(error.data?.["code"], 400);
  });
});

Deno.test("receipt: a documented client's delivery is noted, and the sender's other device is told", async () => {
  await using server = await startServer();
  await using phone = await SocketClient.as(server.url, 1);
  await using desk = await SocketClient.as(server.url, 1);
  await using _bob = await SocketClient.as(server.url, 2);
  const ack = await phone.ask({ type: "private", to_user_id: 2, content: "hi" });
  assert.equal(ack.data?.["status"], "delivered");
  const receipt = await desk.next("receipt");
  assert.deepEqual(receipt.data, { conversation_id: "1-2", delivered_seq: 1, read_seq: 0 });
  assert.equal((await rowOf(server, 1, "1-2")).peer_delivered_seq, 1);
  assert.equal((await phone.settled("receipt")).length, 0);
});

Deno.test("marks survive SIGKILL", async () => {
  const dataDir = await Deno.makeTempDir();
  try {
    {
      await using server = await startServer({ dataDir });
      await using ann = await SocketClient.as(server.url, 1);
      await using bob = await SocketClient.as(server.url, 2, { protocols: ["go-chat"] });
      await sendMany(ann, 2, 3);
      await bob.ask({ type: "read", to_user_id: 1, data: { seq: 2 } });
      await server.kill();
    }
    await using server = await startServer({ dataDir });
    const row = await rowOf(server, 2, "1-2");
    assert.deepEqual([row.unread, row.read_seq, row.delivered_seq, row.last_seq], [1, 2, 2, 3]);
  } finally {
    await Deno.remove(dataDir, { recursive: true });
  }
});
