/** Requests that no client writes, as bytes to the running program: it answers 4xx or hangs up, and lives. */
import assert from "node:assert/strict";
import http2 from "node:http2";
import { openDescriptors } from "../support/descriptors.ts";
import { Memory } from "../support/memory.ts";
import { HANDSHAKE, RawSocket } from "../support/raw_socket.ts";
import { say } from "../support/say.ts";
import { type RunningServer, startServer, TRANSPORT } from "../support/server.ts";
import { SocketClient } from "../support/socket_client.ts";
import { statusOf } from "../support/status.ts";
import { until } from "../support/until.ts";
import { Victim } from "../support/victim.ts";

const KIBIBYTE = 1_024;
const LOGIN = '{"username":"nobody","password":"nothing"}';

/** Writes bytes and answers the status, or `null` when the connection ends without one. */
async function statusFor(url: URL, bytes: string): Promise<number | null> {
  await using socket = await RawSocket.dial(url);
  // What is refused early is not read to its end.
  await socket.write(bytes).catch(() => {});
  const answer = await socket.read();
  return answer === "" ? null : Number(/^HTTP\/1\.[01] (\d{3}) /.exec(answer)?.[1]);
}

/** A request: its first line, its head without Host, and what follows. */
function get(headers: string, path = "/healthz"): (host: string) => string {
  return (host) => `GET ${path} HTTP/1.1\r\nHost: ${host}\r\n${headers}\r\n`;
}

function post(headers: string, body: string): (host: string) => string {
  return (host) => `POST /api/v1/auth/login HTTP/1.1\r\nHost: ${host}\r\n${headers}\r\n${body}`;
}

/** `null`: the connection ends without an answer. */
type Status = number | null;
/** For a head of 60 KB. */
const LONG = TRANSPORT === "native" ? 401 : 431;
const REQUESTS: readonly (readonly [string, (host: string) => string, Status | readonly Status[]])[] = [
  ["a header of 256 KiB", get(`X: ${"a".repeat(256 * KIBIBYTE)}\r\n`), [400, 431, null]],
  ["a header of 4 MiB", get(`X: ${"a".repeat(4_096 * KIBIBYTE)}\r\n`), [400, 431, null]],
  ["10 000 headers", get(Array.from({ length: 10_000 }, (_, n) => `X-${n}: 1\r\n`).join("")), [
    400,
    431,
    null,
  ]],
  ["a path of 1 MiB", get("", `/${"a".repeat(1_024 * KIBIBYTE)}`), [400, 414, 431, null]],
  ["6 000 cookies", get(`Cookie: ${"session=x;".repeat(6_000)}\r\n`, "/api/v1/user/me"), LONG],
  ["a token of 60 KB", get(`Authorization: Bearer ${"a.".repeat(30_000)}\r\n`, "/api/v1/user/me"), LONG],
  ["900 languages", get(`Accept-Language: ${"zh;q=0.1,".repeat(900)}\r\n`, "/api/v1/none"), 404],
  ["a header that is folded", get("X: a\r\n b\r\n"), 400],
  ["U+0000 in a header", get("X: a\0b\r\n"), 400],
  ["no Host in HTTP/1.0", () => "GET /healthz HTTP/1.0\r\n\r\n", 200],
  ["no Host in HTTP/1.1", () => "GET /healthz HTTP/1.1\r\n\r\n", [200, 400]],
  ["two Hosts", get("Host: evil.example\r\n"), 400],
  ["a foreign Host", () => "GET /healthz HTTP/1.1\r\nHost: evil.example\r\n\r\n", 421],
  ["an empty Host", () => "GET /healthz HTTP/1.1\r\nHost:\r\n\r\n", [400, 421]],
  ["a Host with a space", () => "GET /healthz HTTP/1.1\r\nHost: a b\r\n\r\n", 400],
  ["a Host that is no address", () => "GET /healthz HTTP/1.1\r\nHost: [::1\r\n\r\n", 400],
  ["no version", () => "GET /healthz\r\n\r\n", 400],
  ["HTTP/9.9", (host) => `GET /healthz HTTP/9.9\r\nHost: ${host}\r\n\r\n`, 400],
  ["TLS to a plain port", () => "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", [400, null]],
  ["a method of 20 000 letters", (host) => `${"A".repeat(20_000)} / HTTP/1.1\r\nHost: ${host}\r\n\r\n`, [
    400,
    405,
  ]],
  ["CONNECT", () => "CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example:443\r\n\r\n", [400, 405, 421]],
  ["TRACE", (host) => `TRACE /healthz HTTP/1.1\r\nHost: ${host}\r\n\r\n`, 405],
  ["two lengths that differ", post("Content-Length: 42\r\nContent-Length: 5\r\n", LOGIN), 400],
  ["a list of lengths", post("Content-Length: 5, 42\r\n", LOGIN), 400],
  ["a negative length", post("Content-Length: -1\r\n", LOGIN), 400],
  ["a length with a plus", post("Content-Length: +42\r\n", LOGIN), 400],
  ["a length beyond numbers", post("Content-Length: 99999999999999999999\r\n", LOGIN), [400, 413]],
  ["a hexadecimal length", post("Content-Length: 0x2a\r\n", LOGIN), 400],
  ["length and chunks", post("Content-Length: 6\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\nX"), 400],
  ["chunks and length", post("Transfer-Encoding: chunked\r\nContent-Length: 6\r\n", "0\r\n\r\nX"), 400],
  ["a coding that there is not", post("Transfer-Encoding: xchunked\r\n", "0\r\n\r\n"), [400, 501]],
  ["chunked, but not last", post("Transfer-Encoding: chunked, identity\r\n", "0\r\n\r\n"), [400, 501]],
  ["a space before the colon", post("Transfer-Encoding : chunked\r\n", "0\r\n\r\n"), 400],
  ["a chunk of no number", post("Transfer-Encoding: chunked\r\n", "zz\r\nabc\r\n0\r\n\r\n"), [400, null]],
  ["a chunk of 2^72", post("Transfer-Encoding: chunked\r\n", `${"f".repeat(18)}\r\nabc\r\n`), [400, null]],
  ["a negative chunk", post("Transfer-Encoding: chunked\r\n", "-1\r\nabc\r\n0\r\n\r\n"), [400, null]],
  [
    "64 KiB of chunk extension",
    post("Transfer-Encoding: chunked\r\n", `1;${"a".repeat(65_536)}\r\n{\r\n0\r\n\r\n`),
    [
      400,
      null,
    ],
  ],
];

Deno.test("requests that no client writes are answered 4xx or cut off, and the program goes on", async (t) => {
  await using server = await startServer();
  const victim = await Victim.start(server.url);
  const memory = await Memory.of(server.pid);
  for (const [what, bytes, wanted] of REQUESTS) {
    await t.step(what, async () => {
      const status = await statusFor(server.url, bytes(server.url.host));
      assert.ok([wanted].flat().includes(status), `answered ${status}`);
      assert.equal(await statusOf(new URL("/healthz", server.url)), 200);
    });
  }
  say(await memory.told(`${REQUESTS.length} requests that no client writes`, REQUESTS.length));
  say(await victim.stop());
});

/** What a request for an upgrade lacks or has otherwise. */
const UPGRADES: readonly (readonly [string, Readonly<Record<string, string | null>>, number])[] = [
  ["as it should be", {}, 101],
  ["without a key", { "sec-websocket-key": null }, 426],
  ["with an empty key", { "sec-websocket-key": "" }, 426],
  ["with a key that is none", { "sec-websocket-key": "x" }, 426],
  ["with a key of 1 000 letters", { "sec-websocket-key": "A".repeat(1_000) }, 426],
  ["without a version", { "sec-websocket-version": null }, 426],
  ["of version 8", { "sec-websocket-version": "8" }, 426],
  ["of a version that is no number", { "sec-websocket-version": "x" }, 426],
  ["without Connection", { connection: null }, 426],
  ["with Connection: keep-alive", { connection: "keep-alive" }, 426],
  ["to h2c", { upgrade: "h2c" }, 426],
  ["with a body", { "content-length": "5" }, 400],
  ["with chunks", { "transfer-encoding": "chunked" }, 400],
  ["with extensions, which are not taken", { "sec-websocket-extensions": "permessage-deflate; x" }, 101],
  ["with 1 000 subprotocols", {
    "sec-websocket-protocol": Array.from({ length: 1_000 }, (_, n) => `p${n}`).join(", "),
  }, 101],
  ["with subprotocols that are none", { "sec-websocket-protocol": ',,;"go-chat"' }, 101],
];

Deno.test("a handshake that is not as it should be gets 4xx, and offers that are not taken are ignored", async (t) => {
  await using server = await startServer();
  const victim = await Victim.start(server.url);
  for (const [what, change, wanted] of UPGRADES) {
    await t.step(what, async () => {
      const headers = Object.entries({ ...HANDSHAKE, ...change }).filter(([, value]) => value !== null);
      const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`).join("");
      const bytes = get(lines, "/ws?user_id=66&username=mallory")(server.url.host);
      await using socket = await RawSocket.dial(server.url);
      await socket.write(bytes);
      const answer = await socket.read();
      assert.match(answer, new RegExp(`^HTTP/1\\.1 ${wanted} `));
      assert.doesNotMatch(answer, /extensions/i);
      if (wanted === 426) assert.match(answer, /sec-websocket-version: 13\r\n/i);
    });
  }
  say(await victim.stop());
});

Deno.test("pipelined requests are answered in order", async () => {
  await using server = await startServer();
  await using socket = await RawSocket.dial(server.url);
  const paths = Array.from({ length: 50 }, (_, n) => n % 2 === 0 ? "/healthz" : "/api/v1/none");
  await socket.write(paths.map((path) => get("", path)(server.url.host)).join(""));
  let text = "";
  const statuses = (): string[] => text.match(/HTTP\/1\.1 \d{3}/g) ?? [];
  while (statuses().length < paths.length) text += await socket.read();
  assert.deepEqual(statuses(), paths.map((path) => `HTTP/1.1 ${path === "/healthz" ? 200 : 404}`));
});

// The hardened transport speaks no HTTP/2.
const HTTP_2 = { ignore: TRANSPORT === "hardened" };
Deno.test(
  "HTTP/2 by prior knowledge keeps the checks of Host, and a flood of resets is cut off",
  HTTP_2,
  async () => {
    await using server = await startServer();
    const victim = await Victim.start(server.url);
    const memory = await Memory.of(server.pid);
    const session = http2.connect(server.url.origin);
    const closed = new Promise<void>((resolve) => session.on("close", () => resolve()));
    session.on("error", () => {});
    const foreign = await new Promise((resolve) => {
      const request = session.request({ ":path": "/healthz", ":authority": "evil.example" });
      request.on("response", (headers) => resolve(headers[":status"]));
      request.resume();
      request.end();
    });
    assert.equal(foreign, 421);
    for (let n = 0; n < 20_000 && !session.destroyed; n++) {
      const request = session.request({ ":path": "/api/v1/auth/login", ":method": "POST" });
      request.on("error", () => {});
      request.close(http2.constants.NGHTTP2_CANCEL);
      if (n % 100 === 99) await new Promise((resolve) => setTimeout(resolve, 0));
    }
    await closed;
    say(await memory.told("one HTTP/2 connection that resets what it asks", 1));
    say(await victim.stop());
  },
);

/** Connections that begin something and do not end it. */
const UNFINISHED: readonly (readonly [string, (host: string) => string])[] = [
  ["say nothing", () => ""],
  ["begin a header", (host) => `GET /healthz HTTP/1.1\r\nHost: ${host}\r\nX: `],
  [
    "begin a handshake",
    (host) =>
      get(`${Object.entries(HANDSHAKE).map((one) => one.join(": ")).join("\r\n")}\r\n`)(host).slice(0, -3),
  ],
  ["promise a body", post("Content-Length: 100\r\n", "")],
];
const EACH = 75;
/** Of one connection with nothing but some bytes of header, in MiB: generous, so that only growth is found. */
const COST_MIB = 0.1;

async function beginAll(server: RunningServer): Promise<RawSocket[]> {
  const sockets: RawSocket[] = [];
  for (const [, bytes] of UNFINISHED) {
    for (let n = 0; n < EACH; n++) {
      const socket = await RawSocket.dial(server.url);
      await socket.write(bytes(server.url.host));
      sockets.push(socket);
    }
  }
  return sockets;
}

Deno.test("300 connections that finish nothing, and go on byte by byte, keep nobody else out", async () => {
  await using server = await startServer();
  const victim = await Victim.start(server.url);
  const [before, memory] = [await openDescriptors(server.pid), await Memory.of(server.pid)];
  const sockets = await beginAll(server);
  await until("They are there", async () => await openDescriptors(server.pid) >= before + sockets.length);
  for (let round = 0; round < 20; round++) {
    for (const socket of sockets.slice(EACH, 2 * EACH)) await socket.write("a");
    await victim.writes(1);
  }
  {
    await using late = await SocketClient.as(server.url, 5);
    assert.equal((await late.ask({ type: "heartbeat" })).content, "pong");
  }
  say(await memory.told(`${sockets.length} connections that finish nothing`, sockets.length));
  assert.ok(await memory.peak() <= memory.before + 32 + sockets.length * COST_MIB);
  for (const socket of sockets) await socket[Symbol.asyncDispose]();
  await until("Their descriptors are back", async () => await openDescriptors(server.pid) <= before + 5);
  say(await victim.stop());
});

Deno.test("a handshake that comes byte by byte is answered like any other", async () => {
  await using server = await startServer();
  await using socket = await RawSocket.dial(server.url);
  const lines = Object.entries(HANDSHAKE).map((one) => one.join(": ")).join("\r\n");
  for (const byte of get(`${lines}\r\n`, "/ws?user_id=1&username=slow")(server.url.host)) {
    await socket.write(byte);
  }
  await socket.upgraded();
  await socket.send({ type: "heartbeat", id: "slow" });
  for await (const { payload } of socket.frames()) {
    if (new TextDecoder().decode(payload).includes('"id":"slow"')) break;
  }
});
