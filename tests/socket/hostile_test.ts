/** Broken and hostile clients harm only themselves: the process lives, others go on, nothing is stored in part. */
import assert from "node:assert/strict";
import { startServer } from "../support/server.ts";
import { OPCODE, RawSocket } from "../support/raw_socket.ts";
import { SocketClient } from "../support/socket_client.ts";

const AS_MALLORY = "/ws?user_id=66&username=mallory";

const VIOLATIONS: readonly (readonly [string, (socket: RawSocket) => Promise<void>])[] = [
  ["invalid UTF-8", (socket) => socket.frame(OPCODE.text, new Uint8Array([0x22, 0xc3, 0x28, 0xff, 0x22]))],
  ["an overlong encoding", (socket) => socket.frame(OPCODE.text, new Uint8Array([0xc0, 0xaf]))],
  ["a surrogate in UTF-8", (socket) => socket.frame(OPCODE.text, new Uint8Array([0xed, 0xa0, 0x80]))],
  ["a reserved opcode", (socket) => socket.frame(5, "x")],
  ["a continuation of nothing", (socket) => socket.frame(OPCODE.continuation, "x")],
  ["a ping of 200 bytes", (socket) => socket.frame(OPCODE.ping, "x".repeat(200))],
  ["reserved bits", (socket) => socket.write(new Uint8Array([0xf1, 0x80, 0, 0, 0, 0]))],
  [
    "a length of 2^63",
    (socket) => socket.write(new Uint8Array([0x81, 0xff, 0xff, ...Array(7).fill(0xff), 0, 0, 0, 0])),
  ],
  ["noise", (socket) => socket.write(crypto.getRandomValues(new Uint8Array(4_096)))],
];

Deno.test("a protocol violation ends its own socket and nothing else", async (t) => {
  await using server = await startServer();
  await using ann = await SocketClient.as(server.url, 1);
  for (const [what, violate] of VIOLATIONS) {
    await t.step(what, async () => {
      await using mallory = await RawSocket.upgrade(server.url, AS_MALLORY);
      await violate(mallory);
      // Half-closing our side would hide whether the server ends it; a frame of the right form follows instead.
      await mallory.frame(OPCODE.close, new Uint8Array([3, 232])).catch(() => {});
      await mallory.drained();
      assert.equal((await ann.ask({ type: "heartbeat" })).content, "pong");
    });
  }
});

Deno.test("a message in fragments is taken whole, and only once it is whole", async () => {
  await using server = await startServer();
  await using bob = await SocketClient.as(server.url, 2);
  await using mallory = await RawSocket.upgrade(server.url, AS_MALLORY);
  const text = JSON.stringify({ type: "private", "to_user_id": 2, content: "in pieces" });
  await mallory.frame(OPCODE.text, text.slice(0, 10), false);
  await mallory.frame(OPCODE.continuation, text.slice(10, 20), false);
  await mallory.frame(OPCODE.continuation, text.slice(20));
  assert.equal((await bob.next("private")).content, "in pieces");
});

Deno.test("a message of 4 MiB in fragments ends with 1009 and is not stored", async () => {
  await using server = await startServer();
  await using ann = await SocketClient.as(server.url, 1);
  await using mallory = await RawSocket.upgrade(server.url, AS_MALLORY);
  await mallory.frame(OPCODE.text, '{"type":"private","to_user_id":1,"content":"', false);
  const piece = "x".repeat(65_536);
  for (let n = 0; n < 64; n++) await mallory.frame(OPCODE.continuation, piece, n === 63);
  assert.equal(await mallory.closeCode(), 1009);
  assert.equal((await ann.settled("private")).length, 0);
});

const NOT_A_SOCKET: readonly (readonly [string, RequestInit, number])[] = [
  ["a plain GET", {}, 426],
  ["POST", { method: "POST", body: "{}" }, 405],
];

Deno.test("/ws without an upgrade is refused with its documented answer", async (t) => {
  await using server = await startServer();
  for (const [what, init, status] of NOT_A_SOCKET) {
    await t.step(what, async () => {
      const answer = await fetch(new URL("/ws?user_id=1&username=x", server.url), init);
      assert.equal(answer.status, status);
      assert.ok(Object.hasOwn(await answer.json(), status === 426 ? "error" : "code"));
    });
  }
});

const BAD_PARAMETERS = [
  "",
  "?user_id=&username=x",
  "?user_id=abc&username=x",
  "?user_id=0&username=x",
  "?user_id=-1&username=x",
  "?user_id=1.5&username=x",
  "?user_id=4294967296&username=x",
  "?user_id=99999999999999999999&username=x",
  "?user_id=1e3&username=x",
  "?user_id=1",
  "?user_id=1&username=",
  "?user_id=1&username=%00",
];

Deno.test("in debug, missing or malformed parameters are refused with 400 and an error text", async (t) => {
  await using server = await startServer();
  for (const query of BAD_PARAMETERS) {
    await t.step(query || "(none)", async () => {
      await using socket = await RawSocket.connect(server.url, `/ws${query}`);
      const answer = await socket.read();
      assert.match(answer, /^HTTP\/1\.1 400 /);
      assert.match(answer, /\{"error":"/);
    });
  }
});

Deno.test("300 sockets that come and go leave nobody behind", async () => {
  await using server = await startServer();
  await using ann = await SocketClient.as(server.url, 1);
  await ann.next("user_list");
  await ann.next("join");
  for (let round = 0; round < 6; round++) {
    const sockets = await Promise.all(
      Array.from(
        { length: 50 },
        (_, n) => RawSocket.upgrade(server.url, `/ws?user_id=${100 + n}&username=x`),
      ),
    );
    for (const socket of sockets) await socket[Symbol.asyncDispose]();
  }
  // Each of the fifty is told of once as gone, in frames of their own or by a list that lacks them.
  await ann.next((frame) => {
    const users = frame.data?.["users"];
    const only = Array.isArray(users) && users.length === 1;
    return only || (frame.type === "leave" && ann.frames.filter((one) => one.type === "leave").length === 50);
  });
});
