/**
 * Messages through the batcher, on SQLite and on MongoDB: `deno run -P=test tests/backends/mongodb/throughput_bench.ts`.
 * Prints, asserts nothing. FerretDB reads everything it has for every question, so its figures fall with each message
 * and say nothing of a MongoDB; CHAT_TEST_MONGODB_URL names one.
 *
 * @module
 */
import { systemClock } from "../../../db/clock.ts";
import process from "node:process";
import { v7 } from "uuid";
import { Batcher } from "../../../db/batcher.ts";
import type { MessageStore } from "../../../db/messages.ts";
import { directConversation } from "../../../db/model.ts";
import { draft } from "../../contract/drafts.ts";
import { openSqlite } from "../../contract/sqlite.ts";
import { openTestMongo } from "../../support/ferretdb.ts";
import { say } from "../../support/say.ts";
import { openMessages } from "./opened.ts";

const SENDERS = 200;
const BOUNDS = { maxBatch: 500, maxWaiting: 10_000, maxWaitingLength: 10_000_000 };
const TEXT = "x".repeat(100);

/** Every sender sends `each` messages, one after the other, as soon as the one before is acknowledged. */
async function measure(name: string, store: MessageStore, each: number): Promise<void> {
  await using batcher = new Batcher(store, { clock: systemClock, ...BOUNDS });
  const latencies: number[] = [];
  const begun = performance.now();
  const cpuBefore = process.cpuUsage();
  await Promise.all(Array.from({ length: SENDERS }, async (_, at) => {
    const conversation = directConversation(1 + at % 50, 1_001 + at % 50);
    const senderId = at % 2 === 0 ? conversation.low : conversation.high;
    for (let n = 0; n < each; n++) {
      const one = draft(TEXT, {
        conversation,
        senderId,
        clientId: `${at} ${n}`,
        messageId: v7(),
        createdAt: Date.now(),
      });
      const asked = performance.now();
      await batcher.append(one);
      latencies.push(performance.now() - asked);
    }
  }));
  const seconds = (performance.now() - begun) / 1_000;
  const { user, system } = process.cpuUsage(cpuBefore);
  latencies.sort((one, other) => one - other);
  const at = (share: number): string => (latencies[Math.floor(share * latencies.length)] ?? 0).toFixed(0);
  const { commits } = batcher.figures;
  const rate = (latencies.length / seconds).toFixed(0).padStart(7);
  const cpu = ((user + system) / latencies.length).toFixed(0);
  say(
    `${name.padEnd(24)} ${rate} messages/s, p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, ${commits} commits of ` +
      `${(latencies.length / commits).toFixed(0)}, ${cpu} us of our processor a message`,
  );
}

const each = Number(Deno.args[0] ?? 10);
{
  await using opened = await openSqlite();
  await measure("SQLite", opened.store.messages, each);
}
for (const shared of [false, true]) {
  await using mongo = await openTestMongo();
  await using opened = await openMessages(mongo.url, { shared });
  const server = mongo.server === null ? "MongoDB" : "FerretDB";
  await measure(`${server}, ${shared ? "one of several" : "alone"}`, opened.messages, each);
}
