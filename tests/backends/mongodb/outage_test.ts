import { strict as assert } from "node:assert";
import { v7 } from "uuid";
import { Batcher } from "../../../db/batcher.ts";
import { systemClock } from "../../../db/clock.ts";
import { StoreUnavailableError } from "../../../db/errors.ts";
import type { MessageStore } from "../../../db/messages.ts";
import { type ConversationRef, directConversation, type Message } from "../../../db/model.ts";
import { AB, appendAll, draft, mark, texts } from "../../contract/drafts.ts";
import { FerretServer } from "../../support/ferretdb.ts";
import { say } from "../../support/say.ts";
import { until } from "../../support/until.ts";
import { openMessages } from "./opened.ts";
import { checkTruth, readAll } from "./truth.ts";

const SENDERS = 20;
const MESSAGES = 30;
const KILLS = 6;
const BOUNDS = { maxBatch: 500, maxWaiting: 100, maxWaitingLength: 1_000_000 };

/** Senders who send one message after the other, each again until it is acknowledged. */
class Load {
  readonly conversations: readonly ConversationRef[] = Array.from(
    { length: SENDERS / 2 },
    (_, at) => directConversation(100 + at, 200 + at),
  );
  readonly acknowledged: Message[] = [];
  refused = 0;
  /** Resolves when everything is acknowledged. */
  readonly done: Promise<void>;
  readonly #batcher: Batcher;

  constructor(batcher: Batcher) {
    this.#batcher = batcher;
    this.done = Promise.all(Array.from({ length: SENDERS }, (_, at) => this.#send(at))).then(() => {});
  }

  get total(): number {
    return SENDERS * MESSAGES;
  }

  async #send(sender: number): Promise<void> {
    const conversation = this.conversations[sender % this.conversations.length] ?? AB;
    const senderId = sender < this.conversations.length ? conversation.low : conversation.high;
    for (let n = 0; n < MESSAGES;) {
      const clientId = `${sender}-${n}`;
      try {
        const one = draft(clientId, {
          conversation,
          senderId,
          clientId,
          messageId: v7(),
          createdAt: Date.now(),
        });
        const answer = await this.#batcher.append(one);
        if ("error" in answer) throw answer.error;
        this.acknowledged.push(answer.message);
        n++;
      } catch (error) {
        assert.ok(error instanceof StoreUnavailableError, String(error));
        this.refused++;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    }
  }
}

/** Compares what was acknowledged with what is stored, and says it. */
async function checkLoad(name: string, load: Load, store: MessageStore): Promise<void> {
  const stored = (await Promise.all(load.conversations.map((one) => readAll(store, one)))).flat();
  const place = new Map(stored.map((message) => [message.messageId, message]));
  const lost = load.acknowledged.filter((message) => place.get(message.messageId)?.seq !== message.seq);
  const doubled = stored.length - new Set(stored.map((one) => `${one.senderId} ${one.clientId}`)).size;
  const bySender = Map.groupBy(load.acknowledged, (message) => message.senderId);
  const reordered = [...bySender.values()].flatMap((mine) =>
    mine.filter((message, at) => at > 0 && message.seq <= (mine[at - 1]?.seq ?? 0))
  );
  say(
    `${name}: ${load.acknowledged.length} acknowledged, ${load.refused} refused meanwhile, ${lost.length} lost, ` +
      `${doubled} doubled, ${reordered.length} reordered`,
  );
  assert.deepEqual(
    { acknowledged: load.acknowledged.length, lost: lost.length, doubled, reordered: reordered.length },
    { acknowledged: load.total, lost: 0, doubled: 0, reordered: 0 },
  );
  assert.equal(stored.length, load.total, "everything that is stored was acknowledged in the end");
  await checkTruth(store, load.conversations, { since: 0, known: new Map() });
}

Deno.test("MongoDB is killed under load and started again: nothing is lost, doubled or reordered", async () => {
  await using server = await FerretServer.start();
  await using opened = await openMessages(server.url("load"));
  await using batcher = new Batcher(opened.messages, { clock: systemClock, ...BOUNDS });
  const load = new Load(batcher);
  for (let kill = 1; kill <= KILLS; kill++) {
    const some = kill / (KILLS + 1) * load.total;
    await until("some are acknowledged", () => load.acknowledged.length >= some, 60_000);
    // Each at another point of a commit.
    await new Promise((resolve) => setTimeout(resolve, 15 * kill));
    await server.kill();
    await assert.rejects(opened.check(), StoreUnavailableError);
    await server.restart();
  }
  await load.done;
  await checkLoad(`killed ${KILLS} times`, load, opened.messages);
  await opened.check();
});

Deno.test("MongoDB falls silent under load: nothing is acknowledged meanwhile, and everything once after", async () => {
  await using server = await FerretServer.start();
  await using opened = await openMessages(server.url("load"));
  await using batcher = new Batcher(opened.messages, { clock: systemClock, ...BOUNDS });
  const load = new Load(batcher);
  await until("some are acknowledged", () => load.acknowledged.length > load.total / 3, 60_000);
  server.freeze();
  const startedAt = performance.now();
  await assert.rejects(opened.check(), StoreUnavailableError);
  assert.ok(performance.now() - startedAt < 6_000, "a check is bounded");
  // By then everything is here that the server did before it fell silent.
  const before = load.acknowledged.length;
  const flood = Promise.allSettled(
    Array.from({ length: 1_000 }, () => batcher.append(draft("flood", { senderId: 11 }))),
  );
  assert.ok(batcher.waiting <= BOUNDS.maxWaiting, `${batcher.waiting} wait`);
  for (const one of await flood) {
    assert.ok(one.status === "rejected" && one.reason instanceof StoreUnavailableError);
  }
  const ms = performance.now() - startedAt;
  assert.ok(ms < 20_000, `everybody was refused after ${ms} ms`);
  assert.equal(load.acknowledged.length, before, "nothing was acknowledged by a server that is silent");
  server.thaw();
  await load.done;
  await checkLoad(`silent for ${Math.round(ms / 1_000)} s`, load, opened.messages);
});

Deno.test("MongoDB is away: reads and writes are refused within bounds, and it heals by itself", async () => {
  await using server = await FerretServer.start();
  await using opened = await openMessages(server.url("away"));
  const { messages } = opened;
  await appendAll(messages, ...texts(3));
  await server.kill();
  const startedAt = performance.now();
  const refused = await Promise.allSettled([
    appendAll(messages, draft("no")),
    mark(messages, { read: "newest" }),
    messages.repeatOf(draft("no", { clientId: "c" })),
    messages.list(AB, { limit: 1, maxBytes: 1 }),
    messages.conversations(11, { limit: 1 }),
    messages.contacts(11, 1),
    messages.memberIds(0, 1),
    messages.removeBefore(5_000, 1),
    opened.check(),
  ]);
  const ms = performance.now() - startedAt;
  assert.ok(ms < 15_000, `${ms} ms`);
  for (const [at, one] of refused.entries()) {
    assert.ok(
      one.status === "rejected" && one.reason instanceof StoreUnavailableError,
      `call ${at}: ${Deno.inspect(one)}`,
    );
  }
  await server.restart();
  await until("it answers again", () => opened.check().then(() => true, () => false), 10_000);
  assert.deepEqual((await appendAll(messages, draft("yes"))).map((message) => message.seq), [4]);
  await checkTruth(messages, [AB], { since: 0, known: new Map() });
});
