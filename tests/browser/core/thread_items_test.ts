import assert from "node:assert/strict";
import type { Conversation, MessageFrame } from "../../../realtime/frames.ts";
import type { Draft } from "../../../static/core/draft.js";
import type { Chat } from "../../../static/core/state.js";
import { draftsOf, extentOf, type Item, itemsOf } from "../../../static/core/thread_items.js";
import { EMPTY_TIMELINE, insert } from "../../../static/core/timeline.js";
import { conversation, message, PEER, SELF } from "./stage.ts";

/** A moment of local time. */
function time(text: string): number {
  return new Date(text).getTime();
}

/** A message at a moment of local time. */
function said(seq: number, at: string, options: { from?: number; clientId?: string } = {}): MessageFrame {
  return { ...message(seq, options), timestamp: new Date(time(at)).toISOString() };
}

function chatOf(messages: readonly MessageFrame[], info: Partial<Conversation> = {}): Chat {
  return {
    info: conversation({ last: messages.at(-1), ...info }),
    timeline: insert(EMPTY_TIMELINE, messages),
    have: 0,
    countedTo: 0,
    sketched: false,
  };
}

function draft(id: string, at = "2026-01-02T10:00"): Draft {
  return { id, toUserId: PEER, content: id, createdAt: time(at), status: "pending", error: null };
}

interface Shown {
  readonly chat?: Chat;
  readonly drafts?: readonly Draft[];
  readonly unreadFrom?: number | null;
  readonly from?: number;
  readonly to?: number;
}

/** The items of all there is, or of a part. */
function show({ chat, drafts = [], unreadFrom = null, ...range }: Shown): Item[] {
  const { first, last } = extentOf({ chat, drafts });
  return itemsOf({ chat, drafts, selfId: SELF, unreadFrom }, { from: first, to: last, ...range });
}

/** Each item in a word: its text, or what kind of line it is. */
function words(items: readonly Item[]): string[] {
  return items.map((item) => item.kind === "message" ? item.text : item.kind);
}

/** What belongs together: `(a b)`. */
function groups(items: readonly Item[]): string {
  return items.flatMap((item) =>
    item.kind !== "message" ? [] : [`${item.follows ? "" : "("}${item.text}${item.leads ? "" : ")"}`]
  ).join(" ");
}

Deno.test("itemsOf() puts a line above the first message of each day", () => {
  const chat = chatOf([
    said(1, "2026-01-01T23:59"),
    said(2, "2026-01-02T00:00"),
    said(3, "2026-01-02T12:00"),
  ]);
  assert.deepEqual(words(show({ chat })), ["day", "text 1", "day", "text 2", "text 3"]);
});

Deno.test("itemsOf() groups by person and minute, and a line ends a group", () => {
  const chat = chatOf([
    said(1, "2026-01-01T10:00:00"),
    said(2, "2026-01-01T10:00:59"),
    said(3, "2026-01-01T10:01:00"),
    said(4, "2026-01-01T10:01:01", { from: SELF }),
    said(5, "2026-01-01T10:01:02", { from: SELF }),
    said(6, "2026-01-01T10:01:03"),
    said(7, "2026-01-01T10:01:04"),
  ]);
  assert.equal(groups(show({ chat })), "(text 1 text 2) (text 3) (text 4 text 5) (text 6 text 7)");
  assert.equal(
    groups(show({ chat, unreadFrom: 7 })),
    "(text 1 text 2) (text 3) (text 4 text 5) (text 6) (text 7)",
  );
});

Deno.test("itemsOf() puts the line of what is new above the first message of others from there on", () => {
  const own = { from: SELF };
  const chat = chatOf([
    said(1, "2026-01-01T10:00"),
    said(2, "2026-01-01T10:01", own),
    said(3, "2026-01-01T10:02"),
    said(4, "2026-01-01T10:03"),
  ]);
  assert.deepEqual(words(show({ chat, unreadFrom: 2 })), [
    "day",
    "text 1",
    "text 2",
    "unread",
    "text 3",
    "text 4",
  ]);
  assert.ok(!words(show({ chat, unreadFrom: 5 })).includes("unread"));
  assert.ok(!words(show({ chat, unreadFrom: null })).includes("unread"));
});

Deno.test("itemsOf() draws no line of what is new while the first of it is not held", () => {
  const chat = chatOf([said(8, "2026-01-01T10:00"), said(9, "2026-01-01T10:01")]);
  assert.ok(!words(show({ chat, unreadFrom: 5 })).includes("unread"));
});

Deno.test("itemsOf() shows a part of a thread just as it looks in the whole", () => {
  const messages = Array.from(
    { length: 40 },
    (_, at) =>
      said(at + 11, new Date(time("2026-01-01T22:00") + at * 311_000).toISOString(), {
        from: at % 7 < 3 ? SELF : PEER,
      }),
  );
  const source = { chat: chatOf(messages), drafts: [draft("a"), draft("b")], unreadFrom: 20 };
  const whole = show(source);
  for (let from = 11; from <= 52; from++) {
    for (const to of [from, Math.min(52, from + 9)]) {
      const expected = whole.filter(({ ordinal }) => ordinal >= from && ordinal <= to);
      assert.deepEqual(show({ ...source, from, to }), expected);
    }
  }
});

Deno.test("itemsOf() shows drafts after what is stored, and an own message keeps its key when it is stored", () => {
  const chat = chatOf([said(1, "2026-01-02T09:00")]);
  const before = show({ chat, drafts: [draft("id-1"), draft("id-2")] });
  assert.deepEqual(words(before), ["day", "text 1", "id-1", "id-2"]);
  const stored = chatOf([
    said(1, "2026-01-02T09:00"),
    said(2, "2026-01-02T10:00", { from: SELF, clientId: "id-1" }),
  ]);
  const after = show({ chat: stored, drafts: [draft("id-2")] });
  assert.deepEqual(
    after.map(({ key, ordinal }) => [key, ordinal]),
    before.map(({ key, ordinal }) => [
      key,
      ordinal,
    ]),
  );
});

Deno.test("itemsOf() tells how far an own message came by the marks of the other side", () => {
  const own = Array.from({ length: 3 }, (_, at) => said(at + 1, "2026-01-01T10:00", { from: SELF }));
  const chat = chatOf(own, { "peer_read_seq": 1, "peer_delivered_seq": 2 });
  const statuses = show({ chat, drafts: [{ ...draft("a"), status: "failed", error: "too_large" }] })
    .flatMap((item) => item.kind === "message" ? [`${item.status} ${item.error}`] : []);
  assert.deepEqual(statuses, ["read null", "delivered null", "stored null", "failed too_large"]);
});

Deno.test("draftsOf() gives the drafts of one thread, without those that are stored already", () => {
  const drafts = [draft("a"), draft("b"), { ...draft("c"), toUserId: 9 }];
  const chat = chatOf([said(1, "2026-01-01T10:00", { from: SELF, clientId: "a" })]);
  assert.deepEqual(draftsOf(drafts, { chat, peerId: PEER }).map(({ id }) => id), ["b"]);
  assert.deepEqual(draftsOf(drafts, { chat: undefined, peerId: 9 }).map(({ id }) => id), ["c"]);
});

Deno.test("extentOf() counts what is held and what is on its way, and is empty where nothing is", () => {
  assert.deepEqual(extentOf({ chat: undefined, drafts: [] }), { first: 1, last: 0 });
  assert.deepEqual(extentOf({ chat: undefined, drafts: [draft("a")] }), { first: 1, last: 1 });
  const chat = chatOf([said(5, "2026-01-01T10:00"), said(6, "2026-01-01T10:00")]);
  assert.deepEqual(extentOf({ chat, drafts: [draft("a")] }), { first: 5, last: 7 });
});
