import assert from "node:assert/strict";
import { findPeople, findRows } from "../../../static/core/find.js";
import { lastLine, type ListRow, listRows, totalUnread } from "../../../static/core/list_rows.js";
import { EMPTY_STATE } from "../../../static/core/state.js";
import { EMPTY_TIMELINE } from "../../../static/core/timeline.js";
import { conversation, message, PEER, SELF } from "./stage.ts";

type Chats = Parameters<typeof listRows>[0]["chats"];

/** Conversations by their ids, the first the oldest. */
function chats(...infos: Parameters<typeof conversation>[0][]): Chats {
  return new Map(infos.map((info, at) => {
    const told = conversation({ updated_at: `2026-01-01T00:00:0${at}.000Z`, ...info });
    return [told.conversation_id, {
      info: told,
      timeline: EMPTY_TIMELINE,
      have: 0,
      countedTo: 0,
      sketched: false,
    }];
  }));
}

function draft(toUserId: number, createdAt: number): ListRow["draft"] & object {
  return { id: `d${toUserId}`, toUserId, content: "soon", createdAt, status: "pending", error: null };
}

function person(id: number, username: string): { user_id: number; username: string } {
  return { user_id: id, username };
}

Deno.test("listRows() brings the newest activity first, what waits to be sent included", () => {
  const carol = { user_id: 3, username: "carol", avatar: "", status: "online", last_seen: null } as const;
  const state = { ...EMPTY_STATE, chats: chats({}, { conversation_id: "1-3", peer: carol }) };
  assert.deepEqual(listRows(state).map(({ key }) => key), ["1-3", "1-2"]);
  const later = Date.parse("2026-01-02T00:00:00.000Z");
  const waiting = { ...state, drafts: [draft(PEER, later), draft(9, later + 1)] };
  assert.deepEqual(listRows(waiting).map(({ key, peerId }) => [key, peerId]), [
    ["with 9", 9],
    ["1-2", PEER],
    ["1-3", 3],
  ]);
});

Deno.test("lastLine() is what was written last, and how far an own message has come", () => {
  const own = (marks: { peer_delivered_seq?: number; peer_read_seq?: number }): unknown => {
    const [row] = listRows({ chats: chats({ last: message(5, { from: SELF }), ...marks }), drafts: [] });
    return row && lastLine(row, SELF)?.status;
  };
  assert.equal(own({}), "stored");
  assert.equal(own({ peer_delivered_seq: 5 }), "delivered");
  assert.equal(own({ peer_delivered_seq: 5, peer_read_seq: 5 }), "read");
  const [theirs] = listRows({ chats: chats({ last: message(1) }), drafts: [] });
  assert.equal(theirs && lastLine(theirs, SELF)?.status, null);
  const [waits] = listRows({ chats: chats({ last: message(1) }), drafts: [draft(PEER, 1)] });
  assert.deepEqual(waits && lastLine(waits, SELF), {
    text: "soon",
    mine: true,
    removed: false,
    status: "pending",
  });
  const [empty] = listRows({ chats: chats({}), drafts: [] });
  assert.equal(empty && lastLine(empty, SELF), null);
});

Deno.test("totalUnread() counts over all conversations", () => {
  assert.equal(totalUnread({ chats: chats({ unread: 2 }, { conversation_id: "1-3", unread: 3 }) }), 5);
});

Deno.test("findRows() finds by name, then by the last line, without regard to case and width", () => {
  const names = new Map([["a", "Anna"], ["b", "Joanna"], ["c", "Zed"], ["d", "Nobody"]]);
  const rows = listRows({
    chats: chats(...[...names.keys()].map((id) => ({
      conversation_id: id,
      ...(id === "c" && { last: { ...message(1), content: "ask ANNA" } }),
    }))),
    drafts: [],
  });
  const found = findRows(rows, " ａNN", { nameOf: ({ key }) => names.get(key) ?? "", selfId: SELF });
  assert.deepEqual(found.map(({ key }) => key), ["a", "b", "c"]);
});

Deno.test("findPeople() brings everybody once, those first whose names begin so", () => {
  const people = [
    person(4, "bob_b"),
    person(2, "rob"),
    person(3, "Robin"),
    person(3, "Robin"),
    person(5, "x"),
  ];
  const found = findPeople(people, "ob", (id) => id === 4);
  assert.deepEqual(found.map(({ username }) => username), ["rob", "Robin"]);
  assert.deepEqual(findPeople(people, "robi", () => false), [person(3, "Robin")]);
  assert.deepEqual(
    findPeople([person(1, "xro"), person(2, "rox")], "ro", () => false).map(({ username }) => username),
    ["rox", "xro"],
  );
});
