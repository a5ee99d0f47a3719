import assert from "node:assert/strict";
import { directConversation } from "../db/model.ts";
import { decodeEvent } from "./event_schema.ts";
import type { ChatEvent } from "./events.ts";

const MESSAGE = {
  conversation: directConversation(1, 2),
  seq: 3,
  change: 3,
  messageId: "m3",
  senderId: 1,
  clientId: "c",
  kind: "text",
  content: "hi",
  createdAt: 5,
  editedAt: null,
  deletedAt: null,
} as const;
const PERSON = { userId: 1, username: "ann", avatar: "", since: 9 };

const EVENTS: readonly ChatEvent[] = [
  { type: "message", message: MESSAGE, except: null },
  { type: "message", message: { ...MESSAGE, clientId: null, content: "" }, except: "connection" },
  {
    type: "receipt",
    userId: 2,
    conversationId: "1-2",
    deliveredSeq: 3,
    readSeq: 0,
    except: ["a"],
    to: "confirming",
  },
  { type: "typing", userId: 1, conversationId: "1-2", active: false },
  { type: "sessions_ended", sessionIds: ["s"] },
  { type: "account_disabled" },
  { type: "user_changed", userId: 4_294_967_295 },
  {
    type: "roster",
    instanceId: "i",
    version: 7,
    came: [{ person: PERSON, to: null }, { person: PERSON, to: [2, 3] }],
    left: [{ userId: 2, at: 4, to: [] }],
  },
  { type: "instance_left", instanceId: "i" },
  { type: "instance_ended", instanceId: "i", left: [{ userId: 2, at: 4, to: null }], isLast: true },
];

Deno.test("decodeEvent() gives back every event as it was, through JSON", () => {
  for (const event of EVENTS) assert.deepEqual(decodeEvent(JSON.parse(JSON.stringify(event))), event);
});

Deno.test("decodeEvent() ignores what a newer instance adds, and types it does not know", () => {
  assert.deepEqual(decodeEvent({ type: "account_disabled", why: "spam" }), { type: "account_disabled" });
  assert.equal(decodeEvent({ type: "call_started", userId: 1 }), null);
});

Deno.test("decodeEvent() refuses what is no event, and never throws", () => {
  const message = (patch: object): unknown => ({
    type: "message",
    message: { ...MESSAGE, ...patch },
    except: null,
  });
  const wrong: readonly unknown[] = [
    null,
    undefined,
    7,
    "message",
    [],
    {},
    { type: 3 },
    { type: "message" },
    message({ seq: 0 }),
    message({ seq: "3" }),
    message({ senderId: 3 }),
    message({ conversation: { ...MESSAGE.conversation, id: "2-1" } }),
    message({ conversation: null }),
    message({ content: null }),
    message({ kind: "image" }),
    { type: "user_changed", userId: 0 },
    { type: "user_changed", userId: "1" },
    { type: "sessions_ended", sessionIds: "s" },
    { type: "roster", instanceId: "i", version: -1, came: [], left: [] },
    { type: "roster", instanceId: "", version: 1, came: [], left: [] },
    { type: "instance_ended", instanceId: "i", left: [{ userId: 1 }], isLast: true },
  ];
  for (const value of wrong) assert.equal(decodeEvent(value), null, JSON.stringify(value));
});

Deno.test("decodeEvent() believes a conversation's id, not what is said about its members", () => {
  const forged = { kind: "direct", id: "1-2", low: 1, high: 9 };
  const event = decodeEvent({
    type: "message",
    message: { ...MESSAGE, conversation: forged },
    except: null,
  });
  assert.deepEqual(event, { type: "message", message: MESSAGE, except: null });
});
