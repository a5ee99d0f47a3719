/** Contract §3.1 `private`, `heartbeat`, `hello`, and §3.2 `private`, `read`: rows walked on the real program. */
import assert from "node:assert/strict";
import { SocketClient } from "../support/socket_client.ts";
import { startServer } from "../support/server.ts";

/** What the acknowledgement of a message says. */
function ackOf(frame: { readonly data?: Record<string, unknown> | undefined }): Record<string, unknown> {
  return frame.data ?? {};
}

Deno.test("private: the documented frame reaches the peer, stored and stamped by the server", async () => {
  await using server = await startServer();
  await using ann = await SocketClient.as(server.url, 1, { username: "testuser" });
  await using bob = await SocketClient.as(server.url, 2);
  ann.send({
    type: "private",
    from_user_id: 7,
    to_user_id: 2,
    content: "Hello World",
    timestamp: "2024-01-01T00:00:00Z",
  });
  const message = await bob.next("private");
  assert.equal(message.from_user_id, 1);
  assert.equal(message.to_user_id, 2);
  assert.equal(message.content, "Hello World");
  assert.match(message.timestamp ?? "", /^20[2-9]\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  assert.notEqual(message.timestamp, "2024-01-01T00:00:00.000Z");
  assert.match(message.id ?? "", /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  assert.deepEqual(message.data, {
    message_id: message.id,
    conversation_id: "1-2",
    seq: 1,
    change: 1,
    kind: "text",
    is_offline: false,
  });
  const ack = await ann.next("read");
  assert.equal(ack.from_user_id, 2);
  assert.equal(ack.to_user_id, 1);
  assert.deepEqual(ack.data, {
    original_message_id: message.id,
    message_id: message.id,
    conversation_id: "1-2",
    seq: 1,
    status: "delivered",
  });
});

Deno.test("private: one send has one acknowledgement, stored while nobody is there to take it", async () => {
  await using server = await startServer();
  await using ann = await SocketClient.as(server.url, 1);
  const ack = ackOf(await ann.ask({ type: "private", id: "m-1", to_user_id: 2, content: "later" }));
  assert.deepEqual([ack["original_message_id"], ack["seq"], ack["status"]], ["m-1", 1, "stored"]);
  assert.equal((await ann.settled("read")).length, 1);
  await using bob = await SocketClient.as(server.url, 2);
  bob.send({ type: "sync", id: "s" });
  const sync = await bob.next("sync");
  const messages = sync.data?.["messages"];
  assert.ok(typeof messages === "object" && messages !== null);
  const kept: unknown = Reflect.get(messages, "1-2");
  assert.ok(Array.isArray(kept) && kept.length === 1);
  assert.equal(kept[0].content, "later");
  assert.equal(kept[0].data.is_offline, true);
});

Deno.test("hello: a device that confirms itself, by confirm or by the subprotocol, leaves messages stored, not delivered", async () => {
  await using server = await startServer();
  await using ann = await SocketClient.as(server.url, 1);
  await using _bob = await SocketClient.as(server.url, 2, { protocols: ["go-chat"] });
  const ack = ackOf(await ann.ask({ type: "private", to_user_id: 2, content: "hi" }));
  assert.equal(ack["status"], "stored");
  await using carl = await SocketClient.as(server.url, 3);
  carl.send({ type: "hello", data: { device: "test", confirm: true } });
  await carl.settled();
  assert.equal(ackOf(await ann.ask({ type: "private", to_user_id: 3, content: "hi" }))["status"], "stored");
});

Deno.test("private: the same id is stored once, whatever retries it, and answered the same", async () => {
  await using server = await startServer();
  await using ann = await SocketClient.as(server.url, 1);
  await using other = await SocketClient.as(server.url, 1);
  await using bob = await SocketClient.as(server.url, 2);
  const frame = { type: "private", id: "once", "to_user_id": 2, content: "only once" };
  for (let n = 0; n < 25; n++) {
    ann.send(frame);
    other.send(frame);
  }
  const acks = [
    ...(await ann.settled("read")).map(ackOf),
    ...(await other.settled("read")).map(ackOf),
  ];
  assert.equal(acks.length, 50);
  assert.equal(
    new Set(acks.map((ack) => `${ack["message_id"]} ${ack["conversation_id"]} ${ack["seq"]}`)).size,
    1,
  );
  assert.equal((await bob.settled("private")).length, 1);
});

Deno.test("private: an id used for another recipient or content is refused with 409 and nothing is stored", async () => {
  await using server = await startServer();
  await using ann = await SocketClient.as(server.url, 1);
  await ann.ask({ type: "private", id: "x", to_user_id: 2, content: "first" });
  for (const change of [{ content: "second", to_user_id: 2 }, { content: "first", to_user_id: 3 }]) {
    const error = await ann.ask({ type: "private", id: "x", ...change });
    assert.deepEqual([error.type, error.data?.["code"], error.data?.["error"]], ["error", 409, "id_reused"]);
  }
  const next = ackOf(await ann.ask({ type: "private", to_user_id: 2, content: "third" }));
  assert.equal(next["seq"], 2);
});

Deno.test("private: the sender's other devices get it with its client id, the sending one does not", async () => {
  await using server = await startServer();
  await using phone = await SocketClient.as(server.url, 1);
  await using desk = await SocketClient.as(server.url, 1);
  await using bob = await SocketClient.as(server.url, 2);
  await phone.ask({ type: "private", id: "c-1", to_user_id: 2, content: "hi" });
  const copy = await desk.next("private");
  assert.equal(copy.from_user_id, 1);
  assert.equal(copy.data?.["client_id"], "c-1");
  assert.equal((await bob.next("private")).data?.["client_id"], undefined);
  assert.equal((await phone.settled("private")).length, 0);
});

Deno.test("private: data.conversation_id names the recipient as well as to_user_id", async () => {
  await using server = await startServer();
  await using ann = await SocketClient.as(server.url, 1);
  await using bob = await SocketClient.as(server.url, 2);
  ann.send({ type: "private", content: "by conversation", data: { conversation_id: "1-2" } });
  assert.equal((await bob.next("private")).content, "by conversation");
});

Deno.test("private: seq rises without holes while two people write at once", async () => {
  await using server = await startServer({ env: { CHAT_LIMIT_MESSAGES: "0", CHAT_LIMIT_FRAMES: "0" } });
  await using ann = await SocketClient.as(server.url, 1);
  await using bob = await SocketClient.as(server.url, 2);
  for (let n = 0; n < 200; n++) {
    ann.send({ type: "private", id: `a${n}`, to_user_id: 2, content: `a${n}` });
    bob.send({ type: "private", id: `b${n}`, to_user_id: 1, content: `b${n}` });
  }
  const acks = [...await ann.settled("read"), ...await bob.settled("read")].map((frame) =>
    Number(ackOf(frame)["seq"])
  );
  assert.deepEqual(acks.sort((a, b) => a - b), Array.from({ length: 400 }, (_, at) => at + 1));
  for (const client of [ann, bob]) {
    const pushed = (await client.settled("private")).map((frame) => Number(frame.data?.["seq"]));
    assert.equal(pushed.length, 200);
    assert.deepEqual(pushed, pushed.toSorted((a, b) => a - b));
  }
});

const TEXTS: readonly (readonly [string, string])[] = [
  ["emoji", "👩‍👩‍👧‍👦 😀"],
  ["10 000 characters outside the basic plane", "😀".repeat(10_000)],
  ["bidi and control characters", "\u202eabc\u0001\t\r\n\u007f"],
  ["markup", "<script>alert(1)</script>&amp;"],
  ["SQL", "'); DROP TABLE message; --"],
  ["__proto__", "__proto__"],
  ["white space alone", " \n "],
];

Deno.test("private: every text comes back as it was written", async (t) => {
  await using server = await startServer();
  await using ann = await SocketClient.as(server.url, 1);
  await using bob = await SocketClient.as(server.url, 2);
  for (const [what, content] of TEXTS) {
    await t.step(what, async () => {
      ann.send({ type: "private", to_user_id: 2, content });
      assert.equal((await bob.next("private")).content, content);
    });
  }
});

const REFUSED: readonly (readonly [string, object, number, string])[] = [
  ["to oneself", { to_user_id: 1, content: "a" }, 400, "to_oneself"],
  ["to 0", { to_user_id: 0, content: "a" }, 400, "bad_request"],
  ["to nobody", { content: "a" }, 400, "bad_request"],
  ["to an id beyond 32 bits", { to_user_id: 4_294_967_296, content: "a" }, 400, "bad_request"],
  ["without content", { to_user_id: 2 }, 400, "bad_request"],
  ["with empty content", { to_user_id: 2, content: "" }, 400, "bad_request"],
  ["with 10 001 characters", { to_user_id: 2, content: "a".repeat(10_001) }, 400, "bad_request"],
  ["with U+0000", { to_user_id: 2, content: "a\0b" }, 400, "bad_request"],
  ["with a lone surrogate", { to_user_id: 2, content: "\ud800" }, 400, "bad_request"],
  ["into a conversation of others", { content: "a", data: { conversation_id: "2-3" } }, 403, "not_a_member"],
  ["into what is no conversation", { content: "a", data: { conversation_id: "nope" } }, 403, "not_a_member"],
];

Deno.test("private: what cannot be sent gets an error frame with its id and stores nothing", async (t) => {
  await using server = await startServer();
  await using ann = await SocketClient.as(server.url, 1);
  for (const [what, frame, code, word] of REFUSED) {
    await t.step(what, async () => {
      const error = await ann.ask({ type: "private", ...frame });
      assert.deepEqual([error.type, error.data?.["code"], error.data?.["error"]], ["error", code, word]);
      assert.equal(error.data?.["temporary"], false);
      assert.ok(String(error.data?.["message"]).length > 0);
      // A good frame between keeps ten in a row from closing the socket.
      await ann.settled();
    });
  }
  assert.equal(ackOf(await ann.ask({ type: "private", to_user_id: 2, content: "a" }))["seq"], 1);
});

Deno.test("private: an id has 1 to 64 characters, counted in code points; another one is refused without it", async () => {
  await using server = await startServer();
  await using ann = await SocketClient.as(server.url, 1);
  const most = "\u{1f600}".repeat(64);
  for (const id of ["i", most]) {
    assert.equal(
      ackOf(await ann.ask({ type: "private", id, to_user_id: 2, content: "a" }))["seq"],
      id.length > 1 ? 2 : 1,
    );
  }
  for (const id of ["", `${most}i`, "a\0b", "\ud800", 7, null]) {
    ann.send({ type: "private", id, to_user_id: 2, content: "a" });
    const error = await ann.next("error");
    assert.deepEqual([error.data?.["code"], error.id], [400, undefined], String(id));
  }
  assert.equal(ackOf(await ann.ask({ type: "private", to_user_id: 2, content: "a" }))["seq"], 3);
});

Deno.test("heartbeat: ping is answered with pong from 0 to 0 and its id", async () => {
  await using server = await startServer();
  await using ann = await SocketClient.as(server.url, 1);
  const pong = await ann.ask({ type: "heartbeat", id: "h", content: "ping" });
  assert.deepEqual([pong.type, pong.content, pong.from_user_id, pong.to_user_id, pong.id], [
    "heartbeat",
    "pong",
    0,
    0,
    "h",
  ]);
});

Deno.test("private: survives a restart with its id and seq; an old id is still known, and the epoch is the same", async () => {
  const dataDir = await Deno.makeTempDir();
  try {
    let first: Record<string, unknown>;
    let epoch: unknown;
    {
      await using server = await startServer({ dataDir });
      await using ann = await SocketClient.as(server.url, 1);
      epoch = ann.frames[0]?.data?.["epoch"];
      first = ackOf(await ann.ask({ type: "private", id: "keep", to_user_id: 2, content: "still here" }));
      await server.kill();
    }
    await using server = await startServer({ dataDir });
    await using ann = await SocketClient.as(server.url, 1);
    const again = ackOf(await ann.ask({ type: "private", id: "keep", to_user_id: 2, content: "still here" }));
    assert.deepEqual({ ...again, status: "" }, { ...first, status: "" });
    assert.equal(ann.frames[0]?.data?.["epoch"], epoch);
    assert.equal(ackOf(await ann.ask({ type: "private", to_user_id: 2, content: "next" }))["seq"], 2);
  } finally {
    await Deno.remove(dataDir, { recursive: true });
  }
});
