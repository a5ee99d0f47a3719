import assert from "node:assert/strict";
import { CONVERSATION, message, PEER, Stage } from "./stage.ts";

const NOW = "2026-01-01T00:00:00.000Z";

/** What was told of typing: `[to, active]`. */
function told(stage: Stage): readonly unknown[] {
  return stage.socket.of("typing").map((frame) => [frame.to_user_id, frame.data?.["active"]]);
}

Deno.test("Connection.typing() tells at once, seldom while it goes on, and the end after a pause", async () => {
  const stage = new Stage();
  await stage.talking();
  for (let key = 0; key < 30; key++) {
    stage.connection.typing(2);
    await stage.pass(100);
  }
  assert.deepEqual(told(stage), [[2, true], [2, true], [2, true]]);
  await stage.pass(4_000);
  assert.deepEqual(told(stage).at(-1), [2, false]);
});

Deno.test("Connection.typing() ends when nothing is written any more, and tells nothing twice", async () => {
  const stage = new Stage();
  await stage.talking();
  stage.connection.typing(2);
  stage.connection.typing(null);
  stage.connection.typing(null);
  await stage.pass(10_000);
  assert.deepEqual(told(stage), [[2, true], [2, false]]);
});

Deno.test("Connection.send() ends typing without a word: the message says it", async () => {
  const stage = new Stage();
  await stage.talking();
  stage.connection.typing(2);
  stage.connection.send({ toUserId: 2, content: "x" });
  await stage.pass(10_000);
  assert.deepEqual(told(stage), [[2, true]]);
});

Deno.test("Connection.typing() soon after a message is told as soon as the server passes it on", async () => {
  const stage = new Stage();
  await stage.talking();
  stage.connection.typing(2);
  stage.connection.send({ toUserId: 2, content: "x" });
  await stage.pass(100);
  stage.connection.typing(2);
  assert.equal(told(stage).length, 1);
  await stage.pass(1_100);
  assert.deepEqual(told(stage), [[2, true], [2, true]]);
});

Deno.test("Connection shows who types until they stop, are silent for 5 s, or write", async () => {
  const stage = new Stage();
  await stage.talking([message(1)]);
  const say = (active: boolean): void =>
    stage.socket.say({
      type: "typing",
      from_user_id: PEER,
      to_user_id: 1,
      timestamp: NOW,
      data: { conversation_id: CONVERSATION, active },
    });
  const shows = (): boolean => stage.connection.state.typing.has(CONVERSATION);
  say(true);
  assert.ok(shows());
  say(false);
  assert.ok(!shows());
  say(true);
  await stage.pass(4_999);
  assert.ok(shows());
  await stage.pass(1);
  assert.ok(!shows());
  say(true);
  stage.socket.say(message(2));
  assert.ok(!shows());
});
