import assert from "node:assert/strict";
import { conversationShape, messageFrame } from "../realtime/wire.ts";
import { type ConversationView, directConversation, MAX_USER_ID, type Message } from "./model.ts";
import { messageWeight, viewWeight } from "./weight.ts";

/** What an estimate may be above the truth, in bytes: the numbers and times that were shorter, and a client id. */
const MESSAGE_SLACK = 40;
const VIEW_SLACK = 200;

function message(fields: Partial<Message> = {}): Message {
  return {
    conversation: directConversation(7, 1_042),
    seq: 318,
    change: 318,
    messageId: "019a0000-0000-7000-8000-000000000001",
    senderId: 7,
    clientId: null,
    kind: "text",
    content: "See you at the harbour",
    createdAt: Date.UTC(2026, 5, 1),
    editedAt: null,
    deletedAt: null,
    ...fields,
  };
}

function view(fields: Partial<ConversationView> = {}): ConversationView {
  return {
    conversation: directConversation(7, 1_042),
    firstSeq: 1,
    lastSeq: 318,
    lastChange: 318,
    lastMessage: message(),
    unread: 12,
    deliveredSeq: 306,
    readSeq: 306,
    shownReadSeq: 306,
    peerReadSeq: 318,
    peerDeliveredSeq: 318,
    updatedAt: Date.UTC(2026, 5, 1),
    ...fields,
  };
}

/** The largest of everything. */
const LARGEST: Partial<Message> = {
  conversation: directConversation(MAX_USER_ID - 1, MAX_USER_ID),
  seq: Number.MAX_SAFE_INTEGER,
  change: Number.MAX_SAFE_INTEGER,
  senderId: MAX_USER_ID,
  clientId: "\u0001".repeat(64),
  content: "\u0001".repeat(10_000),
  createdAt: 8_640_000_000_000_000,
  editedAt: 8_640_000_000_000_000,
  deletedAt: 8_640_000_000_000_000,
};

const CASES: readonly (readonly [string, Partial<Message>])[] = [
  ["an ordinary message", {}],
  ["one with a client id", { clientId: "5b0c1a60-5a52-4f0e-9d0a-000000000001" }],
  ["one of another script", { content: "码头见，别忘了带伞".repeat(60) }],
  ["one with faces", { content: "👩‍👩‍👧‍👦".repeat(100) }],
  ["the largest there is", LARGEST],
];

function bytes(value: object): number {
  return new TextEncoder().encode(`${JSON.stringify(value)},`).byteLength;
}

for (const [name, fields] of CASES) {
  Deno.test(`messageWeight() of ${name} is what its frame takes, or little more`, () => {
    const one = message(fields);
    const real = bytes(messageFrame(one, { viewerId: one.senderId, isOffline: false }));
    const over = messageWeight(one) - real;
    assert.ok(over >= 0 && over <= MESSAGE_SLACK, `${over} bytes more`);
  });

  Deno.test(`viewWeight() with ${name} is never below what the conversation takes`, () => {
    const lastMessage = message(fields);
    const { conversation, senderId } = lastMessage;
    const one = view({ conversation, lastMessage, updatedAt: lastMessage.createdAt });
    const peer = {
      user_id: conversation.high,
      username: "n".repeat(20),
      avatar: `/avatars/${"a".repeat(32)}.png`,
      status: "offline",
      last_seen: new Date(lastMessage.createdAt).toISOString(),
    } as const;
    // Whoever sees it, the peer is given to both.
    const people = new Map([[conversation.low, peer], [conversation.high, peer]]);
    const over = viewWeight(one) - bytes(conversationShape(one, senderId, people));
    assert.ok(over >= 0, `${-over} bytes less`);
  });
}

Deno.test("viewWeight() of an ordinary conversation is little more than it takes", () => {
  const one = view();
  const peer = {
    user_id: 1_042,
    username: "user1042",
    avatar: "",
    status: "offline",
    last_seen: null,
  } as const;
  const real = bytes(conversationShape(one, 7, new Map([[1_042, peer]])));
  const over = viewWeight(one) - real;
  assert.ok(over >= 0 && over <= VIEW_SLACK, `${over} bytes more`);
});
