/** Readers that do not read: what they can pin is bounded for each, for each user and in all, and comes back. */
import assert from "node:assert/strict";
import { openDescriptors } from "../support/descriptors.ts";
import { closesOf, readFigures } from "../support/figures.ts";
import { Memory } from "../support/memory.ts";
import { OPCODE, RawSocket } from "../support/raw_socket.ts";
import { say } from "../support/say.ts";
import { programCommand, type RunningServer, startServer, TRANSPORT } from "../support/server.ts";
import { SocketClient } from "../support/socket_client.ts";
import { TemporaryDirectory } from "../support/temporary_directory.ts";
import { until } from "../support/until.ts";
import { Victim } from "../support/victim.ts";

const READERS = 100;
const WAVES = 2;
/** What may wait for one of them (contract §3.3.6), in MiB. */
const BUFFER_MIB = 1;
/** The heap that the server gets here, so that garbage does not hide what is measured, in MiB. */
const HEAP_MIB = 128;
/** Garbage goes to pages that the engine keeps, and what the system's allocator had once it keeps in part. */
const SLACK_MIB = HEAP_MIB + 64;
/** 40 KB in UTF-8: fifteen are more than one answer to `history` may hold. */
const LARGE = "\u{1f600}".repeat(10_000);

/** A server whose heap is small. */
function startSmall(directory: TemporaryDirectory, env: Record<string, string> = {}): Promise<RunningServer> {
  const command = programCommand(directory.path).map((word) =>
    word.startsWith("--v8-flags=") ? `${word},--max-old-space-size=${HEAP_MIB}` : word
  );
  return startServer({ dataDir: directory.path, command, env });
}

/** Fills a conversation of each reader, so that every answer to `history` has 512 KiB. */
async function fill(url: URL): Promise<void> {
  await Promise.all(Array.from({ length: READERS }, async (_, at) => {
    await using writer = await SocketClient.as(url, 1_000 + at);
    for (let n = 0; n < 15; n++) {
      writer.send({ type: "private", id: `fill-${n}`, to_user_id: 5_000 + at, content: LARGE });
    }
    await writer.settled();
  }));
}

/** Asks for more and more and reads nothing of it, or a byte now and then. */
async function askWithoutReading(url: URL, at: number, isOver: () => boolean): Promise<RawSocket> {
  const reader = await RawSocket.upgrade(url, `/ws?user_id=${1_000 + at}&username=reader`);
  const reads = at % 2 === 0;
  try {
    for (let n = 0; !isOver(); n++) {
      await reader.send({ type: "history", id: `${n}`, to_user_id: 5_000 + at, data: { limit: 100 } });
      if (reads) await reader.read(1);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  } catch {
    // The hardened transport cuts who takes nothing.
  }
  return reader;
}

Deno.test(`${READERS} readers that never read are closed 4413 within the memory that the limits allow`, async () => {
  await using directory = await TemporaryDirectory.make();
  {
    await using filled = await startSmall(directory);
    await fill(filled.url);
  }
  await using server = await startSmall(directory);
  const { url } = server;
  const victim = await Victim.start(url);
  const descriptors = await openDescriptors(server.pid);
  const memory = await Memory.of(server.pid);
  const peaks: number[] = [];
  for (let wave = 1; wave <= WAVES; wave++) {
    await using readers = new AsyncDisposableStack();
    let isOver = false;
    const asking = Array.from({ length: READERS }, (_, at) => askWithoutReading(url, at, () => isOver));
    await until("All are closed 4413", async () => await closesOf(url, 4413) === wave * READERS, 60_000);
    isOver = true;
    for (const reader of await Promise.all(asking)) readers.use(reader);
    peaks.push(await memory.peak());
    await victim.writes(5);
  }
  say(await memory.told(`${READERS} readers that never read, the second time`, READERS));
  say(await victim.stop());
  const [first = 0, second = Infinity] = peaks;
  assert.ok(first <= memory.before + READERS * BUFFER_MIB + HEAP_MIB + SLACK_MIB, `${first} MiB`);
  assert.ok(second <= first + SLACK_MIB, `What was given back is used again: ${peaks} MiB`);
  await until("The descriptors are back", async () => await openDescriptors(server.pid) <= descriptors + 5);
  assert.equal((await readFigures(url)).get("backlog_bytes"), 0);
});

Deno.test("a reader that never reads and only errs is closed 4413 as well, however small the answers are", async () => {
  await using server = await startServer({ env: { CHAT_LIMIT_FRAMES: "0" } });
  const victim = await Victim.start(server.url);
  await using reader = await RawSocket.upgrade(server.url, "/ws?user_id=66&username=mallory");
  // Four bad ones, so that no ten in a row close it before, also where those before welcome are dropped in between;
  // written until the server says that it is closed.
  const [bad, good] = ["{", '{"type":"heartbeat"}'].map((text) => new TextEncoder().encode(text));
  assert.ok(bad !== undefined && good !== undefined);
  const one = [...Array(4).fill(bad), good].flatMap((
    text,
  ) => [0x81, 0x80 | text.length, 0, 0, 0, 0, ...text]);
  const many = new Uint8Array(Array.from({ length: 200 }, () => one).flat());
  await until("It is closed 4413", async () => {
    // Once it is closed, the hardened transport also cuts it.
    await reader.write(many).catch(() => {});
    return await closesOf(server.url, 4413) === 1;
  }, 60_000);
  say(await victim.stop());
});

/** How somebody who reads nothing goes on after the close, or instead of it. */
const ENDINGS: readonly (readonly [string, (socket: RawSocket) => Promise<void>])[] = [
  ["says nothing", () => Promise.resolve()],
  ["goes on talking", (socket) => socket.send({ type: "heartbeat" })],
  ["answers the close without having read it", (socket) => socket.frame(OPCODE.close, "")],
  ["breaks the protocol", (socket) => socket.frame(5, "x")],
  ["ends its half", (socket) => socket.half()],
];
/** Connections of a user, and closed ones whose other side takes nothing. */
const MOST_OPEN = 10;
const MOST_LINGERING = 20;

/** Opens a batch of sockets of somebody, lets nobody read, and writes to all until they are closed 4413. */
async function pin(server: RunningServer, userId: number, flood: SocketClient): Promise<RawSocket[]> {
  const path = `/ws?user_id=${userId}&username=mallory`;
  const sockets: RawSocket[] = [];
  for (let n = 0; n < MOST_OPEN; n++) sockets.push(await RawSocket.upgrade(server.url, path));
  const before = await closesOf(server.url, 4413);
  while (await closesOf(server.url, 4413) < before + MOST_OPEN) {
    for (let n = 0; n < 10; n++) flood.send({ type: "private", to_user_id: userId, content: LARGE });
    await flood.settled();
  }
  return sockets;
}

/** The same, but something only waits for all of them, and no bound is reached. */
async function leaveWaiting(
  server: RunningServer,
  userId: number,
  flood: SocketClient,
): Promise<RawSocket[]> {
  const path = `/ws?user_id=${userId}&username=mallory`;
  const sockets: RawSocket[] = [];
  for (let n = 0; n < MOST_OPEN; n++) sockets.push(await RawSocket.upgrade(server.url, path));
  // 200 KB each stay: more than what is on its way for a moment.
  while (((await readFigures(server.url)).get("backlog_bytes") ?? 0) < MOST_OPEN * 200_000) {
    for (let n = 0; n < 3; n++) flood.send({ type: "private", to_user_id: userId, content: LARGE });
    await flood.settled();
  }
  return sockets;
}

async function mayOpen(server: RunningServer, userId: number): Promise<boolean> {
  await using socket = await RawSocket.connect(server.url, `/ws?user_id=${userId}&username=mallory`);
  return (await socket.read(12)) === "HTTP/1.1 101";
}

// With the hardened transport nothing is pinned: tests/socket/hostile_cut_test.ts.
const PINNING = { ignore: TRANSPORT === "hardened" };
Deno.test("nobody pins more than 20 closed sockets, whatever they do after the close", PINNING, async (t) => {
  await using directory = await TemporaryDirectory.make();
  const env = { CHAT_LIMIT_MESSAGES: "0", CHAT_LIMIT_FRAMES: "0" };
  await using server = await startSmall(directory, env);
  const victim = await Victim.start(server.url);
  await using flood = await SocketClient.as(server.url, 1);
  const memory = await Memory.of(server.pid);
  for (const [index, [what, end]] of ENDINGS.entries()) {
    const userId = 100 + index;
    await t.step(what, async () => {
      await using kept = new AsyncDisposableStack();
      for (let batch = 0; batch < MOST_LINGERING / MOST_OPEN; batch++) {
        const sockets = await pin(server, userId, flood);
        for (const socket of sockets) await end(kept.use(socket));
      }
      await flood.settled();
      await victim.writes(3);
      assert.equal(await mayOpen(server, userId), false, "the twenty-first is refused");
      assert.equal(await mayOpen(server, 500 + index), true, "others are let in");
    });
  }
  await t.step("breaks the protocol before anything was closed", async () => {
    const userId = 200;
    await using kept = new AsyncDisposableStack();
    const closed = await closesOf(server.url, 4413);
    for (let batch = 0; batch < MOST_LINGERING / MOST_OPEN; batch++) {
      for (const socket of await leaveWaiting(server, userId, flood)) {
        await kept.use(socket).frame(5, "x");
      }
      const backlog = async (): Promise<unknown> => (await readFigures(server.url)).get("backlog_bytes");
      await until("They count no longer as connected", async () => await backlog() === 0);
    }
    assert.equal(await closesOf(server.url, 4413), closed);
    assert.equal(await mayOpen(server, userId), false, "the twenty-first is refused");
  });
  await t.step(
    "who is gone for good may come again",
    () => until("They are let in", () => mayOpen(server, 100)),
  );
  say(await memory.told("20 sockets at a time that are pinned after their close", MOST_LINGERING));
  say(await victim.stop());
});
