import { strict as assert } from "node:assert";
import { v7 } from "uuid";
import { IdReusedError } from "../../../db/errors.ts";
import type { Appended, MessageStore } from "../../../db/messages.ts";
import { directConversation } from "../../../db/model.ts";
import {
  AB,
  AE,
  ANN,
  append,
  appendAll,
  BOB,
  draft,
  EVE,
  mark,
  markDraft,
  seqs,
} from "../../contract/drafts.ts";
import { openTestMongo, shareFerret } from "../../support/ferretdb.ts";
import { openMessages } from "./opened.ts";
import { checkTruth, readAll } from "./truth.ts";

await shareFerret();

const ALL = [AB, AE, directConversation(BOB, EVE)];
const NOTHING = { since: 0, known: new Map<string, number>() };

/** Two instances on one database. */
async function openTwo(): Promise<
  AsyncDisposable & { readonly stores: readonly [MessageStore, MessageStore] }
> {
  const mongo = await openTestMongo();
  const opened = [
    await openMessages(mongo.url, { shared: true }),
    await openMessages(mongo.url, { shared: true }),
  ] as const;
  return {
    stores: [opened[0].messages, opened[1].messages],
    async [Symbol.asyncDispose](): Promise<void> {
      for (const one of [...opened, mongo]) await one[Symbol.asyncDispose]();
    },
  };
}

Deno.test("MongoDB: two instances append to one conversation, and no seq is missing or given twice", async () => {
  await using two = await openTwo();
  const rounds = 20;
  const answers = await Promise.all(two.stores.map(async (store, which) => {
    const all: Appended[] = [];
    for (let round = 0; round < rounds; round++) {
      const drafts = Array.from({ length: 1 + round % 4 }, (_, at) =>
        draft(`${which} ${round} ${at}`, {
          senderId: which === 0 ? ANN : BOB,
          clientId: `${which}-${round}-${at}`,
          createdAt: 1_000 + round,
        }));
      all.push(
        ...(await store.commit({ drafts, marks: [markDraft({ read: "newest", at: 2_000 + round })] }))
          .appended,
      );
    }
    return all;
  }));
  const told = answers.map((all) =>
    all.map((one) => {
      assert.ok("message" in one && one.created);
      return one.message;
    })
  );
  for (const store of two.stores) {
    const stored = await readAll(store, AB);
    assert.deepEqual(seqs(stored), stored.map((_, at) => at + 1));
    assert.deepEqual(
      stored,
      told.flat().toSorted((one, other) => one.seq - other.seq),
      "as they were answered",
    );
    await checkTruth(store, ALL, NOTHING);
  }
  for (const mine of told) {
    assert.deepEqual(
      seqs(mine),
      seqs(mine).toSorted((one, other) => one - other),
      "in the order they were sent",
    );
  }
});

Deno.test("MongoDB: one client id through two instances at once is one message, told alike by both", async () => {
  await using two = await openTwo();
  for (let round = 0; round < 15; round++) {
    const one = (): ReturnType<typeof draft> =>
      draft(`text ${round}`, { clientId: `id ${round}`, messageId: v7() });
    const fillers = Array.from(
      { length: round % 3 },
      (_, at) => draft(`filler ${round} ${at}`, { senderId: BOB }),
    );
    const [first, second] = await Promise.all([
      append(two.stores[0], one(), ...fillers),
      append(two.stores[1], ...fillers.map((filler) => ({ ...filler, messageId: v7() })), one()),
    ]);
    const [a, b] = [first[0], second.at(-1)];
    assert.ok(a !== undefined && "message" in a && b !== undefined && "message" in b);
    assert.deepEqual(a.message, b.message);
    assert.deepEqual([a.created, b.created].toSorted(), [false, true], "one of them made it");
  }
  await checkTruth(two.stores[0], ALL, NOTHING);
});

Deno.test("MongoDB: one client id for two recipients through two instances at once is one message", async () => {
  await using two = await openTwo();
  for (let round = 0; round < 10; round++) {
    const clientId = `id ${round}`;
    const answers = (await Promise.all([
      append(two.stores[0], draft("same", { clientId })),
      append(two.stores[1], draft("same", { clientId, conversation: AE })),
    ])).flat();
    assert.equal(answers.filter((one) => "message" in one && one.created).length, 1);
    assert.equal(answers.filter((one) => "error" in one && one.error instanceof IdReusedError).length, 1);
  }
  const truth = await checkTruth(two.stores[1], ALL, NOTHING);
  assert.equal([...truth.messages.values()].flat().length, 10);
});

Deno.test("MongoDB: marks through two instances never go back, and each sees the other's", async () => {
  await using two = await openTwo();
  const [one, other] = two.stores;
  await appendAll(one, ...Array.from({ length: 40 }, () => draft("text")));
  await Promise.all(
    Array.from(
      { length: 20 },
      (_, at) => mark(two.stores[at % 2] ?? one, { read: { seq: 2 * at + 1 }, at: 3_000 }),
    ),
  );
  assert.equal((await mark(other, { read: { seq: 1 } }))?.readSeq, 39);
  assert.equal((await mark(one, { delivered: "newest" }))?.unread, 1);
  await appendAll(other, draft("more"));
  assert.equal((await mark(one, { read: "newest" }))?.readSeq, 41, "the newest of all instances");
  await checkTruth(other, ALL, NOTHING);
});

Deno.test("MongoDB: two instances that make a conversation at once make one", async () => {
  await using two = await openTwo();
  const peers = Array.from({ length: 10 }, (_, at) => directConversation(ANN, 100 + at));
  await Promise.all(
    two.stores.map((store) =>
      append(store, ...peers.map((conversation) => draft("hello", { conversation })))
    ),
  );
  await checkTruth(two.stores[0], peers, NOTHING);
  for (const peer of peers) assert.equal((await readAll(two.stores[1], peer)).length, 2);
  assert.deepEqual(await two.stores[0].memberIds(0, 100), [ANN, ...peers.map((peer) => peer.high)]);
});

Deno.test("MongoDB: reading while another instance writes is never less than what was answered before", async () => {
  await using two = await openTwo();
  const [writer, reader] = two.stores;
  let answered = 0;
  let writing = true;
  const writes = (async (): Promise<void> => {
    for (let round = 0; round < 25; round++) {
      const stored = await appendAll(writer, draft(`a ${round}`, { createdAt: 1_000 + round }));
      answered = stored.at(-1)?.seq ?? answered;
      if (round % 5 === 0) {
        await appendAll(writer, draft("e", { conversation: AE, createdAt: 1_000 + round }));
      }
    }
    writing = false;
  })();
  while (writing) {
    const before = answered;
    const { conversations } = await reader.conversations(BOB, { limit: 10 });
    const seq = conversations.find((view) => view.conversation.id === AB.id)?.lastSeq ?? 0;
    assert.ok(seq >= before, `${seq} is listed, ${before} was answered`);
  }
  await writes;
});

Deno.test("MongoDB: one instance empties messages while the other appends, and no change is given twice", async () => {
  await using two = await openTwo();
  const [one, other] = two.stores;
  await appendAll(one, ...Array.from({ length: 60 }, (_, at) => draft(`old ${at}`)));
  const appending = (async () => {
    for (let round = 0; round < 15; round++) {
      await appendAll(
        other,
        draft(`new ${round}`, { senderId: BOB }),
        draft(`and ${round}`, { senderId: BOB }),
      );
    }
  })();
  const emptying = (async () => {
    for (let afterSeq = 0;;) {
      const step = await one.emptyMessages({
        conversation: AB,
        senderId: ANN,
        afterSeq,
        limit: 5,
        at: 5_000,
      });
      if (step.isLast) return;
      afterSeq = step.seq;
    }
  })();
  await Promise.all([appending, emptying]);
  const { messages } = await one.list(AB, { limit: 200, maxBytes: 1e7 });
  assert.deepEqual(seqs(messages), Array.from({ length: 90 }, (_, at) => at + 1));
  assert.deepEqual(
    messages.map(({ change }) => change).reduce((a, b) => Math.max(a, b)),
    150,
    "each change is used once, none is passed over",
  );
  assert.equal(new Set(messages.map(({ change }) => change)).size, 90);
  const news = messages.filter(({ senderId }) => senderId === BOB).map(({ change }) => change);
  assert.deepEqual(news, news.toSorted((a, b) => a - b), "what comes later has the higher change");
  const { conversations: [view] } = await other.conversations(BOB, { limit: 1 });
  assert.equal(view?.lastChange, 150);
});
