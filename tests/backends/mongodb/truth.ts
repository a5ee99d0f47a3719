/**
 * What a store says, compared with the messages and marks themselves.
 *
 * @module
 */
import { strict as assert } from "node:assert";
import type { MessageStore } from "../../../db/messages.ts";
import {
  type ConversationRef,
  type ConversationView,
  membersOf,
  type Message,
  peerOf,
} from "../../../db/model.ts";
import { question, ROOM, seqs } from "../../contract/drafts.ts";

/** What a store holds, as far as `conversations` go. */
export interface Truth {
  /** Every message by conversation id, in rising seq; those without any are not in it. */
  readonly messages: ReadonlyMap<string, readonly Message[]>;
}

/**
 * Reads every conversation to its end, and holds against that whatever else the store says: the list and its order,
 * the last message, unread, contacts, and both forms of `sync`. `since`: everything above `known` is newer than this.
 */
export async function checkTruth(
  store: MessageStore,
  conversations: readonly ConversationRef[],
  { since, known }: { readonly since: number; readonly known: ReadonlyMap<string, number> },
): Promise<Truth> {
  const messages = new Map<string, readonly Message[]>();
  for (const conversation of conversations) {
    const all = await readAll(store, conversation);
    if (all.length > 0) messages.set(conversation.id, all);
  }
  for (const userId of new Set(conversations.flatMap(membersOf))) {
    const mine = conversations.filter((one) => membersOf(one).includes(userId) && messages.has(one.id));
    const { conversations: views } = await store.conversations(userId, { limit: 100 });
    checkViews(userId, views, messages);
    assert.deepEqual(views.map((view) => view.conversation.id).sort(), mine.map((one) => one.id).sort());
    assert.deepEqual(
      await store.contacts(userId, 100),
      views.map((view) => peerOf(view.conversation, userId)),
    );
    const all = await store.sync(userId, question({ limit: 1_000 }));
    assert.deepEqual(all.conversations, views, "sync lists what the list does");
    for (const { id } of mine) assert.deepEqual(all.messages.get(id), messages.get(id));
    const have = new Map([...known].filter(([id]) => mine.some((one) => one.id === id)));
    const news = await store.sync(userId, question({ since, have, limit: 1_000 }));
    for (const { id } of mine) {
      const fresh = (messages.get(id) ?? []).filter(({ seq }) => seq > (known.get(id) ?? 0));
      assert.deepEqual(seqs(news.messages.get(id)), seqs(fresh), `${userId} hears what is new in ${id}`);
    }
    assert.deepEqual([all.reset, all.gone, news.reset, news.gone], [[], [], [], []]);
  }
  return { messages };
}

function checkViews(
  userId: number,
  views: readonly ConversationView[],
  messages: ReadonlyMap<string, readonly Message[]>,
): void {
  const times = views.map((view) => view.updatedAt);
  assert.deepEqual(times, times.toSorted((one, other) => other - one), "newest activity first");
  for (const view of views) {
    const all = messages.get(view.conversation.id) ?? [];
    const last = all.at(-1);
    assert.ok(last !== undefined, `${view.conversation.id} is listed and has no messages`);
    assert.deepEqual(view.lastMessage, last);
    assert.deepEqual([view.lastSeq, view.lastChange, view.updatedAt], [
      last.seq,
      last.change,
      last.createdAt,
    ]);
    const unread = all.filter((one) => one.senderId !== userId && one.seq > view.readSeq).length;
    assert.equal(view.unread, unread, `unread of ${userId} in ${view.conversation.id}`);
    assert.ok(view.readSeq <= view.lastSeq && view.deliveredSeq <= view.lastSeq, "no mark beyond the last");
    assert.equal(view.firstSeq, all[0]?.seq);
  }
}

/** All messages of a conversation, whose seqs have no hole and whose clock never goes back. */
export async function readAll(
  store: MessageStore,
  conversation: ConversationRef,
): Promise<readonly Message[]> {
  const all: Message[] = [];
  for (let more = true; more;) {
    const page = await store.list(conversation, {
      afterSeq: all.at(-1)?.seq ?? 0,
      limit: 100,
      maxBytes: ROOM,
    });
    all.push(...page.messages);
    more = page.hasMore;
  }
  const first = all[0]?.seq ?? 1;
  assert.deepEqual(seqs(all), all.map((_, at) => first + at), `seqs of ${conversation.id} have no hole`);
  const times = all.map((message) => message.createdAt);
  assert.deepEqual(times, times.toSorted((one, other) => one - other));
  const ids = all.map((message) => message.messageId);
  assert.equal(new Set(ids).size, ids.length);
  const keys = all.filter((one) => one.clientId !== null).map((one) => `${one.senderId} ${one.clientId}`);
  assert.equal(new Set(keys).size, keys.length, "every client id stands for one message");
  return all;
}
