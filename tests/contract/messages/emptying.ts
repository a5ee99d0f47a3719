/**
 * Messages of somebody who is forgotten: emptied, and brought to every device.
 *
 * @module
 */
import { strict as assert } from "node:assert";
import type { Emptied, EmptyQuery, MessageStore } from "../../../db/messages.ts";
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
  messageOf,
  question,
  ROOM,
  seqs,
  texts,
  viewOf,
} from "../drafts.ts";
import type { OpenStore } from "../opened.ts";

const AT = 5_000;

/** Empties what Ann wrote to Bob, unless told otherwise. */
function empty(messages: MessageStore, over: Partial<EmptyQuery> = {}): Promise<Emptied> {
  return messages.emptyMessages({
    conversation: AB,
    senderId: ANN,
    afterSeq: 0,
    limit: 100,
    at: AT,
    ...over,
  });
}

/** Ann writes 1, 3, 5 …, Bob writes 2, 4, 6 … */
async function talk(messages: MessageStore, count: number): Promise<void> {
  const drafts = texts(count).map((one, at) => ({
    ...one,
    clientId: `id ${at + 1}`,
    senderId: at % 2 === 0 ? ANN : BOB,
  }));
  await appendAll(messages, ...drafts);
}

/** The suite. */
export function testEmptying(name: string, open: OpenStore): void {
  Deno.test(`${name}: emptyMessages() leaves a message's place, and nothing of what was in it`, async () => {
    await using opened = await open();
    const { messages } = opened.store;
    await talk(messages, 4);
    assert.deepEqual(await empty(messages), { seq: 4, count: 2, isLast: true });
    const { messages: all } = await messages.list(AB, { limit: 10, maxBytes: ROOM });
    assert.deepEqual(
      all.map(({ seq, change, content, clientId, deletedAt }) => [seq, change, content, clientId, deletedAt]),
      [
        [1, 5, "", null, AT],
        [2, 2, "text 2", "id 2", null],
        [3, 6, "", null, AT],
        [4, 4, "text 4", "id 4", null],
      ],
    );
    assert.deepEqual(await empty(messages), { seq: 4, count: 0, isLast: true });
  });

  Deno.test(`${name}: emptyMessages() goes in steps and looks at no more than it may`, async () => {
    await using opened = await open();
    const { messages } = opened.store;
    await talk(messages, 5);
    const first = await empty(messages, { limit: 2 });
    assert.deepEqual(first, { seq: 2, count: 1, isLast: false });
    const second = await empty(messages, { limit: 2, afterSeq: first.seq });
    assert.deepEqual(second, { seq: 4, count: 1, isLast: false });
    const third = await empty(messages, { limit: 2, afterSeq: second.seq });
    assert.deepEqual(third, { seq: 5, count: 1, isLast: true });
    assert.equal((await viewOf(messages, BOB)).lastChange, 8);
    assert.deepEqual(await empty(messages, { conversation: AE }), { seq: 0, count: 0, isLast: true });
  });

  Deno.test(`${name}: emptyMessages() leaves marks, counts and places in the list as they are`, async () => {
    await using opened = await open();
    const { messages } = opened.store;
    await talk(messages, 6);
    await appendAll(messages, draft("to Eve", { conversation: AE, createdAt: 3_000 }));
    await mark(messages, { userId: BOB, read: { seq: 2 } });
    const before = await viewOf(messages, BOB);
    await empty(messages);
    const after = await viewOf(messages, BOB);
    assert.deepEqual(after, { ...before, lastChange: 9 });
    const { conversations } = await messages.conversations(ANN, { limit: 10 });
    assert.deepEqual(conversations.map((view) => view.conversation.id), [AE.id, AB.id]);
  });

  Deno.test(`${name}: emptyMessages() empties a preview`, async () => {
    await using opened = await open();
    const { messages } = opened.store;
    await talk(messages, 3);
    await empty(messages);
    const { lastMessage } = await viewOf(messages, BOB);
    assert.deepEqual([lastMessage?.seq, lastMessage?.content, lastMessage?.deletedAt], [3, "", AT]);
  });

  Deno.test(`${name}: sync() brings emptied messages to whoever has them, beside those that are new`, async () => {
    await using opened = await open();
    const { messages } = opened.store;
    await talk(messages, 6);
    await empty(messages);
    const have = new Map([[AB.id, 6]]);
    const page = await messages.sync(BOB, question({ have, since: AT }));
    const got = page.messages.get(AB.id) ?? [];
    assert.deepEqual(got.map(({ seq, change, content }) => [seq, change, content]), [
      [1, 7, ""],
      [3, 8, ""],
      [5, 9, ""],
    ]);
    assert.deepEqual([page.limited, page.reset, page.next], [[], [], null]);
    await appendAll(messages, draft("new", { senderId: BOB }), draft("newer", { senderId: BOB }));
    const more = await messages.sync(BOB, question({ have, limit: 3 }));
    assert.deepEqual(seqs(more.messages.get(AB.id)), [1, 3, 5, 7, 8]);
    assert.deepEqual([more.limited, more.reset], [[], []]);
    const rest = await messages.sync(BOB, question({ have: new Map([[AB.id, 9]]) }));
    assert.deepEqual(seqs(rest.messages.get(AB.id)), [7, 8]);
    assert.deepEqual(rest.messages.get(AB.id)?.map(({ change }) => change), [10, 11]);
    const some = await messages.sync(BOB, question({ have: new Map([[AB.id, 8]]) }));
    assert.deepEqual(seqs(some.messages.get(AB.id)), [5, 7, 8]);
  });

  Deno.test(`${name}: sync() brings the newest of what is new, whatever was emptied`, async () => {
    await using opened = await open();
    const { messages } = opened.store;
    await talk(messages, 4);
    await empty(messages);
    await appendAll(messages, ...texts(5, { senderId: BOB }));
    const page = await messages.sync(BOB, question({ have: new Map([[AB.id, 4]]), limit: 3 }));
    assert.deepEqual(seqs(page.messages.get(AB.id)), [1, 3, 7, 8, 9]);
    assert.deepEqual(page.limited, [AB.id]);
  });

  Deno.test(`${name}: sync() has a client drop what it has where more was emptied than a page brings`, async () => {
    await using opened = await open();
    const { messages } = opened.store;
    await talk(messages, 9);
    await appendAll(messages, draft("hello", { conversation: AE, senderId: EVE }));
    await empty(messages);
    const have = new Map([[AB.id, 9], [AE.id, 1]]);
    const page = await messages.sync(ANN, question({ have, limit: 4, since: AT }));
    assert.deepEqual([page.reset, page.limited], [[AB.id], [AB.id]]);
    assert.deepEqual(
      page.messages.get(AB.id)?.map(({ seq, content }) => [seq, content]),
      [[6, "text 6"], [7, ""], [8, "text 8"], [9, ""]],
    );
    const five = await messages.sync(ANN, question({ have, limit: 5 }));
    assert.deepEqual([five.reset, five.limited], [[], []]);
    assert.deepEqual(seqs(five.messages.get(AB.id)), [1, 3, 5, 7, 9]);
  });

  Deno.test(`${name}: what comes after an emptied message has a change above it`, async () => {
    await using opened = await open();
    const { messages } = opened.store;
    await talk(messages, 3);
    await empty(messages);
    const [one] = await append(messages, draft("next", { senderId: BOB }));
    assert.deepEqual([messageOf(one).seq, messageOf(one).change], [4, 6]);
    const page = await messages.sync(BOB, question({ have: new Map([[AB.id, 6]]) }));
    assert.deepEqual([page.messages.size, page.reset], [0, []]);
    const ahead = await messages.sync(BOB, question({ have: new Map([[AB.id, 7]]) }));
    assert.deepEqual(ahead.reset, [AB.id]);
  });

  Deno.test(`${name}: no change is given again after retention removed the message that had it`, async () => {
    await using opened = await open();
    const { messages } = opened.store;
    await talk(messages, 3);
    await empty(messages);
    await appendAll(messages, draft("stays", { senderId: BOB, createdAt: 90_000 }));
    assert.equal(await messages.removeBefore(50_000, 100), 3);
    assert.equal((await viewOf(messages, BOB)).lastChange, 6);
    await empty(messages, { senderId: BOB });
    assert.equal((await viewOf(messages, BOB)).lastChange, 7);
    const [next] = await appendAll(messages, draft("next", { senderId: BOB, createdAt: 90_001 }));
    assert.deepEqual([next?.seq, next?.change], [5, 8]);
  });

  Deno.test(`${name}: messages come and go at once, each with a change of its own`, async () => {
    await using opened = await open();
    const { messages } = opened.store;
    await talk(messages, 40);
    const writing = (async () => {
      for (let at = 0; at < 20; at++) await append(messages, draft(`more ${at}`, { senderId: BOB }));
    })();
    const removing = (async () => {
      for (let afterSeq = 0;;) {
        const { seq, isLast } = await empty(messages, { afterSeq, limit: 4 });
        if (isLast) return;
        afterSeq = seq;
      }
    })();
    await Promise.all([writing, removing]);
    const { messages: all } = await messages.list(AB, { limit: 100, maxBytes: ROOM });
    assert.equal(all.length, 60);
    assert.equal(new Set(all.map(({ change }) => change)).size, 60);
    assert.equal(Math.max(...all.map(({ change }) => change)), 80);
    assert.equal((await viewOf(messages, BOB)).lastChange, 80);
    assert.deepEqual(all.filter(({ content }) => content === "").length, 20);
  });

  Deno.test(`${name}: conversationsOf() goes through all of somebody's conversations in a steady order`, async () => {
    await using opened = await open();
    const { messages } = opened.store;
    await appendAll(messages, draft("a", { conversation: AE, createdAt: 2_000 }), draft("b"));
    assert.deepEqual(await messages.conversationsOf(ANN, "", 10), [AB, AE]);
    assert.deepEqual(await messages.conversationsOf(ANN, "", 1), [AB]);
    assert.deepEqual(await messages.conversationsOf(ANN, AB.id, 10), [AE]);
    assert.deepEqual(await messages.conversationsOf(BOB, "", 10), [AB]);
    assert.deepEqual(await messages.conversationsOf(99, "", 10), []);
  });
}
