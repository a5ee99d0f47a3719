import { strict as assert } from "node:assert";
import { bodyHash } from "../../../db/body_hash.ts";
import { StoreUnavailableError } from "../../../db/errors.ts";
import type { MessageDocument } from "../../../db/mongodb/documents.ts";
import { directConversation } from "../../../db/model.ts";
import { AB, AE, ANN, append, appendAll, BOB, draft, EVE, seqs, texts } from "../../contract/drafts.ts";
import { openTestMongo, shareFerret } from "../../support/ferretdb.ts";
import { openMessages, withDatabase } from "./opened.ts";
import { checkTruth, readAll } from "./truth.ts";

await shareFerret();

const BE = directConversation(BOB, EVE);
const ALL = [AB, AE, BE];
const NOTHING = { since: 0, known: new Map<string, number>() };

Deno.test("MongoDB: what no number helps is refused alone, whichever index objects, and others are stored", async () => {
  await using mongo = await openTestMongo();
  await using opened = await openMessages(mongo.url);
  const { messages } = opened;
  await appendAll(messages, draft("taken"), ...texts(2));
  await withDatabase(
    mongo.url,
    (db) => db.collection("message").createIndex({ content: 1 }, { unique: true }),
  );
  const results = await append(
    messages,
    draft("first"),
    draft("taken", { clientId: "poor" }),
    draft("elsewhere", { conversation: AE }),
    draft("third", { conversation: BE, senderId: BOB }),
  );
  assert.deepEqual(results.map((one) => "message" in one), [true, false, true, true]);
  const [, poor] = results;
  assert.ok(poor !== undefined && "error" in poor && poor.error instanceof StoreUnavailableError);
  await checkTruth(messages, ALL, NOTHING);
  await withDatabase(mongo.url, (db) => db.collection("message").dropIndex("content_1"));
  const [again] = await appendAll(messages, draft("taken", { clientId: "poor" }));
  assert.equal(again?.seq, 5);
  await checkTruth(messages, ALL, NOTHING);
});

Deno.test("MongoDB: a conversation that others append to behind our back goes on where it ends", async () => {
  await using mongo = await openTestMongo();
  await using opened = await openMessages(mongo.url);
  const { messages } = opened;
  await appendAll(messages, ...texts(2));
  await messages.idle();
  // As a write that was under way for long: this program remembers another end.
  await withDatabase(mongo.url, async (db) => {
    const last = await db.collection<MessageDocument>("message").findOne({ seq: 2 });
    assert.ok(last !== null);
    await db.collection<MessageDocument>("message").insertOne({
      ...last,
      _id: crypto.randomUUID(),
      seq: 3,
      change: 3,
      nth: 3,
      content: "late",
      bodyHash: bodyHash(AB, "late"),
      clientKey: `${ANN}:late`,
    });
  });
  const [first, second] = await append(messages, draft("late", { clientId: "late" }), draft("next"));
  assert.ok(first !== undefined && "message" in first && !first.created, "it is the repeat of the late one");
  assert.equal(first.message.seq, 3);
  assert.ok(second !== undefined && "message" in second && second.message.seq === 4);
  assert.deepEqual(seqs(await readAll(messages, AB)), [1, 2, 3, 4]);
  await checkTruth(messages, ALL, NOTHING);
});

Deno.test("MongoDB: a batch of more messages than one command takes is numbered in order", async () => {
  await using mongo = await openTestMongo();
  await using opened = await openMessages(mongo.url);
  const { messages } = opened;
  const many = Array.from(
    { length: 260 },
    (_, at) =>
      draft(`text ${at}`, {
        clientId: `id ${at}`,
        conversation: at % 13 === 0 ? AE : AB,
        createdAt: 1_000 + at,
      }),
  );
  const repeats = [0, 50, 130, 259].map((at) => many[at] ?? draft(""));
  await appendAll(messages, ...repeats);
  const results = await append(messages, ...many.map((one) => ({ ...one, messageId: crypto.randomUUID() })));
  assert.equal(results.filter((one) => "message" in one && !one.created).length, repeats.length);
  assert.equal((await readAll(messages, AB)).length + (await readAll(messages, AE)).length, many.length);
  const numbers = results.filter((one) => "message" in one && one.created && one.message.conversation === AB)
    .map((one) => "message" in one ? one.message.seq : 0);
  assert.deepEqual(numbers, numbers.toSorted((one, other) => one - other));
  await checkTruth(messages, ALL, NOTHING);
});

Deno.test("MongoDB: a crowd that reads keeps nobody from writing", async () => {
  await using mongo = await openTestMongo();
  await using opened = await openMessages(mongo.url);
  const { messages } = opened;
  await appendAll(messages, ...texts(50));
  let answered = 0;
  const crowd = Promise.all(Array.from({ length: 60 }, async () => {
    await messages.conversations(ANN, { limit: 10 });
    answered++;
  }));
  await appendAll(messages, draft("through", { conversation: AE, clientId: "through" }));
  assert.ok(answered < 30, `${answered} of 60 were answered before`);
  await crowd;
});
