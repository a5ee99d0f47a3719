/**
 * Appending: once, in order, dense, durable as a whole.
 *
 * @module
 */
import { strict as assert } from "node:assert";
import { v7 } from "uuid";
import { IdReusedError, StoreUnavailableError } from "../../../db/errors.ts";
import { directConversation } from "../../../db/model.ts";
import {
  AB,
  AE,
  ANN,
  append,
  appendAll,
  BOB,
  draft,
  messageOf,
  question,
  ROOM,
  seqs,
  texts,
  viewOf,
} from "../drafts.ts";
import type { OpenStore } from "../opened.ts";

/** The suite. */
export function testAppend(name: string, open: OpenStore): void {
  Deno.test(`${name}: repeatOf() answers what was stored under a client id, and stores nothing`, async () => {
    await using opened = await open();
    const { messages } = opened.store;
    const first = draft("once", { clientId: "c" });
    assert.equal(await messages.repeatOf(first), null);
    const [stored] = await appendAll(messages, first);
    assert.deepEqual(await messages.repeatOf(draft("once", { clientId: "c" })), {
      message: stored,
      created: false,
    });
    const other = await messages.repeatOf(draft("other", { clientId: "c" }));
    assert.ok(other !== null && "error" in other && other.error instanceof IdReusedError);
    assert.equal(await messages.repeatOf(draft("once", { clientId: "c", senderId: BOB })), null);
    const [next] = await appendAll(messages, draft("next"));
    assert.equal(next?.seq, 2);
  });

  Deno.test(`${name}: commit() numbers messages from 1 in each conversation`, async () => {
    await using opened = await open();
    const { messages } = opened.store;
    const first = await appendAll(messages, ...texts(3), draft("to Eve", { conversation: AE }), ...texts(2));
    assert.deepEqual(first.map((message) => message.seq), [1, 2, 3, 1, 4, 5]);
    assert.deepEqual(first.map((message) => message.change), [1, 2, 3, 1, 4, 5]);
    const [next] = await appendAll(messages, draft("later", { senderId: BOB }));
    assert.equal(next?.seq, 6);
    assert.deepEqual(seqs((await messages.list(AB, { limit: 10, maxBytes: ROOM })).messages), [
      1,
      2,
      3,
      4,
      5,
      6,
    ]);
  });

  Deno.test(`${name}: commit() gives messages back as they were taken`, async () => {
    await using opened = await open();
    const { messages } = opened.store;
    const contents = [
      "x",
      " spaces and\nlines\t",
      "'; drop table message; --",
      "😀👩‍👩‍👧‍👦 e\u0301 é",
      "\ufffd\u0001\u007f\u2028\u200d\ufeff",
      "中文".repeat(5_000),
      "😀".repeat(10_000),
    ];
    const drafts = contents.map((content, at) =>
      draft(content, { clientId: `odd ${at}`, createdAt: 1_000 + at })
    );
    const stored = await appendAll(messages, ...drafts);
    const { messages: read } = await messages.list(AB, { limit: 10, maxBytes: ROOM });
    assert.deepEqual(read, stored);
    assert.deepEqual(
      read,
      drafts.map((draft, at) => ({
        ...draft,
        seq: at + 1,
        change: at + 1,
        editedAt: null,
        deletedAt: null,
      })),
    );
  });

  Deno.test(`${name}: commit() stores a repeat once, in whichever batch it comes`, async () => {
    await using opened = await open();
    const { messages } = opened.store;
    const again = (): ReturnType<typeof draft> => draft("once", { clientId: "id-1" });
    const results = await append(messages, again(), draft("between"), again());
    assert.deepEqual(results.map((one) => "created" in one && one.created), [true, true, false]);
    assert.deepEqual(messageOf(results[2]), messageOf(results[0]));
    const [later, next] = await append(messages, again(), draft("after"));
    assert.deepEqual(later, { message: messageOf(results[0]), created: false });
    assert.equal(messageOf(next).seq, 3, "a repeat takes no seq");
  });

  Deno.test(`${name}: commit() refuses an id that was used for another recipient or content`, async () => {
    await using opened = await open();
    const { messages } = opened.store;
    const results = await append(
      messages,
      draft("one", { clientId: "id" }),
      draft("other", { clientId: "id" }),
      draft("one", { clientId: "id", conversation: AE }),
      draft("one", { clientId: "id", conversation: AB, senderId: BOB }),
      draft("last"),
    );
    assert.ok(results[1] !== undefined && "error" in results[1] && results[1].error instanceof IdReusedError);
    assert.ok(results[2] !== undefined && "error" in results[2] && results[2].error instanceof IdReusedError);
    assert.equal(messageOf(results[3]).seq, 2, "another sender may use the same id");
    assert.equal(messageOf(results[4]).seq, 3);
    assert.equal((await messages.list(AE, { limit: 5, maxBytes: ROOM })).messages.length, 0);
    const { conversations } = await messages.conversations(ANN, { limit: 5 });
    assert.deepEqual(conversations.map((view) => view.conversation.id), [AB.id], "nothing of Eve's was made");
  });

  Deno.test(`${name}: commit() refuses a used id where it would be the first of a conversation`, async () => {
    await using opened = await open();
    const { messages } = opened.store;
    await appendAll(messages, draft("one", { clientId: "id" }));
    const results = await append(messages, draft("one", { clientId: "id", conversation: AE }), draft("two"));
    assert.ok(results[0] !== undefined && "error" in results[0] && results[0].error instanceof IdReusedError);
    assert.equal(messageOf(results[1]).seq, 2);
    const { conversations } = await messages.conversations(ANN, { limit: 5 });
    assert.deepEqual(conversations.map((view) => view.conversation.id), [AB.id], "nothing of Eve's was made");
  });

  Deno.test(`${name}: commit() tells client ids apart by every byte`, async () => {
    await using opened = await open();
    const { messages } = opened.store;
    const ids = [
      "Msg-1",
      "msg-1",
      "msg-1 ",
      "mśg-1",
      "ms\u0301g-1",
      "msg-1\u200b",
      "ｍsg-1",
      "😀".repeat(32),
    ];
    const drafts = ids.map((clientId) => draft("same", { clientId }));
    const results = await append(messages, ...drafts, ...drafts.map((one) => ({ ...one, messageId: v7() })));
    const created = results.map((one) => "created" in one && one.created);
    assert.deepEqual(created, [...ids.map(() => true), ...ids.map(() => false)]);
    assert.deepEqual(results.slice(ids.length).map((one) => messageOf(one).seq), ids.map((_, at) => at + 1));
  });

  Deno.test(`${name}: commit() never takes a message without an id for a repeat`, async () => {
    await using opened = await open();
    const stored = await appendAll(opened.store.messages, ...Array.from({ length: 3 }, () => draft("same")));
    assert.deepEqual(seqs(stored), [1, 2, 3]);
  });

  Deno.test(`${name}: commit() refuses one draft alone and keeps seqs dense`, async () => {
    await using opened = await open();
    const { messages } = opened.store;
    const messageId = v7();
    const results = await append(
      messages,
      draft("first", { messageId }),
      draft("its message id is taken", { messageId }),
      draft("and in a new conversation", { messageId, conversation: AE }),
      draft("last"),
    );
    for (const refused of results.slice(1, 3)) {
      assert.ok("error" in refused && refused.error instanceof StoreUnavailableError);
    }
    assert.equal(messageOf(results[3]).seq, 2);
    assert.equal((await messages.conversations(AE.high, { limit: 5 })).conversations.length, 0);
    const [next] = await appendAll(messages, draft("works", { conversation: AE }));
    assert.equal(next?.seq, 1);
  });

  Deno.test(`${name}: commit() lets the time of a conversation never go back`, async () => {
    await using opened = await open();
    const { messages } = opened.store;
    await appendAll(messages, draft("late", { createdAt: 5_000 }));
    const stored = await appendAll(
      messages,
      draft("the clock went back", { createdAt: 3_000 }),
      draft("elsewhere", { createdAt: 3_000, conversation: AE }),
      draft("on", { createdAt: 6_000 }),
    );
    assert.deepEqual(stored.map((message) => message.createdAt), [5_000, 3_000, 6_000]);
    assert.equal((await viewOf(messages, ANN)).updatedAt, 6_000);
  });

  Deno.test(`${name}: commit() of nothing resolves to nothing`, async () => {
    await using opened = await open();
    assert.deepEqual(await opened.store.messages.commit({ drafts: [], marks: [] }), {
      appended: [],
      marked: [],
    });
  });

  Deno.test(`${name}: commits at the same time leave dense seqs and one message for each id`, async () => {
    await using opened = await open();
    const { messages } = opened.store;
    const conversations = Array.from({ length: 5 }, (_, at) => directConversation(ANN, 100 + at));
    const one = (n: number): ReturnType<typeof draft> =>
      draft(`text ${n % 40}`, {
        conversation: conversations[n % 5] ?? AB,
        // Every text comes twice.
        clientId: `id ${n % 40}`,
      });
    await Promise.all(Array.from({ length: 80 }, (_, n) => append(messages, one(n))));
    for (const conversation of conversations) {
      const { messages: read } = await messages.list(conversation, { limit: 100, maxBytes: ROOM });
      assert.deepEqual(seqs(read), [1, 2, 3, 4, 5, 6, 7, 8]);
    }
    const page = await messages.sync(ANN, question());
    assert.equal(page.conversations.length, 5);
  });

  Deno.test(`${name}: commit() knows the longest ids a user may have`, async () => {
    await using opened = await open();
    const { messages } = opened.store;
    const longest = directConversation(4_294_967_294, 4_294_967_295);
    await appendAll(messages, draft("hello", { conversation: longest, senderId: longest.high }));
    const view = await viewOf(messages, longest.low, longest);
    assert.deepEqual([view.conversation, view.unread], [longest, 1]);
    assert.deepEqual(await messages.contacts(longest.low, 5), [longest.high]);
  });
}
