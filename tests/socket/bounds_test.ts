/** Contract §3.3.6, §3.4 and "a frame that cannot be used": everything that ends or limits a connection. */
import assert from "node:assert/strict";
import { RawSocket } from "../support/raw_socket.ts";
import { startServer } from "../support/server.ts";
import { SocketClient } from "../support/socket_client.ts";
import { until } from "../support/until.ts";

Deno.test("error 400: malformed frames are answered and the connection stays; ten in a row close it 4400", async (t) => {
  await using server = await startServer();
  await t.step("nine, then a good one, then nine again", async () => {
    await using ann = await SocketClient.as(server.url, 1);
    for (let round = 0; round < 2; round++) {
      for (let n = 0; n < 9; n++) ann.send("{");
      assert.equal((await ann.ask({ type: "heartbeat" })).content, "pong");
    }
    const errors = await ann.settled("error");
    assert.equal(errors.length, 18);
    assert.ok(errors.every((frame) => frame.data?.["code"] === 400));
  });
  await t.step("ten", async () => {
    await using ann = await SocketClient.as(server.url, 1);
    for (let n = 0; n < 10; n++) ann.send('{"type":"nonsense"}');
    assert.deepEqual(await ann.closed, { code: 4400, reason: "protocol errors" });
  });
  await t.step("binary frames are refused and count", async () => {
    await using ann = await SocketClient.as(server.url, 1);
    ann.socket.send(new Uint8Array([1, 2, 3]));
    assert.equal((await ann.next("error")).data?.["code"], 400);
    for (let n = 0; n < 9; n++) ann.socket.send(new Uint8Array(1));
    assert.equal((await ann.closed).code, 4400);
  });
});

Deno.test("close 1009: a frame above 128 KiB, while one of just that size is answered", async () => {
  await using server = await startServer();
  await using ann = await SocketClient.as(server.url, 1);
  const empty = JSON.stringify({ type: "heartbeat", id: "fit", content: "" });
  ann.send(JSON.stringify({ type: "heartbeat", id: "fit", content: "x".repeat(128 * 1024 - empty.length) }));
  assert.equal((await ann.next((frame) => frame.id === "fit")).content, "pong");
  ann.send("聊".repeat(44_000));
  assert.equal((await ann.closed).code, 1009);
});

Deno.test("welcome tells the limits of the contract", async () => {
  await using server = await startServer();
  await using ann = await SocketClient.open(new URL("/ws?user_id=1&username=ann", server.url));
  const { data } = await ann.next("welcome");
  assert.deepEqual(data?.["limits"], {
    content_points: 10_000,
    frame_bytes: 131_072,
    messages: { rate: 20, burst: 60 },
    frames: { rate: 50, burst: 200 },
  });
});

Deno.test("close 4429: messages above the burst get 429, and the twenty-first of those within 10 s closes", async () => {
  // One token a second, so that a slow machine does not give the burst back while the test runs.
  await using server = await startServer({ env: { CHAT_LIMIT_MESSAGES: "1/60" } });
  await using ann = await SocketClient.as(server.url, 1);
  for (let n = 0; n < 60; n++) ann.send({ type: "private", id: `m${n}`, to_user_id: 2, content: "x" });
  for (let n = 0; n < 21; n++) ann.send({ type: "private", id: `over${n}`, to_user_id: 2, content: "x" });
  assert.deepEqual(await ann.closed, { code: 4429, reason: "too fast" });
  const errors = ann.frames.filter((frame) => frame.type === "error");
  assert.equal(errors.length, 21);
  for (const error of errors) {
    assert.deepEqual([error.data?.["code"], error.data?.["error"]], [429, "rate_limited"]);
    assert.equal(error.data?.["temporary"], true);
    assert.match(error.id ?? "", /^over/);
    assert.ok(Number(error.data?.["retry_after_ms"]) > 0);
  }
});

Deno.test("error 429: the message limit is the user's, so all sockets and POST share it", async () => {
  await using server = await startServer({ env: { CHAT_LIMIT_MESSAGES: "1/4" } });
  await using phone = await SocketClient.as(server.url, 1);
  await using desk = await SocketClient.as(server.url, 1);
  for (const client of [phone, phone, desk, desk]) {
    await client.ask({ type: "private", to_user_id: 2, content: "x" });
  }
  assert.equal((await desk.ask({ type: "private", to_user_id: 2, content: "x" })).data?.["code"], 429);
  const post = await fetch(new URL("/api/v1/messages?user_id=1", server.url), {
    method: "POST",
    body: JSON.stringify({ to_user_id: 2, content: "x" }),
  });
  assert.equal(post.status, 429);
  assert.ok(Number(post.headers.get("retry-after")) >= 1);
  await post.body?.cancel();
});

Deno.test("binary frames count as frames, also between good ones, and above 128 KiB close 1009", async () => {
  await using server = await startServer({ env: { CHAT_LIMIT_FRAMES: "1/20" } });
  await using ann = await SocketClient.as(server.url, 1);
  for (let n = 0; n < 15; n++) {
    ann.socket.send(new Uint8Array([1]));
    ann.send({ type: "heartbeat", id: `beat-${n}` });
  }
  await ann.next((frame) => frame.data?.["code"] === 429 && frame.id === undefined);
  await using bob = await SocketClient.as(server.url, 2);
  bob.socket.send(new Uint8Array(128 * 1024 + 1));
  assert.equal((await bob.closed).code, 1009);
});

Deno.test("error 429: frames above the rate and the burst, with their id", async () => {
  await using server = await startServer({ env: { CHAT_LIMIT_FRAMES: "1/5" } });
  await using ann = await SocketClient.as(server.url, 1);
  for (let n = 0; n < 8; n++) ann.send({ type: "heartbeat", id: `h${n}` });
  const refused = await ann.next((frame) => frame.id === "h7");
  assert.deepEqual([refused.type, refused.data?.["code"]], ["error", 429]);
  assert.equal(ann.frames.filter((frame) => frame.type === "heartbeat").length, 5);
});

Deno.test("close 4509: the eleventh connection of a user closes the oldest", async () => {
  await using server = await startServer();
  await using clients = new AsyncDisposableStack();
  const opened: SocketClient[] = [];
  for (let n = 0; n < 11; n++) opened.push(clients.use(await SocketClient.as(server.url, 1)));
  assert.deepEqual(await opened[0]?.closed, { code: 4509, reason: "replaced by a newer connection" });
  for (const client of opened.slice(1)) {
    assert.equal((await client.ask({ type: "heartbeat" })).content, "pong");
  }
});

Deno.test("who never answers a close opens no more than 20 sockets beside the 10, until one of them ends", async () => {
  await using server = await startServer();
  await using kept = new AsyncDisposableStack();
  const path = "/ws?user_id=66&username=mallory";
  const first = kept.use(await RawSocket.upgrade(server.url, path));
  for (let n = 1; n < 30; n++) kept.use(await RawSocket.upgrade(server.url, path));
  const answer = async (): Promise<string> => {
    await using socket = await RawSocket.connect(server.url, path);
    const text = await socket.read();
    if (text.startsWith("HTTP/1.1 429")) {
      assert.match(text, /\r\nretry-after: \d+\r\n[^]*\{"error":"[^"]+"\}$/i);
    }
    return text.slice(0, 12);
  };
  // The last of them was opened, and so the one before it closed, when its welcome is there.
  await until("the thirty-first is refused", async () => await answer() === "HTTP/1.1 429");
  await using _ann = await SocketClient.as(server.url, 1);
  await first[Symbol.asyncDispose]();
  await until("another one is let in", async () => await answer() === "HTTP/1.1 101");
});

Deno.test("close 1012: SIGTERM closes the sockets and the program exits 0", async () => {
  await using server = await startServer();
  await using ann = await SocketClient.as(server.url, 1);
  const code = server.stop("SIGTERM");
  assert.deepEqual(await ann.closed, { code: 1012, reason: "restart" });
  assert.equal(await code, 0);
});
