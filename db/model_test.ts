import { strict as assert } from "node:assert";
import fc from "fast-check";
import {
  directConversation,
  isMember,
  isUserId,
  MAX_USER_ID,
  membersOf,
  parseConversationId,
  peerOf,
} from "./model.ts";

Deno.test("directConversation() is the same from both sides, and its id reads back", () => {
  const userId = fc.integer({ min: 1, max: MAX_USER_ID });
  fc.assert(fc.property(userId, userId, (one, other) => {
    fc.pre(one !== other);
    const conversation = directConversation(one, other);
    assert.deepEqual(conversation, directConversation(other, one));
    assert.deepEqual(parseConversationId(conversation.id), conversation);
    assert.deepEqual([peerOf(conversation, one), peerOf(conversation, other)], [other, one]);
    assert.ok(isMember(conversation, one) && isMember(conversation, other));
    assert.deepEqual([...membersOf(conversation)], [Math.min(one, other), Math.max(one, other)]);
  }));
});

for (
  const text of [
    "",
    "1",
    "1-",
    "-1",
    "2-1",
    "1-1",
    "0-1",
    "01-2",
    "1-02",
    "1-2 ",
    "1-2-3",
    "1-4294967296",
    "a-b",
    "１-２",
  ]
) {
  Deno.test(`parseConversationId() refuses "${text}"`, () => assert.equal(parseConversationId(text), null));
}

Deno.test("isUserId() takes whole numbers of 32 bits above 0 and nothing else", () => {
  for (const id of [1, 2, MAX_USER_ID]) assert.equal(isUserId(id), true);
  for (const id of [0, -1, 1.5, MAX_USER_ID + 1, NaN, Infinity, "1", null, undefined, 1n]) {
    assert.equal(isUserId(id), false);
  }
});
