import assert from "node:assert/strict";
import { CONVERSATION, message, PEER, refusal } from "../browser/core/stage.ts";
import { ClientStage, heard, listening } from "./client_stage.ts";

const AT = "2026-01-01T00:00:00.000Z";
const BOB = { "user_id": PEER, username: "bob", avatar: "", status: "online", "last_seen": AT } as const;
const CAROL = { ...BOB, "user_id": 3, username: "carol" } as const;

Deno.test("Typing is told when it begins and when it ends: said, forgotten, or written", async () => {
  const { stage } = listening();
  const news = heard<{ readonly isTyping: boolean }>((listener) => stage.client.on("typing", listener));
  const typing = (active: boolean): Promise<void> =>
    stage.say({
      type: "typing",
      from_user_id: PEER,
      to_user_id: 1,
      timestamp: AT,
      data: { conversation_id: CONVERSATION, active },
    });
  await stage.online();
  await typing(true);
  await typing(true);
  await typing(false);
  await typing(true);
  await stage.fake.advance(5_000);
  await typing(true);
  await stage.say(message(1));
  await typing(true);
  stage.socket.drop(1006);
  assert.deepEqual(news.map(({ isTyping }) => isTyping), [
    true,
    false,
    true,
    false,
    true,
    false,
    true,
    false,
  ]);
  stage.client.typing(PEER);
  stage.client.typing(null);
  await stage.client.close();
});

Deno.test("Client.typing() tells the other side, and of the end", async () => {
  const stage = new ClientStage();
  await stage.online();
  stage.client.typing(PEER);
  stage.client.typing(PEER);
  stage.client.typing(null);
  assert.deepEqual(stage.socket.of("typing").map(({ data }) => data), [{ active: true }, { active: false }]);
  assert.throws(() => stage.client.typing(0), TypeError);
});

Deno.test("Presence tells each change once: by a list, by name, and of those no list names any more", async () => {
  const stage = new ClientStage();
  const people = heard<{ readonly username: string; readonly isOnline: boolean }>((listener) =>
    stage.client.on("presence", listener)
  );
  await stage.online();
  await stage.say({ type: "user_list", timestamp: AT, data: { users: [BOB, CAROL] } });
  await stage.say({ type: "join", from_user_id: PEER, timestamp: AT, data: BOB });
  await stage.say({ type: "leave", from_user_id: 3, timestamp: AT, data: { ...CAROL, status: "offline" } });
  await stage.say({ type: "user_list", timestamp: AT, data: { users: [] } });
  assert.deepEqual(people.map(({ username, isOnline }) => `${username} ${isOnline}`), [
    "bob true",
    "carol true",
    "carol false",
    "bob false",
  ]);
});

Deno.test("Client.watch() asks for just these people, on each connection, and again when it was refused", async () => {
  const stage = new ClientStage();
  stage.client.watch([2, 3]);
  await stage.online();
  assert.deepEqual(stage.socket.last("watch").data, { add: [2, 3], remove: [] });
  const { id } = stage.socket.last("watch");
  await stage.say(refusal(id, { code: 429, error: "rate_limited", temporary: true, retryAfterMs: 500 }));
  stage.client.watch([3, 4]);
  await stage.fake.advance(500);
  assert.deepEqual(stage.socket.last("watch").data, { add: [3, 4], remove: [] });
  const people = heard<{ readonly userId: number }>((listener) => stage.client.on("presence", listener));
  await stage.say({
    type: "presence",
    ...idOf(stage.socket.last("watch")),
    timestamp: AT,
    data: { users: [{ ...CAROL, status: "offline" }] },
  });
  assert.deepEqual(people.map(({ userId }) => userId), [3]);
  stage.client.watch([4]);
  assert.deepEqual(stage.socket.last("watch").data, { add: [], remove: [3] });
  await stage.reconnect();
  assert.deepEqual(stage.socket.last("watch").data, { add: [4], remove: [] });
  assert.throws(() => stage.client.watch(Array.from({ length: 201 }, (_, at) => at + 1)), RangeError);
});

function idOf({ id }: { readonly id?: string }): { id?: string } {
  return id === undefined ? {} : { id };
}
