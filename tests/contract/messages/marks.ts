/**
 * Marks: forward only, clamped, private or told; and the unread count that follows from them.
 *
 * @module
 */
import { strict as assert } from "node:assert";
import fc from "fast-check";
import type { MessageStore } from "../../../db/messages.ts";
import type { Message, UserId } from "../../../db/model.ts";
import {
  AB,
  AE,
  ANN,
  appendAll,
  BOB,
  draft,
  EVE,
  mark,
  markDraft,
  question,
  ROOM,
  texts,
  viewOf,
} from "../drafts.ts";
import type { OpenStore } from "../opened.ts";

/** The suite. */
export function testMarks(name: string, open: OpenStore): void {
  Deno.test(`${name}: a read mark implies delivery, and both sides see it`, async () => {
    await using opened = await open();
    const { messages } = opened.store;
    await appendAll(messages, ...texts(5));
    assert.deepEqual(await mark(messages, { delivered: { seq: 2 } }), {
      deliveredSeq: 2,
      readSeq: 0,
      shownReadSeq: 0,
      unread: 5,
      moved: true,
      shown: true,
    });
    assert.deepEqual(await mark(messages, { read: { seq: 3 } }), {
      deliveredSeq: 3,
      readSeq: 3,
      shownReadSeq: 3,
      unread: 2,
      moved: true,
      shown: true,
    });
    const ann = await viewOf(messages, ANN);
    assert.deepEqual([ann.peerDeliveredSeq, ann.peerReadSeq, ann.readSeq, ann.unread], [3, 3, 0, 0]);
    const bob = await viewOf(messages, BOB);
    assert.deepEqual([bob.deliveredSeq, bob.readSeq, bob.peerReadSeq, bob.unread], [3, 3, 0, 2]);
  });

  Deno.test(`${name}: a mark never goes back, nor beyond the last message`, async () => {
    await using opened = await open();
    const { messages } = opened.store;
    await appendAll(messages, ...texts(5));
    await mark(messages, { read: { seq: 4 } });
    const back = await mark(messages, { read: { seq: 2 }, delivered: { seq: 1 } });
    assert.deepEqual([back?.readSeq, back?.deliveredSeq, back?.moved, back?.shown], [4, 4, false, false]);
    const beyond = await mark(messages, { read: { seq: Number.MAX_SAFE_INTEGER } });
    assert.deepEqual([beyond?.readSeq, beyond?.deliveredSeq, beyond?.unread], [5, 5, 0]);
    await appendAll(messages, draft("one more"));
    assert.equal((await viewOf(messages, BOB)).unread, 1, "what came after is not read in advance");
  });

  Deno.test(`${name}: a mark may name a message, or the newest`, async () => {
    await using opened = await open();
    const { messages } = opened.store;
    const stored = await appendAll(messages, ...texts(4));
    const elsewhere = await appendAll(messages, draft("to Eve", { conversation: AE }));
    const second = stored[1]?.messageId ?? "";
    assert.equal((await mark(messages, { read: { messageId: second } }))?.readSeq, 2);
    assert.equal(await mark(messages, { read: { messageId: elsewhere[0]?.messageId ?? "" } }), null);
    assert.equal(await mark(messages, { read: { messageId: "nothing" } }), null);
    assert.equal((await mark(messages, { read: "newest" }))?.readSeq, 4);
    assert.equal((await mark(messages, { delivered: "newest", userId: ANN }))?.deliveredSeq, 4);
  });

  Deno.test(`${name}: a mark in a conversation that is not there, or not the user's, is answered null`, async () => {
    await using opened = await open();
    const { messages } = opened.store;
    assert.equal(await mark(messages, { read: "newest" }), null);
    await appendAll(messages, ...texts(1));
    assert.equal(await mark(messages, { read: "newest", userId: EVE }), null);
    assert.equal((await messages.conversations(EVE, { limit: 5 })).conversations.length, 0);
  });

  Deno.test(`${name}: a private read clears unread and tells nobody`, async () => {
    await using opened = await open();
    const { messages } = opened.store;
    await appendAll(messages, ...texts(5, { createdAt: 1_000 }));
    await mark(messages, { delivered: "newest", at: 1_500 });
    const hidden = await mark(messages, { read: { seq: 4 }, private: true, at: 3_000 });
    assert.deepEqual(hidden, {
      deliveredSeq: 5,
      readSeq: 4,
      shownReadSeq: 0,
      unread: 1,
      moved: true,
      shown: false,
    });
    assert.equal((await viewOf(messages, ANN)).peerReadSeq, 0);
    const changed = async (userId: UserId): Promise<number> =>
      (await messages.sync(userId, question({ since: 2_000 }))).conversations.length;
    assert.deepEqual([await changed(ANN), await changed(BOB)], [0, 1], "only Bob's own devices hear of it");

    const shown = await mark(messages, { read: { seq: 4 }, at: 4_000 });
    assert.deepEqual([shown?.shownReadSeq, shown?.moved, shown?.shown], [4, true, true]);
    assert.equal((await viewOf(messages, ANN)).peerReadSeq, 4);
    assert.equal(await changed(ANN), 1);
  });

  Deno.test(`${name}: a private read that delivers tells only the delivery`, async () => {
    await using opened = await open();
    const { messages } = opened.store;
    await appendAll(messages, ...texts(2));
    const marked = await mark(messages, { read: "newest", private: true });
    assert.deepEqual([marked?.deliveredSeq, marked?.shownReadSeq, marked?.shown], [2, 0, true]);
  });

  Deno.test(`${name}: marks of one member in one batch become one, and each says what it moved`, async () => {
    await using opened = await open();
    const { messages } = opened.store;
    const { appended, marked } = await messages.commit({
      drafts: [...texts(6), draft("to Eve", { conversation: AE })],
      marks: [
        markDraft({ delivered: { seq: 5 } }),
        markDraft({ userId: EVE, conversation: AE, read: "newest" }),
        markDraft({ delivered: { seq: 3 } }),
        markDraft({ read: { seq: 2 } }),
        markDraft({ userId: EVE }),
      ],
    });
    assert.equal(appended.length, 7);
    const bob = { deliveredSeq: 5, readSeq: 2, shownReadSeq: 2, unread: 4 };
    assert.deepEqual(marked, [
      { ...bob, moved: true, shown: true },
      { deliveredSeq: 1, readSeq: 1, shownReadSeq: 1, unread: 0, moved: true, shown: true },
      { ...bob, moved: false, shown: false },
      { ...bob, moved: true, shown: true },
      null,
    ]);
  });

  Deno.test(`${name}: sending marks nothing read, and one's own messages are never unread`, async () => {
    await using opened = await open();
    const { messages } = opened.store;
    await appendAll(messages, ...texts(2), ...texts(3, { senderId: BOB }), ...texts(1));
    const bob = await viewOf(messages, BOB);
    assert.deepEqual([bob.unread, bob.readSeq, bob.deliveredSeq], [3, 0, 0]);
    assert.equal((await viewOf(messages, ANN)).unread, 3);
    assert.equal((await mark(messages, { read: { seq: 1 } }))?.unread, 2);
    assert.equal((await mark(messages, { read: { seq: 5 } }))?.unread, 1);
    assert.equal((await mark(messages, { read: "newest" }))?.unread, 0);
  });

  Deno.test(`${name}: unread is the messages of others above the read mark, whatever happened`, async () => {
    await using opened = await open();
    const { messages } = opened.store;
    const step = fc.oneof(
      fc.record({ send: fc.constantFrom(ANN, BOB), count: fc.integer({ min: 1, max: 6 }) }),
      fc.record({ read: fc.integer({ min: 0, max: 40 }), who: fc.constantFrom(ANN, BOB) }),
      fc.record({ remove: fc.integer({ min: 1, max: 4 }) }),
    );
    const round = async (steps: readonly Step[]): Promise<void> => {
      for (const step of steps) await act(messages, step);
      for (const user of [ANN, BOB]) await checkUnread(messages, user);
    };
    await fc.assert(fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 8 }), round), { numRuns: 60 });
  });
}

type Step =
  | { readonly send: UserId; readonly count: number }
  | { readonly read: number; readonly who: UserId }
  | { readonly remove: number };

async function act(messages: MessageStore, step: Step): Promise<void> {
  if ("send" in step) await appendAll(messages, ...texts(step.count, { senderId: step.send }));
  else if ("read" in step) await mark(messages, { userId: step.who, read: { seq: step.read } });
  else await messages.removeBefore(10_000, step.remove);
}

/** Compares the unread count with the messages themselves. */
async function checkUnread(messages: MessageStore, userId: UserId): Promise<void> {
  const all: Message[] = [];
  for (let more = true; more;) {
    const page = await messages.list(AB, { afterSeq: all.at(-1)?.seq ?? 0, limit: 100, maxBytes: ROOM });
    all.push(...page.messages);
    more = page.hasMore;
  }
  if (all.length === 0) return;
  const view = await viewOf(messages, userId);
  const expected = all.filter((one) => one.senderId !== userId && one.seq > view.readSeq).length;
  assert.equal(view.unread, expected);
  assert.equal(view.firstSeq, all[0]?.seq);
  assert.equal(view.lastSeq - view.firstSeq + 1, all.length, "no holes from the first seq on");
  const again = await mark(messages, { userId, delivered: "newest" });
  assert.equal(again?.unread, expected, "a mark says the same");
}
