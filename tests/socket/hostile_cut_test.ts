/** What the hardened transport bounds and the runtime's own does not (SECURITY.md), whichever the others are run on. */
import assert from "node:assert/strict";
import { openDescriptors } from "../support/descriptors.ts";
import { closesOf } from "../support/figures.ts";
import { Memory } from "../support/memory.ts";
import { OPCODE, RawSocket } from "../support/raw_socket.ts";
import { within } from "../support/process.ts";
import { say } from "../support/say.ts";
import { type RunningServer, startServer } from "../support/server.ts";
import { SocketClient } from "../support/socket_client.ts";
import { until } from "../support/until.ts";
import { Victim } from "../support/victim.ts";

const MEBIBYTE = 1_048_576;
const BOMB_MIB = 400;
const SLOW = 1_000;
/** What garbage and the system's allocator may add, in MiB. */
const SLACK_MIB = 48;
/** From a close to the cut 10 s, for a head 10 s, and the looks for both. */
const CUT_WITHIN_MS = 20_000;
const LARGE = "\u{1f600}".repeat(10_000);

function startHardened(): Promise<RunningServer> {
  const env = { CHAT_TRANSPORT: "hardened", CHAT_LIMIT_MESSAGES: "0", CHAT_LIMIT_FRAMES: "0" };
  return startServer({ env });
}

function connect({ url }: RunningServer, userId = 66): Promise<RawSocket> {
  return RawSocket.upgrade(url, `/ws?user_id=${userId}&username=mallory`);
}

Deno.test(`hardened: a message of ${BOMB_MIB} MiB in fragments is refused at its first, and costs no memory`, async () => {
  await using server = await startHardened();
  const victim = await Victim.start(server.url);
  const memory = await Memory.of(server.pid);
  await using socket = await connect(server);
  const piece = new Uint8Array(MEBIBYTE).fill(0x61);
  const writing = (async (): Promise<number> => {
    for (let sent = 0; sent < BOMB_MIB; sent++) {
      await socket.announce(sent === 0 ? OPCODE.text : OPCODE.continuation, MEBIBYTE, false);
      await socket.write(piece);
    }
    return BOMB_MIB;
  })().catch(() => null);
  assert.equal(await socket.closeCode(), 1009);
  await victim.writes(3);
  say(await memory.told(`a message of ${BOMB_MIB} MiB in fragments`, 1));
  say(await victim.stop());
  assert.ok(await memory.peak() <= memory.before + SLACK_MIB);
  assert.equal(await within(CUT_WITHIN_MS, writing, "It was not cut"), null, "Not all of it was taken");
});

Deno.test("hardened: a frame that announces 64 MiB is refused by its head", async () => {
  await using server = await startHardened();
  const memory = await Memory.of(server.pid);
  await using socket = await connect(server);
  await socket.announce(OPCODE.text, 64 * MEBIBYTE);
  assert.equal(await socket.closeCode(), 1009);
  assert.ok(await memory.peak() <= memory.before + SLACK_MIB);
});

Deno.test(`hardened: ${SLOW} heads that do not end are answered 408, and others are served meanwhile`, async () => {
  await using server = await startHardened();
  const victim = await Victim.start(server.url);
  const descriptors = await openDescriptors(server.pid);
  const memory = await Memory.of(server.pid);
  await using slow = new AsyncDisposableStack();
  const answers: Promise<string>[] = [];
  for (let n = 0; n < SLOW; n++) {
    const socket = slow.use(await RawSocket.dial(server.url));
    await socket.write(`GET /healthz HTTP/1.1\r\nHost: ${server.url.host}\r\nX-Slow: `);
    answers.push(socket.read(12).catch(() => "reset"));
  }
  // On a busy machine the first are gone when the last are there.
  await until("Most are there", async () => await openDescriptors(server.pid) >= descriptors + SLOW / 2);
  await victim.writes(3);
  const seen = new Set(await Promise.all(answers));
  assert.deepEqual([...seen], ["HTTP/1.1 408"]);
  say(await memory.told(`${SLOW} heads that do not end`, SLOW));
  say(await victim.stop());
  await until("The descriptors are back", async () => await openDescriptors(server.pid) <= descriptors + 5);
  assert.ok(await memory.peak() <= memory.before + SLACK_MIB);
});

Deno.test("hardened: a head of more than 16 KiB is answered 431, one line of it or many", async () => {
  await using server = await startHardened();
  await using big = await RawSocket.dial(server.url);
  await big.write(`GET /healthz HTTP/1.1\r\nHost: x\r\nX-Big: ${"x".repeat(20_000)}\r\n\r\n`);
  assert.match(await big.read(), /^HTTP\/1\.1 431 /);
  await using many = await RawSocket.dial(server.url);
  const lines = Array.from({ length: 1_000 }, (_, at) => `X-${at}: ${"x".repeat(16)}\r\n`).join("");
  await many.write(`GET /healthz HTTP/1.1\r\nHost: x\r\n${lines}\r\n`);
  assert.match(await many.read(), /^HTTP\/1\.1 431 /);
});

Deno.test("hardened: whoever asks on and on without reading is cut, and one answer at a time is kept", async () => {
  await using server = await startHardened();
  const victim = await Victim.start(server.url);
  const memory = await Memory.of(server.pid);
  const one = new TextEncoder().encode(
    `GET /style.css HTTP/1.1\r\nHost: ${server.url.host}\r\n\r\n`.repeat(90),
  );
  await using kept = new AsyncDisposableStack();
  for (let n = 0; n < 30; n++) await kept.use(await RawSocket.dial(server.url)).write(one);
  await victim.writes(3);
  say(await memory.told("30 connections with 90 requests each, unread", 30));
  await using mad = await RawSocket.dial(server.url);
  const asking = (async (): Promise<void> => {
    for (;;) await mad.write(one);
  })();
  await assert.rejects(within(CUT_WITHIN_MS, asking, "It was not cut"), /reset|Broken pipe/i);
  await victim.writes(3);
  say(await victim.stop());
  // The files that were sent are garbage until it is collected: 160 MiB of them.
  assert.ok(await memory.peak() <= memory.before + 3 * SLACK_MIB);
});

Deno.test("hardened: requests one after the other on one connection are all answered", async () => {
  await using server = await startHardened();
  await using socket = await RawSocket.dial(server.url);
  for (let n = 0; n < 300; n++) {
    await socket.write(`GET /healthz HTTP/1.1\r\nHost: ${server.url.host}\r\n\r\n`);
    assert.match(await socket.read(), /^HTTP\/1\.1 200 /);
  }
});

Deno.test("hardened: whoever stops reading is closed 4413 and cut, and nothing of them is left", async () => {
  await using server = await startHardened();
  const victim = await Victim.start(server.url);
  await using flood = await SocketClient.as(server.url, 1);
  const descriptors = await openDescriptors(server.pid);
  const memory = await Memory.of(server.pid);
  await using kept = new AsyncDisposableStack();
  const readers = 10;
  for (let n = 0; n < readers; n++) kept.use(await connect(server));
  while (await closesOf(server.url, 4413) < readers) {
    for (let n = 0; n < 10; n++) flood.send({ type: "private", to_user_id: 66, content: LARGE });
    await flood.settled();
  }
  const back = async (): Promise<boolean> => await openDescriptors(server.pid) <= descriptors + 5;
  await until("Their descriptors are back, although they hold their side open", back, CUT_WITHIN_MS);
  say(await memory.told(`${readers} who stop reading`, readers));
  say(await victim.stop());
  assert.ok(await memory.peak() <= memory.before + SLACK_MIB + 4 * readers);
  await using again = await connect(server);
  await again.send({ type: "heartbeat" });
});
