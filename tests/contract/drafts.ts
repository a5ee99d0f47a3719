/**
 * Short forms for what the message suites write and read.
 *
 * @module
 */
import { strict as assert } from "node:assert";
import { v7 } from "uuid";
import type {
  Appended,
  MarkDraft,
  Marked,
  MessageDraft,
  MessageStore,
  SyncQuery,
} from "../../db/messages.ts";
import {
  type ConversationRef,
  type ConversationView,
  directConversation,
  type Message,
  type UserId,
} from "../../db/model.ts";

export const ANN = 11;
export const BOB = 22;
export const EVE = 33;
/** Ann's and Bob's. */
export const AB: ConversationRef = directConversation(ANN, BOB);
/** Ann's and Eve's. */
export const AE: ConversationRef = directConversation(ANN, EVE);
/** A byte cap that nothing here reaches. */
export const ROOM = 10_000_000;

/** Ann writes to Bob, unless told otherwise. */
export function draft(content: string, over: Partial<MessageDraft> = {}): MessageDraft {
  return {
    conversation: AB,
    senderId: ANN,
    clientId: null,
    messageId: v7(),
    kind: "text",
    content,
    createdAt: 1_000,
    ...over,
  };
}

/** Commits drafts alone. */
export async function append(
  store: MessageStore,
  ...drafts: readonly MessageDraft[]
): Promise<readonly Appended[]> {
  return (await store.commit({ drafts, marks: [] })).appended;
}

/** Commits drafts of which none may be refused. */
export async function appendAll(
  store: MessageStore,
  ...drafts: readonly MessageDraft[]
): Promise<readonly Message[]> {
  return (await append(store, ...drafts)).map(messageOf);
}

/** The message that a draft became, or was. */
export function messageOf(appended: Appended | undefined): Message {
  assert.ok(appended !== undefined && "message" in appended, "the draft was refused");
  return appended.message;
}

/** `count` texts of one sender in one conversation. */
export function texts(count: number, over: Partial<MessageDraft> = {}): readonly MessageDraft[] {
  return Array.from({ length: count }, (_, at) => draft(`text ${at + 1}`, over));
}

/** Commits one mark: Bob's in his conversation with Ann, unless told otherwise. */
export async function mark(
  store: MessageStore,
  what: Partial<MarkDraft>,
): Promise<Marked | null> {
  const { marked } = await store.commit({ drafts: [], marks: [markDraft(what)] });
  assert.equal(marked.length, 1);
  return marked[0] ?? null;
}

/** Bob's mark in his conversation with Ann, unless told otherwise. */
export function markDraft(what: Partial<MarkDraft>): MarkDraft {
  return { conversation: AB, userId: BOB, at: 2_000, ...what };
}

/** What a user sees of one conversation. */
export async function viewOf(
  store: MessageStore,
  userId: UserId,
  conversation: ConversationRef = AB,
): Promise<ConversationView> {
  const { conversations } = await store.conversations(userId, { limit: 100 });
  const view = conversations.find((view) => view.conversation.id === conversation.id);
  assert.ok(view !== undefined, `user ${userId} does not see ${conversation.id}`);
  return view;
}

/** A question to `sync` of a client that has nothing. */
export function question(over: Partial<SyncQuery> = {}): SyncQuery {
  return { have: new Map(), limit: 50, maxBytes: ROOM, now: 9_000, ...over };
}

/** The seqs of messages. */
export function seqs(messages: readonly Message[] | undefined): readonly number[] {
  return (messages ?? []).map((message) => message.seq);
}
