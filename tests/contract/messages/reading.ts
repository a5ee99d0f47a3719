/**
 * Reading: history, the list of conversations, contacts; and what retention leaves of them.
 *
 * @module
 */
import { strict as assert } from "node:assert";
import { InvalidCursorError } from "../../../db/errors.ts";
import { directConversation } from "../../../db/model.ts";
import { AB, AE, ANN, append, appendAll, BOB, draft, EVE, ROOM, seqs, texts, viewOf } from "../drafts.ts";
import type { OpenStore } from "../opened.ts";

/** The suite. */
export function testReading(name: string, open: OpenStore): void {
  Deno.test(`${name}: list() pages from the newest, upwards and downwards`, async () => {
    await using opened = await open();
    const { messages } = opened.store;
    await appendAll(messages, ...texts(10));
    const list = async (
      bounds: { readonly beforeSeq?: number; readonly afterSeq?: number },
      limit: number,
    ): Promise<readonly [readonly number[], boolean]> => {
      const page = await messages.list(AB, { ...bounds, limit, maxBytes: ROOM });
      return [seqs(page.messages), page.hasMore];
    };
    assert.deepEqual(await list({}, 3), [[8, 9, 10], true]);
    assert.deepEqual(await list({}, 10), [[1, 2, 3, 4, 5, 6, 7, 8, 9, 10], false]);
    assert.deepEqual(await list({ beforeSeq: 8 }, 3), [[5, 6, 7], true]);
    assert.deepEqual(await list({ beforeSeq: 3 }, 3), [[1, 2], false]);
    assert.deepEqual(await list({ beforeSeq: 1 }, 3), [[], false]);
    assert.deepEqual(await list({ beforeSeq: Number.MAX_SAFE_INTEGER }, 1), [[10], true]);
    assert.deepEqual(await list({ afterSeq: 0 }, 3), [[1, 2, 3], true]);
    assert.deepEqual(await list({ afterSeq: 7 }, 3), [[8, 9, 10], false]);
    assert.deepEqual(await list({ afterSeq: 10 }, 3), [[], false]);
    assert.deepEqual(await list({ afterSeq: 99 }, 3), [[], false]);
  });

  Deno.test(`${name}: list() of a conversation that is not there is empty`, async () => {
    await using opened = await open();
    const page = await opened.store.messages.list(AB, { limit: 10, maxBytes: ROOM });
    assert.deepEqual(page, { messages: [], hasMore: false });
  });

  Deno.test(`${name}: list() ends a page at the byte cap, but never before its first message`, async () => {
    await using opened = await open();
    const { messages } = opened.store;
    await appendAll(messages, ...Array.from({ length: 150 }, () => draft("中".repeat(1_000))));
    const page = await messages.list(AB, { limit: 150, maxBytes: 100_000 });
    assert.equal(page.hasMore, true);
    assert.equal(page.messages.at(-1)?.seq, 150);
    assert.ok(page.messages.length > 20 && page.messages.length <= 33, `${page.messages.length} messages`);
    const upwards = await messages.list(AB, { afterSeq: 0, limit: 150, maxBytes: 100_000 });
    assert.deepEqual([upwards.messages[0]?.seq, upwards.messages.length], [1, page.messages.length]);
    const tiny = await messages.list(AB, { beforeSeq: 100, limit: 150, maxBytes: 1 });
    assert.deepEqual([seqs(tiny.messages), tiny.hasMore], [[99], true]);
    const all = await messages.list(AB, { limit: 150, maxBytes: ROOM });
    assert.deepEqual([all.messages.length, all.hasMore], [150, false]);
  });

  Deno.test(`${name}: conversations() lists by newest activity and pages without repeats`, async () => {
    await using opened = await open();
    const { messages } = opened.store;
    const peers = Array.from({ length: 7 }, (_, at) => 100 + at);
    // Two at the same time: the order between them only has to stay the same.
    await appendAll(
      messages,
      ...peers.map((peer, at) =>
        draft("hello", { conversation: directConversation(ANN, peer), createdAt: 1_000 + Math.min(at, 5) })
      ),
    );
    await appendAll(
      messages,
      draft("again", { conversation: directConversation(ANN, 101), createdAt: 2_000 }),
    );
    const whole = await messages.conversations(ANN, { limit: 50 });
    assert.equal(whole.next, null);
    const order = whole.conversations.map((view) => view.conversation.high);
    assert.equal(order[0], 101);
    assert.deepEqual(order.slice(3), [104, 103, 102, 100]);
    const paged: number[] = [];
    for (let before: string | null = ""; before !== null;) {
      const page = await messages.conversations(ANN, { limit: 2, ...(before === "" ? {} : { before }) });
      paged.push(...page.conversations.map((view) => view.conversation.high));
      before = page.next;
    }
    assert.deepEqual(paged, order);
    assert.equal(
      (await messages.conversations(ANN, { limit: 7 })).next,
      null,
      "a full last page is the last",
    );
  });

  Deno.test(`${name}: conversations() tells what its member sees`, async () => {
    await using opened = await open();
    const { messages } = opened.store;
    const stored = await appendAll(
      messages,
      ...texts(2, { createdAt: 1_000 }),
      draft("last", { createdAt: 3_000 }),
    );
    assert.deepEqual(await viewOf(messages, BOB), {
      conversation: AB,
      firstSeq: 1,
      lastSeq: 3,
      lastChange: 3,
      lastMessage: stored[2] ?? null,
      unread: 3,
      deliveredSeq: 0,
      readSeq: 0,
      shownReadSeq: 0,
      peerReadSeq: 0,
      peerDeliveredSeq: 0,
      updatedAt: 3_000,
    });
  });

  for (
    const cursor of [
      "",
      "x",
      "c",
      "c.1",
      "c.1.",
      "c.1.2.3",
      "c.-1.2",
      "c.01.2",
      "c.1.2 ",
      "s.1.2.3.4.5",
      "c.1e9.zz!",
    ]
  ) {
    Deno.test(`${name}: conversations() refuses the cursor "${cursor}"`, async () => {
      await using opened = await open();
      await assert.rejects(
        opened.store.messages.conversations(ANN, { limit: 5, before: cursor }),
        InvalidCursorError,
      );
    });
  }

  Deno.test(`${name}: contacts() are the other sides, newest activity first`, async () => {
    await using opened = await open();
    const { messages } = opened.store;
    assert.deepEqual(await messages.contacts(ANN, 10), []);
    await appendAll(
      messages,
      draft("a", { createdAt: 1_000 }),
      draft("b", { conversation: AE, senderId: EVE, createdAt: 2_000 }),
      draft("c", { conversation: directConversation(BOB, EVE), senderId: BOB, createdAt: 3_000 }),
    );
    assert.deepEqual(await messages.contacts(ANN, 10), [EVE, BOB]);
    assert.deepEqual(await messages.contacts(ANN, 1), [EVE]);
    assert.deepEqual(await messages.contacts(BOB, 10), [EVE, ANN]);
  });

  Deno.test(`${name}: memberIds() walks everybody who is in a conversation`, async () => {
    await using opened = await open();
    const { messages } = opened.store;
    await appendAll(messages, draft("a"), draft("b", { conversation: AE }));
    assert.deepEqual(await messages.memberIds(0, 10), [ANN, BOB, EVE]);
    assert.deepEqual(await messages.memberIds(0, 2), [ANN, BOB]);
    assert.deepEqual(await messages.memberIds(BOB, 2), [EVE]);
    assert.deepEqual(await messages.memberIds(EVE, 2), []);
  });

  Deno.test(`${name}: removeBefore() takes the oldest, keeps the newest of each, and seqs go on`, async () => {
    await using opened = await open();
    const { messages } = opened.store;
    await appendAll(
      messages,
      ...texts(3, { createdAt: 1_000 }),
      ...texts(2, { createdAt: 2_000, conversation: AE }),
      ...texts(2, { createdAt: 3_000 }),
      draft("repeatable", { createdAt: 3_000, clientId: "kept" }),
    );
    assert.equal(await messages.removeBefore(500, 10), 0);
    assert.equal(await messages.removeBefore(3_000, 2), 2, "no more than asked for");
    assert.equal((await viewOf(messages, ANN)).firstSeq, 3);
    assert.equal(await messages.removeBefore(3_000, 10), 2);
    assert.equal(await messages.removeBefore(3_000, 10), 0);
    assert.deepEqual(seqs((await messages.list(AB, { limit: 10, maxBytes: ROOM })).messages), [4, 5, 6]);
    assert.deepEqual(seqs((await messages.list(AE, { limit: 10, maxBytes: ROOM })).messages), [2]);
    assert.deepEqual((await viewOf(messages, ANN, AE)).firstSeq, 2);
    assert.equal((await viewOf(messages, EVE, AE)).unread, 1, "what is gone is not unread");
    assert.equal(await messages.removeBefore(9_000, 1), 1);
    assert.equal(await messages.removeBefore(9_000, 100), 1);
    assert.deepEqual(seqs((await messages.list(AB, { limit: 10, maxBytes: ROOM })).messages), [6]);
    const [again, next] = await append(messages, draft("repeatable", { clientId: "kept" }), draft("next"));
    assert.ok(again !== undefined && "created" in again && !again.created);
    assert.ok(next !== undefined && "message" in next && next.message.seq === 7);
    assert.equal((await viewOf(messages, BOB)).firstSeq, 6);
  });

  Deno.test(`${name}: removeBefore() removes whatever number of messages there are`, async () => {
    await using opened = await open();
    const { messages } = opened.store;
    const peers = Array.from({ length: 30 }, (_, at) => directConversation(ANN, 100 + at));
    for (let round = 0; round < 5; round++) {
      await appendAll(messages, ...peers.flatMap((conversation) => texts(20, { conversation })));
    }
    let removed = 0;
    for (let step = 1_000; step === 1_000; removed += step) step = await messages.removeBefore(5_000, 1_000);
    assert.equal(removed, 30 * 99);
  });
}
