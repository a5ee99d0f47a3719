/** Somebody comes back after a month and 50 000 messages: the list in few frames, the newest at once, the rest on demand. */
import assert from "node:assert/strict";
import { z } from "zod";
import { OTHERS_AFTER, SLEEPER, write } from "../support/long_life.ts";
import { CacheOf, hangUp, pageClient, Traffic } from "../support/page_client.ts";
import { say } from "../support/say.ts";
import { type RunningServer, startServer } from "../support/server.ts";
import { type AnyFrame, SocketClient } from "../support/socket_client.ts";
import { TemporaryDirectory } from "../support/temporary_directory.ts";
import { until } from "../support/until.ts";
import { openIn } from "../contract/sqlite.ts";

const DAY = 24 * 60 * 60 * 1_000;
const MAX_ANSWER_BYTES = 512 * 1024;
const WAKE_MS = 30_000;
/** Messages of a page of history, and what a client asks for unasked, at most. */
const PAGE = 100;
const MAX_UNASKED = 8;

const SyncData = z.object({ conversations: z.array(z.unknown()), next: z.string().nullable() });

/** What a device keeps that synced a month ago: some of each conversation. */
async function keptBeforeSleep(dataDir: string): Promise<CacheOf> {
  const cache = new CacheOf();
  await using server = await startServer({ dataDir });
  const connection = pageClient(server.url, { userId: SLEEPER, cache });
  connection.start();
  await until("The device is in step", () => connection.state.since !== null, WAKE_MS);
  await hangUp(connection);
  await server.stop();
  cache.lastSyncedAt(Date.now() - 30 * DAY);
  return cache;
}

/** Wakes the device, and tells what that took. */
async function wake(
  server: RunningServer,
  cache: CacheOf,
): Promise<{ connection: ReturnType<typeof pageClient>; traffic: Traffic }> {
  const connection = pageClient(server.url, { userId: SLEEPER, cache });
  const traffic = new Traffic(connection);
  assert.ok(await connection.restore());
  const slept = connection.state.since;
  connection.start();
  await until("The device is in step", () => connection.state.since !== slept && traffic.isAnswered, WAKE_MS);
  return { connection, traffic };
}

for (
  const { conversations, frames } of [
    { conversations: 100, frames: 1 },
    // With their newest messages 500 take more than a frame may have.
    { conversations: 500, frames: 2 },
  ]
) {
  Deno.test(`sync: ${conversations} conversations and 50 000 messages later the list comes in ${frames === 1 ? "one frame" : `${frames} frames`}, the rest on demand`, async () => {
    await using directory = await TemporaryDirectory.make();
    const dataDir = directory.path;
    const now = Date.now();
    await write(dataDir, { conversations, messages: 30, from: now - 60 * DAY, to: now - 31 * DAY });
    const cache = await keptBeforeSleep(dataDir);
    const missed = 50_000 / conversations;
    await write(dataDir, { conversations, messages: missed, from: now - 29 * DAY, to: now - DAY });
    await using server = await startServer({ dataDir });
    const { connection, traffic } = await wake(server, cache);
    try {
      const unasked = traffic.sent("history");
      const { count, units } = traffic.came("sync");
      say(
        `${conversations} conversations: ${count} sync frames, ${units} bytes, ${unasked} of history unasked`,
      );
      assert.equal(count, frames);
      assert.ok(units <= frames * MAX_ANSWER_BYTES);
      assert.ok(unasked <= MAX_UNASKED);
      const chats = [...connection.state.chats.values()];
      assert.equal(chats.length, conversations);
      for (const { info, timeline } of chats) {
        assert.equal(info.last_seq, 30 + missed);
        assert.equal(timeline.messages.at(-1)?.data.seq, info.last_seq, "the newest is there");
        assert.deepEqual(timeline.ahead, []);
      }
      await scrollBack(connection, traffic, conversations);
    } finally {
      await hangUp(connection);
    }
  });
}

/** Reads one conversation to its beginning: a page a question, and nothing twice. */
async function scrollBack(
  connection: ReturnType<typeof pageClient>,
  traffic: Traffic,
  number: number,
): Promise<void> {
  const target = { peerId: OTHERS_AFTER + number };
  const chat = (): { seqs: readonly number[]; last: number } => {
    const found = [...connection.state.chats.values()].find(({ info }) =>
      info.peer?.user_id === target.peerId
    );
    assert.ok(found !== undefined);
    return { seqs: found.timeline.messages.map(({ data }) => data.seq), last: found.info.last_seq };
  };
  const [before, held] = [traffic.sent("history"), chat().seqs.length];
  while (await connection.older(target));
  const { seqs, last } = chat();
  assert.deepEqual(seqs, Array.from({ length: last }, (_, at) => at + 1));
  assert.equal(traffic.sent("history") - before, Math.max(1, Math.ceil((last - held) / PAGE)));
}

Deno.test("sync: names and pictures of any length keep a frame within 512 KiB, and nobody is left out", async () => {
  await using directory = await TemporaryDirectory.make();
  const dataDir = directory.path;
  const now = Date.now();
  const people = 300;
  {
    await using store = await openIn(dataDir);
    for (let id = 1; id <= SLEEPER + people; id++) {
      const [username, email] = [`person_${id}`, `person_${id}@example.org`];
      await store.users.create({ username, email, phone: "", passwordDigest: "digest", createdAt: now });
      await store.users.update(id, { avatar: "图".repeat(500) }, now);
    }
  }
  const others = { conversations: people, othersAfter: SLEEPER };
  await write(dataDir, { ...others, messages: 1, from: now - DAY, to: now });
  await using server = await startServer({ dataDir });
  await using client = await SocketClient.as(server.url, SLEEPER);
  let told = 0;
  let page: string | null = null;
  do {
    const answer: AnyFrame = await client.ask({ type: "sync", data: page === null ? {} : { page } });
    assert.ok(new TextEncoder().encode(JSON.stringify(answer)).byteLength <= MAX_ANSWER_BYTES);
    const { conversations, next } = SyncData.parse(answer.data);
    told += conversations.length;
    page = next;
  } while (page !== null);
  assert.equal(told, people);
});
