/** kill -9 in the middle of everything: nothing acknowledged is lost, nothing is doubled, the order stays. */
import assert from "node:assert/strict";
import { Chatter } from "../../support/chatter.ts";
import { shareMariadb } from "../../support/mariadb.ts";
import { until } from "../../support/until.ts";
import { type Started, startServers } from "./started.ts";

await shareMariadb();

const PAIRS = 4;
const MESSAGES = 60;
/** Messages of a person that are under way at once. */
const AT_ONCE = 4;
const PATIENCE_MS = 60_000;

/** Sends so many messages, some at a time; resolves when all are acknowledged. */
async function talk(from: Chatter, to: number, onSent: () => void): Promise<void> {
  const waiting = new Set<Promise<void>>();
  for (let n = 1; n <= MESSAGES; n++) {
    const sending = from.send(to, `${from.userId} says ${n}`).then(() => {
      waiting.delete(sending);
      onSent();
    });
    waiting.add(sending);
    if (waiting.size >= AT_ONCE) await Promise.race(waiting);
  }
  await Promise.all(waiting);
}

function conversationOf(pair: number): string {
  return `${2 * pair + 1}-${2 * pair + 2}`;
}

/** Everybody talks, and `strike` happens in the middle. */
async function talkThrough(started: Started, strike: () => Promise<void>): Promise<void> {
  await using people = new AsyncDisposableStack();
  const chatters = Array.from(
    { length: 2 * PAIRS },
    (_, n) => people.use(new Chatter(n + 1, () => started.nextServer())),
  );
  let sent = 0;
  const middle = Promise.withResolvers<void>();
  const onSent = (): void => {
    if (++sent === PAIRS * MESSAGES) middle.resolve();
  };
  const talking = chatters.map((one, n) => talk(one, n % 2 === 0 ? n + 2 : n, onSent));
  await middle.promise;
  await strike();
  await until("everything is acknowledged", () => chatters.every((one) => one.isDone), PATIENCE_MS);
  await Promise.all(talking);
  for (let pair = 0; pair < PAIRS; pair++) await compare(started, chatters, pair);
  assert.deepEqual(chatters.flatMap((one) => one.faults), []);
}

/** Both sides of a conversation see what the store has: every message once, in one order. */
async function compare(started: Started, chatters: readonly Chatter[], pair: number): Promise<void> {
  const id = conversationOf(pair);
  const both = chatters.slice(2 * pair, 2 * pair + 2);
  const count = (one: Chatter): number => one.messagesOf(id).length;
  await until(`both have all of ${id}`, () => both.every((one) => count(one) >= 2 * MESSAGES), PATIENCE_MS);
  const stored = await history(started.nextServer(), id);
  assert.deepEqual(stored.map((one) => one.data.seq), Array.from({ length: 2 * MESSAGES }, (_, n) => n + 1));
  const contents = stored.map((one) => one.content);
  assert.equal(new Set(contents).size, 2 * MESSAGES, "nothing is stored twice");
  for (const one of both) {
    assert.deepEqual(
      one.messagesOf(id).map(([seq, { messageId }]) => [seq, messageId]),
      stored.map(({ data }) => [
        data.seq,
        data.message_id,
      ]),
    );
  }
}

interface Stored {
  readonly content: string;
  readonly data: { readonly seq: number; readonly "message_id": string };
}

async function history(server: URL, conversationId: string): Promise<readonly Stored[]> {
  const userId = conversationId.split("-")[0];
  const all: Stored[] = [];
  for (;;) {
    const path = `/api/v1/conversations/${conversationId}/messages`;
    const url = new URL(`${path}?user_id=${userId}&after_seq=${all.length}&limit=100`, server);
    const { data } = await (await fetch(url)).json();
    all.push(...data.messages);
    if (data.has_more !== true) return all;
  }
}

async function loseOne(started: Started): Promise<void> {
  await talkThrough(started, () => started.kill(1));
}

Deno.test("one of three is killed: nobody misses or doubles a message, and the order stays", async () => {
  await using started = await startServers(3);
  await loseOne(started);
});

Deno.test("one of three is killed with messages in MongoDB: the same holds", async () => {
  await using started = await startServers(3, { mongodb: true });
  await loseOne(started);
});

Deno.test("one of two is ended in order and another one started: the same holds", async () => {
  await using started = await startServers(2);
  await talkThrough(started, async () => {
    await started.add();
    await started.stop(0);
  });
});

Deno.test("Redis is killed and comes back: the same holds", async () => {
  await using started = await startServers(2);
  await talkThrough(started, async () => {
    await started.redis.kill();
    await started.redis.restart();
  });
});
