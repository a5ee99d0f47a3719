/**
 * `sync`: what a client has missed, page by page.
 *
 * @module
 */
import { strict as assert } from "node:assert";
import { InvalidCursorError } from "../../../db/errors.ts";
import type { MessageStore, SyncPage, SyncQuery } from "../../../db/messages.ts";
import { directConversation, type Message, peerOf, type UserId } from "../../../db/model.ts";
import { conversationShape, messageFrame, timestamp } from "../../../realtime/wire.ts";
import { AB, AE, ANN, appendAll, BOB, draft, EVE, mark, question, ROOM, seqs, texts } from "../drafts.ts";
import type { OpenStore } from "../opened.ts";

/** The suite. */
export function testSync(name: string, open: OpenStore): void {
  Deno.test(`${name}: sync() brings a new client everything, newest activity first`, async () => {
    await using opened = await open();
    const { messages } = opened.store;
    await appendAll(messages, ...texts(3), draft("to Eve", { conversation: AE, createdAt: 2_000 }));
    const page = await messages.sync(ANN, question());
    assert.deepEqual(page.conversations.map((view) => view.conversation.id), [AE.id, AB.id]);
    assert.deepEqual(seqs(page.messages.get(AB.id)), [1, 2, 3]);
    assert.deepEqual(seqs(page.messages.get(AE.id)), [1]);
    const { limited, reset, gone, next, now } = page;
    assert.deepEqual({ limited, reset, gone, next, now }, {
      limited: [],
      reset: [],
      gone: [],
      next: null,
      now: 9_000,
    });
  });

  Deno.test(`${name}: sync() brings only messages with a change above what the client has`, async () => {
    await using opened = await open();
    const { messages } = opened.store;
    await appendAll(messages, ...texts(5), draft("to Eve", { conversation: AE }));
    const page = await messages.sync(ANN, question({ have: new Map([[AB.id, 3], [AE.id, 1]]) }));
    assert.deepEqual(seqs(page.messages.get(AB.id)), [4, 5]);
    assert.equal(page.messages.has(AE.id), false);
    assert.equal(page.conversations.length, 2);
    assert.deepEqual(page.limited, []);
  });

  Deno.test(`${name}: sync() brings the newest where there are more than the limit`, async () => {
    await using opened = await open();
    const { messages } = opened.store;
    await appendAll(messages, ...texts(10));
    const four = await messages.sync(ANN, question({ limit: 4 }));
    assert.deepEqual([seqs(four.messages.get(AB.id)), four.limited], [[7, 8, 9, 10], [AB.id]]);
    const exact = await messages.sync(ANN, question({ limit: 4, have: new Map([[AB.id, 6]]) }));
    assert.deepEqual([seqs(exact.messages.get(AB.id)), exact.limited], [[7, 8, 9, 10], []]);
    const one = await messages.sync(ANN, question({ limit: 3, have: new Map([[AB.id, 6]]) }));
    assert.deepEqual([seqs(one.messages.get(AB.id)), one.limited], [[8, 9, 10], [AB.id]]);
  });

  Deno.test(`${name}: sync() with since brings what changed: a message, a mark that was told, an own mark`, async () => {
    await using opened = await open();
    const { messages } = opened.store;
    await appendAll(messages, draft("old"), draft("old", { conversation: AE }));
    const changed = async (userId: UserId, since: number): Promise<readonly string[]> =>
      (await messages.sync(userId, question({ since }))).conversations.map((view) => view.conversation.id);
    assert.deepEqual(await changed(ANN, 1_000), [AE.id, AB.id]);
    assert.deepEqual(await changed(ANN, 1_001), []);
    await mark(messages, { delivered: "newest", at: 2_000 });
    assert.deepEqual(await changed(ANN, 2_000), [AB.id]);
    assert.deepEqual(await changed(BOB, 2_000), [AB.id]);
    await mark(messages, { read: "newest", private: true, at: 3_000 });
    assert.deepEqual([await changed(ANN, 3_000), await changed(BOB, 3_000)], [[], [AB.id]]);
    await mark(messages, { read: "newest", private: true, at: 4_000 });
    assert.deepEqual(await changed(BOB, 4_000), [], "a mark that moves nothing changes nothing");
    await appendAll(messages, draft("new", { conversation: AE, senderId: EVE, createdAt: 5_000 }));
    assert.deepEqual(await changed(ANN, 5_000), [AE.id]);
  });

  Deno.test(`${name}: sync() names what is no longer the user's, and never fails for it`, async () => {
    await using opened = await open();
    const { messages } = opened.store;
    await appendAll(
      messages,
      draft("a"),
      draft("b", { conversation: directConversation(BOB, EVE), senderId: BOB }),
    );
    const others = ["22-33", "11-99", "nonsense", "1-1", "__proto__", "22-11", "011-22", "x".repeat(64)];
    const page = await messages.sync(
      ANN,
      question({ have: new Map([AB.id, ...others].map((id) => [id, 0])) }),
    );
    assert.deepEqual(page.gone, others);
    assert.deepEqual(page.conversations.map((view) => view.conversation.id), [AB.id]);
  });

  Deno.test(`${name}: sync() resets a cache that is ahead, wherever its conversation stands`, async () => {
    await using opened = await open();
    const { messages } = opened.store;
    await appendAll(messages, ...texts(3), draft("to Eve", { conversation: AE, createdAt: 8_000 }));
    const have = new Map([[AB.id, 4], [AE.id, 1]]);
    const page = await messages.sync(ANN, question({ have, since: 7_000 }));
    assert.deepEqual(page.reset, [AB.id]);
    assert.deepEqual(seqs(page.messages.get(AB.id)), [1, 2, 3], "and fills it again");
    assert.equal(page.messages.has(AE.id), false);
  });

  Deno.test(`${name}: sync() brings messages for the first 20 conversations that are new to the client`, async () => {
    await using opened = await open();
    const { messages } = opened.store;
    const all = Array.from({ length: 26 }, (_, at) => directConversation(ANN, 100 + at));
    await appendAll(
      messages,
      ...all.flatMap((conversation, at) => texts(2, { conversation, createdAt: 1_000 + at })),
    );
    // The client knows the two newest, which do not count.
    const have = new Map(all.slice(-2).map((conversation) => [conversation.id, 1]));
    for (const maxBytes of [ROOM, 12_000]) {
      const { pages, merged } = await syncAll(messages, ANN, question({ have, maxBytes }));
      assert.ok(maxBytes === ROOM || pages.length > 2, `${pages.length} pages`);
      assert.equal(merged.size, 22);
      const limited = pages.flatMap((page) => page.limited);
      assert.deepEqual(limited, all.slice(0, 4).map((conversation) => conversation.id).reverse());
      for (const view of pages.flatMap((page) => page.conversations)) {
        assert.equal(view.lastMessage?.seq, 2);
      }
    }
  });

  Deno.test(`${name}: sync() pages under the byte cap and brings everything once`, async () => {
    await using opened = await open();
    const { messages } = opened.store;
    const all = Array.from({ length: 12 }, (_, at) => directConversation(ANN, 100 + at));
    await appendAll(
      messages,
      ...all.flatMap((conversation, at) =>
        Array.from(
          { length: 10 },
          () =>
            draft("中".repeat(500), { conversation, clientId: crypto.randomUUID(), createdAt: 1_000 + at }),
        )
      ),
    );
    const maxBytes = 64 * 1024;
    const { pages, merged } = await syncAll(messages, ANN, question({ maxBytes }));
    assert.ok(pages.length > 3 && pages.length < 10, `${pages.length} pages`);
    for (const page of pages) {
      assert.ok(page.conversations.length > 0);
      assert.equal(page.now, 9_000, "the time of the first page");
      assert.ok(wireSize(page) <= maxBytes, `${wireSize(page)} bytes`);
    }
    assert.deepEqual(pages.flatMap((page) => page.limited), []);
    for (const conversation of all) assert.equal(merged.get(conversation.id)?.length, 10);
  });

  Deno.test(`${name}: sync() cuts the one conversation that is bigger than a page`, async () => {
    await using opened = await open();
    const { messages } = opened.store;
    const heavy = "\u0001".repeat(2_000);
    await appendAll(
      messages,
      ...Array.from({ length: 100 }, () => draft(heavy)),
      // As heavy as the one that was left out, so that it does not fit beside the others.
      draft(heavy, { conversation: AE, createdAt: 500 }),
    );
    const maxBytes = 128 * 1024;
    const { pages, merged } = await syncAll(messages, ANN, question({ limit: 200, maxBytes }));
    assert.equal(pages.length, 2);
    assert.deepEqual(pages[0]?.limited, [AB.id]);
    const got = seqs(merged.get(AB.id));
    assert.ok(got.length >= 8 && got.length <= 11, `${got.length} messages`);
    assert.equal(got.at(-1), 100, "the newest");
    for (const page of pages) assert.ok(wireSize(page) <= maxBytes);
    assert.deepEqual(pages[1]?.conversations.map((view) => view.conversation.id), [AE.id]);
  });

  Deno.test(`${name}: sync() keeps to the since of its first page, and hands back its time`, async () => {
    await using opened = await open();
    const { messages } = opened.store;
    const all = Array.from({ length: 6 }, (_, at) => directConversation(ANN, 100 + at));
    await appendAll(
      messages,
      ...all.map((conversation, at) => draft("x".repeat(1_000), { conversation, createdAt: 1_000 + at })),
    );
    const first = await messages.sync(ANN, question({ since: 1_002, maxBytes: 9_000, now: 7_000 }));
    assert.ok(first.next !== null);
    const rest = await syncAll(messages, ANN, question({ page: first.next, maxBytes: ROOM, now: 8_000 }));
    const ids = [...first.conversations, ...rest.pages.flatMap((page) => page.conversations)]
      .map((view) => view.conversation.high);
    assert.deepEqual(ids, [105, 104, 103, 102]);
    assert.deepEqual(rest.pages.map((page) => page.now), [7_000]);
  });

  Deno.test(`${name}: sync() pages what changed since a time before 1970, which is all`, async () => {
    await using opened = await open();
    const { messages } = opened.store;
    const all = Array.from({ length: 6 }, (_, at) => directConversation(ANN, 100 + at));
    await appendAll(messages, ...all.map((conversation) => draft("x".repeat(1_000), { conversation })));
    const { pages, merged } = await syncAll(messages, ANN, question({ since: -300_000, maxBytes: 9_000 }));
    assert.ok(pages.length > 1, `${pages.length} pages`);
    assert.equal(merged.size, 6);
  });

  for (
    const page of [
      "",
      "x",
      "s",
      "s.1.2.3.4",
      "s.1.2.3.4.5.6",
      "s..2.3..5",
      "s.-1.2.3.4.5",
      "s.1.2.2gosa7pa2gv..0",
      "c.1.2",
    ]
  ) {
    Deno.test(`${name}: sync() refuses the page "${page}"`, async () => {
      await using opened = await open();
      await assert.rejects(opened.store.messages.sync(ANN, question({ page })), InvalidCursorError);
    });
  }

  Deno.test(`${name}: sync() of somebody without conversations is empty`, async () => {
    await using opened = await open();
    const page = await opened.store.messages.sync(ANN, question());
    assert.deepEqual([page.conversations, page.messages.size, page.next], [[], 0, null]);
  });
}

/** Every page of an answer, and all messages by conversation, each of which must come once. */
async function syncAll(
  messages: MessageStore,
  userId: UserId,
  query: SyncQuery,
): Promise<
  { readonly pages: readonly SyncPage[]; readonly merged: ReadonlyMap<string, readonly Message[]> }
> {
  const pages: SyncPage[] = [];
  const merged = new Map<string, readonly Message[]>();
  for (let page: string | null | undefined = query.page; page !== null;) {
    const answer: SyncPage = await messages.sync(userId, page === undefined ? query : { ...query, page });
    pages.push(answer);
    for (const [id, list] of answer.messages) {
      assert.equal(merged.has(id), false, `${id} came twice`);
      merged.set(id, list);
    }
    page = answer.next;
  }
  return { pages, merged };
}

/** A page of Ann's as the wire has it, in bytes. */
function wireSize(page: SyncPage): number {
  const long = "😀".repeat(20);
  const people = new Map(page.conversations.map((view) => {
    const id = peerOf(view.conversation, ANN);
    const lastSeen = timestamp(Date.UTC(2026, 0, 1));
    return [
      id,
      { user_id: id, username: long, avatar: long, status: "offline", last_seen: lastSeen } as const,
    ];
  }));
  const data = {
    conversations: page.conversations.map((view) => conversationShape(view, ANN, people)),
    messages: Object.fromEntries(
      [...page.messages].map(([id, list]) => [
        id,
        list.map((message) => messageFrame(message, { viewerId: ANN, isOffline: true })),
      ]),
    ),
    limited: Object.fromEntries(page.limited.map((id) => [id, true])),
    reset: page.reset,
    gone: page.gone,
    next: page.next,
    now: timestamp(page.now),
  };
  const frame = { type: "sync", id: "x".repeat(64), timestamp: timestamp(page.now), data };
  return new TextEncoder().encode(JSON.stringify(frame)).length;
}
