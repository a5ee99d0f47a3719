/** Contract §3.1 `typing`, `watch`, §3.2 `user_list`, `join`, `leave`, `presence`, on the real program. */
import assert from "node:assert/strict";
import { startServer } from "../support/server.ts";
import { SocketClient } from "../support/socket_client.ts";

interface Person {
  readonly "user_id": number;
  readonly username: string;
  readonly status: string;
}

function people(frame: { readonly data?: Record<string, unknown> | undefined }): readonly Person[] {
  const users = frame.data?.["users"];
  assert.ok(Array.isArray(users));
  return users;
}

Deno.test("user_list: who is online, oneself included, follows welcome", async () => {
  await using server = await startServer();
  await using _ann = await SocketClient.as(server.url, 1, { username: "ann" });
  await using bob = await SocketClient.as(server.url, 2, { username: "bob" });
  const list = people(await bob.next("user_list"));
  assert.deepEqual(list.map((one) => [one.user_id, one.username, one.status]).toSorted(), [
    [1, "ann", "online"],
    [2, "bob", "online"],
  ]);
});

Deno.test("join: once a user, not per device; leave: when the last device is gone", async () => {
  await using server = await startServer();
  await using ann = await SocketClient.as(server.url, 1);
  const phone = await SocketClient.as(server.url, 2, { username: "bob" });
  const join = await ann.next((frame) => frame.type === "join" && frame.from_user_id === 2);
  assert.equal(join.data?.["username"], "bob");
  assert.equal(join.data?.["status"], "online");
  const desk = await SocketClient.as(server.url, 2, { username: "bob" });
  await phone[Symbol.asyncDispose]();
  await desk[Symbol.asyncDispose]();
  const leave = await ann.next("leave");
  assert.equal(leave.data?.["user_id"], 2);
  assert.equal(leave.data?.["status"], "offline");
  assert.ok(Math.abs(Date.parse(String(leave.data?.["last_seen"])) - Date.now()) < 60_000);
  assert.equal(ann.frames.filter((frame) => frame.type === "join" && frame.from_user_id === 2).length, 1);
});

Deno.test("GET /ws/online-users: the same people, and their count", async () => {
  await using server = await startServer();
  await using _ann = await SocketClient.as(server.url, 1);
  await using _bob = await SocketClient.as(server.url, 2);
  const answer = await (await fetch(new URL("/api/v1/ws/online-users", server.url))).json();
  assert.equal(answer.code, 200);
  assert.equal(answer.data.count, 2);
  assert.deepEqual(people(answer).map((one) => one.user_id).toSorted(), [1, 2]);
});

Deno.test("typing: forwarded to the peer who is online, at most one active a second, inactive always", async () => {
  await using server = await startServer();
  await using ann = await SocketClient.as(server.url, 1);
  await using bob = await SocketClient.as(server.url, 2);
  for (let n = 0; n < 5; n++) ann.send({ type: "typing", to_user_id: 2 });
  ann.send({ type: "typing", to_user_id: 2, data: { active: false } });
  const first = await bob.next("typing");
  assert.deepEqual([first.from_user_id, first.to_user_id, first.data?.["active"]], [1, 2, true]);
  const second = await bob.next("typing");
  assert.equal(second.data?.["active"], false);
});

Deno.test("watch: answers who they are and follows them; more than 200 add nobody", async () => {
  await using server = await startServer({ env: { CHAT_PRESENCE_EVERYONE_BELOW: "1" } });
  await using ann = await SocketClient.as(server.url, 1);
  const answer = await ann.ask({ type: "watch", id: "w", data: { add: [2, 3] } });
  assert.equal(answer.type, "presence");
  assert.deepEqual(people(answer).map((one) => [one.user_id, one.status]), [[2, "offline"], [3, "offline"]]);
  await using _bob = await SocketClient.as(server.url, 2);
  await ann.next((frame) => frame.type === "join" && frame.from_user_id === 2);
  const ids = Array.from({ length: 199 }, (_, n) => n + 10);
  const error = await ann.ask({ type: "watch", data: { add: ids } });
  assert.deepEqual([error.type, error.data?.["error"]], ["error", "too_many_watched"]);
});

Deno.test("presence beyond the threshold: strangers do not see each other, people who wrote do", async () => {
  await using server = await startServer({ env: { CHAT_PRESENCE_EVERYONE_BELOW: "1" } });
  await using ann = await SocketClient.as(server.url, 1);
  await ann.ask({ type: "private", to_user_id: 2, content: "hi" });
  await using bob = await SocketClient.as(server.url, 2);
  await using stranger = await SocketClient.as(server.url, 3);
  assert.deepEqual(people(await stranger.next("user_list")).map((one) => one.user_id), [3]);
  assert.deepEqual(people(await bob.next("user_list")).map((one) => one.user_id).toSorted(), [1, 2]);
  assert.equal(
    (await ann.next((frame) => frame.type === "join" && frame.from_user_id !== 1)).from_user_id,
    2,
  );
});
