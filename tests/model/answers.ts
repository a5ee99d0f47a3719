/**
 * Whether answers to `sync` and `history` are what was asked for.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { Conversation, MessageFrame, ServerFrame } from "../../realtime/frames.ts";
import type { HistoryRequest, SyncRequest } from "./asks.ts";
import { membersOf } from "./truth.ts";

type SyncAnswer = Extract<ServerFrame, { type: "sync" }>["data"];
type HistoryAnswer = Extract<ServerFrame, { type: "history" }>["data"];

/** What else the check of an answer must know. */
interface Context {
  readonly user: number;
  /** Whether texts are so long that an answer may be cut short of what was asked. */
  readonly isBig: boolean;
  /** The highest seq of a conversation that was pushed to this connection before the answer. */
  pushed(conversation: string): number;
}

/** Throws where a page of `sync` is not what was asked for. */
export function checkSync(request: SyncRequest, answer: SyncAnswer, context: Context): void {
  const times = answer.conversations.map((view) => Date.parse(view.updated_at));
  assert.deepEqual(times, times.toSorted((one, other) => other - one), "newest activity first");
  for (const view of answer.conversations) {
    const id = view.conversation_id;
    assert.ok(
      view.last_seq >= context.pushed(id),
      `sync says ${id} ends at ${view.last_seq}, more was pushed`,
    );
    checkMessages(view, answer, request, context);
    request.missing.delete(id);
  }
  const shown = new Set(answer.conversations.map((view) => view.conversation_id));
  for (const id of [...Object.keys(answer.messages), ...Object.keys(answer.limited)]) {
    assert.ok(shown.has(id), `messages of ${id}, which is not on the page`);
  }
  if (request.isFirst) checkDropped(request, answer, context);
  if (answer.next === null && !request.hasSince) {
    assert.deepEqual([...request.missing], [], "conversations of mine are missing");
  }
}

function checkMessages(view: Conversation, answer: SyncAnswer, request: SyncRequest, context: Context): void {
  const id = view.conversation_id;
  const messages = answer.messages[id] ?? [];
  const have = request.have.get(id);
  const missing = view.last_change - (have === undefined || have > view.last_change ? 0 : have);
  const wanted = Math.min(missing, request.limit);
  // What is cut is cut at the old end, and said to be.
  if (context.isBig) assert.ok(messages.length <= wanted);
  else assert.equal(messages.length, wanted, `messages of ${id} above ${have} of ${view.last_change}`);
  assert.deepEqual(
    messages.map((message) => message.data.seq),
    range(view.last_seq - messages.length + 1, view.last_seq),
    `the seqs of ${id}`,
  );
  assert.equal(answer.limited[id] === true, messages.length < missing, `limited of ${id}`);
  checkOffline(messages, id);
}

function checkDropped(request: SyncRequest, answer: SyncAnswer, context: Context): void {
  const mine = [...request.have].filter(([id]) => membersOf(id).includes(context.user));
  const foreign = [...request.have.keys()].filter((id) => !membersOf(id).includes(context.user));
  assert.deepEqual(answer.gone.toSorted(), foreign.toSorted(), "gone");
  const views = new Map(answer.conversations.map((view) => [view.conversation_id, view]));
  for (const [id, change] of mine) {
    const view = views.get(id);
    if (view !== undefined) {
      assert.equal(answer.reset.includes(id), change > view.last_change, `reset of ${id}`);
    }
  }
}

/** Throws where a page of `history` is not what was asked for. */
export function checkHistory(request: HistoryRequest, answer: HistoryAnswer, isBig: boolean): void {
  const { before, after, limit, known } = request;
  const { messages, has_more: hasMore } = answer;
  assert.equal(answer.conversation_id, request.conversation);
  checkOffline(messages, request.conversation);
  const seqs = messages.map((message) => message.data.seq);
  const first = seqs[0] ?? 0;
  const last = seqs.at(-1) ?? 0;
  assert.deepEqual(seqs, messages.length === 0 ? [] : range(first, last), "a page without holes");
  assert.ok(messages.length <= limit);
  if (hasMore && !isBig) assert.equal(messages.length, limit, "a page that is not the last is full");
  if (after !== null) {
    if (messages.length > 0) assert.equal(first, after + 1);
    if (!hasMore) assert.ok(Math.max(last, after) >= known, `no more after ${last}, yet ${known} is known`);
    return;
  }
  assert.equal(hasMore, first > 1, `has_more before ${first}`);
  if (messages.length === 0) {
    return assert.ok(known === 0 || (before !== null && before <= 1), "an empty page");
  }
  if (before === null) assert.ok(last >= known, `the newest is ${last}, yet ${known} is known`);
  else {assert.ok(
      last < before && (last === before - 1 || last >= known),
      `${last} is not just before ${before}`,
    );}
}

function checkOffline(messages: readonly MessageFrame[], conversation: string): void {
  for (const message of messages) {
    assert.equal(message.data.conversation_id, conversation);
    assert.equal(message.data.is_offline, true);
  }
}

function range(from: number, to: number): number[] {
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, at) => from + at);
}
