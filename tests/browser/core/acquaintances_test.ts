import assert from "node:assert/strict";
import { settle } from "../../support/fake_clock.ts";
import { MAX_MET } from "../../../static/core/acquaintances.js";
import { message, PEER, SELF, Stage } from "./stage.ts";

const NOW = "2026-01-01T00:00:00.000Z";
const CAROL = { user_id: 3, username: "carol", avatar: "", status: "online", last_seen: NOW } as const;

/** Answers the newest `watch`. */
async function answerWatch({ socket }: Stage, users: readonly unknown[]): Promise<void> {
  const { id } = socket.last("watch");
  socket.say({ type: "presence", id, timestamp: NOW, data: { users } });
  await settle();
}

Deno.test("Acquaintances asks who somebody without a conversation is, once, and again on each connection", async () => {
  const stage = new Stage();
  const { connection } = stage;
  await stage.talking([message(1)]);
  for (const userId of [0, SELF, PEER]) connection.acquaintances.meet({ userId, username: "" });
  assert.deepEqual(stage.socket.of("watch"), []);

  connection.acquaintances.meet({ userId: 3, username: "caro" });
  assert.equal(connection.state.people.get(3)?.username, "caro");
  assert.deepEqual(stage.socket.last("watch").data, { add: [3] });
  await answerWatch(stage, [CAROL]);
  assert.deepEqual(connection.state.people.get(3), CAROL);
  connection.acquaintances.meet({ userId: 3, username: "other" });
  assert.equal(connection.state.people.get(3)?.username, "carol");
  assert.equal(stage.socket.of("watch").length, 1);

  stage.socket.drop(1006);
  await stage.pass(500);
  await stage.welcome();
  assert.deepEqual(stage.socket.of("watch"), []);
  await stage.answerSync();
  assert.deepEqual(stage.socket.last("watch").data, { add: [3] });
});

Deno.test("Acquaintances asks for those to whom a first message waits, and for whom it met offline", async () => {
  const stage = new Stage();
  stage.connection.send({ toUserId: 9, content: "hello" });
  stage.connection.acquaintances.meet({ userId: 3, username: "" });
  assert.equal(stage.connection.state.people.has(3), false);
  await stage.talking();
  assert.deepEqual(stage.socket.last("watch").data, { add: [3, 9] });
});

Deno.test("Acquaintances watches a bounded number, and keeps what it knows where it is refused", async () => {
  const stage = new Stage();
  await stage.talking();
  for (let userId = 3; userId < 3 + MAX_MET; userId++) {
    stage.connection.acquaintances.meet({ userId, username: `user_${userId}` });
  }
  stage.connection.acquaintances.meet({ userId: 1_000, username: "last" });
  const { id, data } = stage.socket.last("watch");
  assert.deepEqual(data, { add: [1_000], remove: [3] });
  const refusal = { code: 400, error: "too_many_watched", message: "", temporary: false };
  stage.socket.say({ type: "error", id, timestamp: NOW, data: refusal });
  await settle();
  assert.equal(stage.connection.state.people.get(1_000)?.username, "last");
});
