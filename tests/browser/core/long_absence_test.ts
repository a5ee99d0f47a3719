/** A client that was away for long, or missed much: what it asks for unasked, and what waits until somebody looks. */
import assert from "node:assert/strict";
import type { ServerFrame } from "../../../realtime/frames.ts";
import { settle } from "../../support/fake_clock.ts";
import { CONVERSATION, conversation, message, messages, Stage } from "./stage.ts";

type SyncData = Extract<ServerFrame, { type: "sync" }>["data"];

const NOW = "2026-01-01T00:00:00.000Z";

const DAY = 24 * 60 * 60 * 1_000;

/** Away for so long, then welcomed again. */
async function sleep(stage: Stage, ms: number): Promise<void> {
  stage.connection.stop();
  await stage.pass(ms);
  await stage.online();
}

for (const [days, limit] of [[3, 50], [30, 1]] as const) {
  Deno.test(`Connection that was away for ${days} days asks for ${limit} of each conversation`, async () => {
    const stage = new Stage();
    await stage.talking(messages(1, 3));
    await sleep(stage, days * DAY);
    assert.deepEqual(stage.socket.last("sync").data, { have: { [CONVERSATION]: 3 }, since: NOW, limit });
  });
}

Deno.test("Connection that was away for 30 days shows the newest message at once and gets the rest on demand", async () => {
  const stage = new Stage();
  await stage.talking(messages(1, 10));
  await sleep(stage, 30 * DAY);
  const last = message(1_000);
  await stage.answerSync({
    conversations: [conversation({ last })],
    messages: { [CONVERSATION]: [last] },
    limited: { [CONVERSATION]: true },
  });
  assert.deepEqual([stage.seqs, stage.socket.of("history")], [[1_000], []]);
  const more = stage.connection.older({ conversationId: CONVERSATION });
  assert.equal(stage.socket.last("history").data?.["before_seq"], 1_000);
  await stage.answerHistory(messages(900, 999), true);
  assert.equal(await more, true);
  assert.deepEqual([stage.seqs[0], stage.seqs.length], [900, 101]);
});

/** `count` conversations of the same age and length, each with that last message; the first is the newest. */
function manyConversations(count: number, lastSeq: number): Partial<SyncData> {
  const all = Array.from({ length: count }, (_, at) => {
    const id = `1-${at + 100}`;
    const { data, ...frame } = message(lastSeq);
    const last = { ...frame, data: { ...data, conversation_id: id } };
    const peer = {
      user_id: at + 100,
      username: `p${at}`,
      avatar: "",
      status: "offline",
      last_seen: null,
    } as const;
    const updated = new Date(Date.parse(NOW) - at * 1_000).toISOString();
    return { id, last, info: conversation({ last, conversation_id: id, peer, updated_at: updated }) };
  });
  return {
    conversations: all.map(({ info }) => info),
    messages: Object.fromEntries(all.map(({ id, last }) => [id, [last]])),
    limited: Object.fromEntries(all.map(({ id }) => [id, true as const])),
  };
}

/** Answers every question for history as a server that has all up to `last`; how many there were, by conversation. */
async function answerAllHistory(stage: Stage, last: number): Promise<ReadonlyMap<string, number>> {
  const asked = new Map<string, number>();
  for (let answered = 0; answered < stage.socket.of("history").length;) {
    const { id: question = "", data } = stage.socket.of("history")[answered++] ?? {};
    const [id, after] = [String(data?.["conversation_id"]), Number(data?.["after_seq"])];
    asked.set(id, (asked.get(id) ?? 0) + 1);
    const found = messages(after + 1, Math.min(after + 100, last)).map((one) => ({
      ...one,
      data: { ...one.data, conversation_id: id },
    }));
    stage.socket.say({
      type: "history",
      id: question,
      timestamp: NOW,
      data: { conversation_id: id, messages: found, has_more: after + 100 < last },
    });
    await settle();
  }
  return asked;
}

Deno.test("Connection fills few holes unasked after a sync, of the newest conversations, and holds the newest of the others", async () => {
  const stage = new Stage();
  await stage.online();
  await stage.answerSync(manyConversations(100, 50));
  await sleep(stage, 30 * DAY);
  await stage.answerSync(manyConversations(100, 400));
  const asked = await answerAllHistory(stage, 400);
  assert.deepEqual([...asked], [["1-100", 4], ["1-101", 4]]);
  const held = [...stage.connection.state.chats.values()].map(({ timeline }) => timeline.messages.length);
  assert.deepEqual(held, [351, 351, ...Array.from({ length: 98 }, () => 1)]);
  assert.deepEqual(
    [...stage.connection.state.chats.values()].filter(({ timeline }) => timeline.ahead.length > 0),
    [],
  );
});
