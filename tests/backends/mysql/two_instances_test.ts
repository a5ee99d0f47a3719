import assert from "node:assert/strict";
import { Batcher } from "../../../db/batcher.ts";
import { systemClock } from "../../../db/clock.ts";
import { EmailTakenError, IdReusedError, LastOwnerError, UsernameTakenError } from "../../../db/errors.ts";
import type { Appended, MessageDraft } from "../../../db/messages.ts";
import { directConversation } from "../../../db/model.ts";
import type { MysqlStore } from "../../../db/sql/mysql/store.ts";
import { AB, append, BOB, draft, markDraft, messageOf, ROOM, seqs, viewOf } from "../../contract/drafts.ts";
import { openAt } from "../../contract/mysql.ts";
import { createDatabase, shareMariadb } from "../../support/mariadb.ts";

await shareMariadb();

const BOUNDS = { maxBatch: 100, maxWaiting: 10_000, maxWaitingLength: 10_000_000 };

/** Several instances of the program on one database. */
async function openInstances(count: number): Promise<AsyncDisposable & { readonly stores: MysqlStore[] }> {
  const database = await createDatabase();
  const stores = await Promise.all(Array.from({ length: count }, () => openAt(database.place)));
  return {
    stores,
    async [Symbol.asyncDispose](): Promise<void> {
      await Promise.all(stores.map((store) => store[Symbol.asyncDispose]()));
      await database[Symbol.asyncDispose]();
    },
  };
}

function both([one, other]: readonly MysqlStore[]): { readonly one: MysqlStore; readonly other: MysqlStore } {
  assert.ok(one !== undefined && other !== undefined);
  return { one, other };
}

Deno.test("Instances that start at once on an empty database agree about it", async () => {
  await using opened = await openInstances(4);
  assert.equal(new Set(opened.stores.map((store) => store.facts.epoch)).size, 1);
  const person = (n: number): Parameters<MysqlStore["users"]["create"]>[0] => ({
    username: `user${n}`,
    email: `user${n}@example.org`,
    phone: "",
    passwordDigest: "d",
    createdAt: 1,
  });
  const users = await Promise.all(opened.stores.map((store, n) => store.users.create(person(n))));
  assert.deepEqual(users.map((user) => user.role).sort(), ["member", "member", "member", "owner"]);
  const same = await Promise.allSettled(opened.stores.map((store) => store.users.create(person(9))));
  assert.equal(same.filter((one) => one.status === "fulfilled").length, 1);
  for (const one of same) {
    if (one.status === "rejected") {
      assert.ok(one.reason instanceof UsernameTakenError || one.reason instanceof EmailTakenError);
    }
  }
});

Deno.test("Two owners who demote or erase each other on two instances at once leave one of them", async () => {
  await using opened = await openInstances(2);
  const { one, other } = both(opened.stores);
  for (let round = 0; round < 10; round++) {
    const make = async (name: string): Promise<number> => {
      const person = {
        username: name,
        email: `${name}@example.org`,
        phone: "",
        passwordDigest: "d",
        createdAt: 1,
      };
      const { id } = await one.users.create(person);
      await one.users.update(id, { role: "owner" }, 1);
      return id;
    };
    const [ann, bob] = [await make(`ann${round}`), await make(`bob${round}`)];
    const { users } = await one.users.search({ prefix: "", afterId: 0, limit: 100, activeOnly: true });
    for (const user of users) {
      if (user.id !== ann && user.id !== bob) await one.users.update(user.id, { role: "member" }, 1);
    }
    const ended = await Promise.allSettled([
      one.users.update(bob, { role: "member", keepsOwner: true }, 2),
      round % 2 === 0
        ? other.users.update(ann, { status: "disabled", keepsOwner: true }, 2)
        : other.erasures.begin(ann, { now: 2, againAt: 2 }),
    ]);
    assert.deepEqual(ended.map(({ status }) => status).sort(), ["fulfilled", "rejected"]);
    for (const end of ended) if (end.status === "rejected") assert.ok(end.reason instanceof LastOwnerError);
  }
});

Deno.test("Two instances append to the same conversations: dense seqs, and one message for each id", async () => {
  await using opened = await openInstances(2);
  const conversations = Array.from(
    { length: 20 },
    (_, at) => directConversation(1 + at, 100 + (at * 7) % 20),
  );
  const texts = 2_000;
  // Both instances are asked for all of it, each in another order, so that every message is stored by whoever is first
  // and repeated by the other; the conversations are made by both at once.
  const drafts = (turn: number): MessageDraft[] =>
    Array.from({ length: texts }, (_, n) => {
      const at = turn === 0 ? n : texts - 1 - n;
      const conversation = conversations[at % conversations.length] ?? AB;
      return draft(`text ${at}`, { conversation, senderId: conversation.low, clientId: `id ${at}` });
    });
  const outcomes = await Promise.all(opened.stores.map(async (store, turn) => {
    await using batcher = new Batcher(store.messages, { clock: systemClock, ...BOUNDS });
    return await Promise.all(drafts(turn).map((one) => batcher.append(one)));
  }));
  const places = outcomes.map((outcome) =>
    new Map(
      outcome.map((one) => [messageOf(one).content, `${messageOf(one).messageId} ${messageOf(one).seq}`]),
    )
  );
  assert.deepEqual(
    places[0],
    new Map([...places[1] ?? []].reverse()),
    "both were told the same of every message",
  );
  const created = outcomes.flat().filter((one) => "created" in one && one.created).length;
  assert.equal(created, texts);
  for (const conversation of conversations) {
    const { messages } =
      await opened.stores[0]?.messages.list(conversation, { limit: 200, maxBytes: ROOM }) ??
        { messages: [] };
    assert.deepEqual(seqs(messages), Array.from({ length: texts / conversations.length }, (_, at) => at + 1));
  }
});

Deno.test("Two instances give one client id to one of two messages, and refuse the other", async () => {
  await using opened = await openInstances(2);
  const { one, other } = both(opened.stores);
  for (let round = 0; round < 20; round++) {
    const elsewhere = directConversation(11, 500 + round);
    const clientId = `id ${round}`;
    const [here, there]: readonly (readonly Appended[])[] = await Promise.all([
      append(one.messages, draft("to Bob", { clientId }), draft("beside")),
      append(other.messages, draft("elsewhere", { clientId, conversation: elsewhere })),
    ]);
    assert.ok(here !== undefined && there !== undefined);
    const stored = [here[0], there[0]].filter((result) => result !== undefined && "message" in result);
    const refused = [here[0], there[0]].filter((result) =>
      result !== undefined && "error" in result && result.error instanceof IdReusedError
    );
    assert.deepEqual([stored.length, refused.length], [1, 1]);
    assert.ok(here[1] !== undefined && "message" in here[1], "what was in the same batch is stored");
    const { conversations } = await one.messages.conversations(elsewhere.high, { limit: 5 });
    assert.equal(
      conversations.length,
      there[0] === stored[0] ? 1 : 0,
      "a refused message makes no conversation",
    );
  }
});

Deno.test("Two instances move the marks of one member: forward only, and unread is right", async () => {
  await using opened = await openInstances(2);
  const { one, other } = both(opened.stores);
  await append(one.messages, draft("first"));
  for (let round = 1; round <= 15; round++) {
    await Promise.all([
      one.messages.commit({
        drafts: [draft("from Ann"), draft("from Bob", { senderId: BOB })],
        marks: [markDraft({ read: { seq: round } })],
      }),
      other.messages.commit({
        drafts: [draft("from Bob too", { senderId: BOB })],
        marks: [markDraft({ read: { seq: round * 2 } }), markDraft({ delivered: "newest" })],
      }),
    ]);
    const view = await viewOf(other.messages, BOB);
    const { messages } = await one.messages.list(AB, { limit: 100, maxBytes: ROOM });
    assert.deepEqual(seqs(messages), Array.from({ length: 1 + round * 3 }, (_, at) => at + 1));
    assert.equal(view.readSeq, round * 2);
    const unread = messages.filter((message) =>
      message.senderId !== BOB && message.seq > view.readSeq
    ).length;
    assert.equal(view.unread, unread);
  }
});
