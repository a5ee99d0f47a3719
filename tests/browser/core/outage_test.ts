import assert from "node:assert/strict";
import { SLOW_MS } from "../../../static/core/slowness.js";
import { acknowledgement, message, refusal, Stage } from "./stage.ts";
import { StagedServer } from "./staged_server.ts";

/** A row of chances that repeats nothing for a long while. */
function chances(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return state / 4_294_967_296;
  };
}

for (const code of [1006, 1001, 1012]) {
  Deno.test(`Whatever chance says, a server that was away for 10 s after close ${code} is dialled within 1.5 s`, async () => {
    for (let seed = 1; seed <= 30; seed++) {
      const stage = new Stage();
      const next = chances(seed);
      await stage.talking();
      await stage.pass(10_000);
      stage.socket.drop(code);
      const away = stage.fake.now();
      while (stage.fake.now() < away + 10_000) {
        stage.chance = next();
        await stage.pass(25);
        if (stage.socket.readyState === 1) stage.socket.drop(1006);
      }
      const count = stage.sockets.length;
      const back = stage.fake.now();
      while (stage.sockets.length === count) await stage.pass(25);
      assert.ok(stage.fake.now() - back <= 1_525, `seed ${seed}: ${stage.fake.now() - back} ms`);
      stage.connection.stop();
    }
  });
}

Deno.test("A hundred messages that wait go out as fast as the server allows, none refused, in order", async () => {
  const stage = new Stage();
  const server = new StagedServer();
  const written = Array.from({ length: 100 }, (_, at) => `${at}`);
  for (const content of written) stage.connection.send({ toUserId: 2, content });
  await stage.online();
  await stage.answerSync();
  const begun = stage.fake.now();
  const at: number[] = [];
  while (server.stored.length < 100) {
    if (server.take(stage.socket, "stored")) at.push(stage.fake.now() - begun);
    else await stage.pass(1);
  }
  assert.deepEqual(server.stored.map(({ content }) => content), written);
  assert.ok((at.at(-1) ?? Infinity) <= 2_500, `took ${at.at(-1)} ms`);
  // The server's own count: 60 at once, 20 a second.
  at.forEach((time, index) => assert.ok(index + 1 <= 60 + time / 50, `message ${index} would be refused`));
});

Deno.test("A refusal for being too fast costs no message and no order, and the rest goes more slowly", async () => {
  const stage = new Stage();
  stage.chance = 0;
  const server = new StagedServer();
  const written = Array.from({ length: 10 }, (_, at) => `${at}`);
  for (const content of written) stage.connection.send({ toUserId: 2, content });
  await stage.online();
  await stage.answerSync();
  server.take(stage.socket, "stored");
  server.take(stage.socket, "busy");
  assert.equal(server.take(stage.socket, "stored"), false, "nothing is sent while it waits");
  let passed = 0;
  while (server.stored.length < 10) {
    if (server.take(stage.socket, "stored")) continue;
    await stage.pass(10);
    passed += 10;
  }
  assert.deepEqual(server.stored.map(({ content }) => content), written);
  assert.ok(passed >= 500 && passed <= 1_500, `took ${passed} ms`);
});

Deno.test("Connection.retryAt says when the next attempt begins, and nothing while one is under way", async () => {
  const stage = new Stage();
  const told: (number | null)[] = [];
  stage.connection.on("change", () => void told.push(stage.connection.retryAt));
  assert.equal(stage.connection.retryAt, null);
  await stage.online();
  assert.equal(stage.connection.retryAt, null);
  stage.socket.drop(1006);
  const at = stage.fake.now() + 250;
  assert.equal(stage.connection.retryAt, at);
  assert.equal(told.at(-1), at, "listeners are told");
  await stage.pass(250);
  assert.equal(stage.connection.retryAt, null);
  assert.equal(told.at(-1), null, "listeners are told");
  stage.socket.drop(1006);
  assert.notEqual(stage.connection.retryAt, null);
  stage.connection.nudge();
  assert.equal(stage.connection.retryAt, null);
  stage.connection.stop();
  assert.equal(stage.connection.retryAt, null);
});

Deno.test("Connection.slow is true when an own message waits for 3 s in silence, and false at any sign of life", async () => {
  const stage = new Stage();
  await stage.talking([message(1)]);
  const told: boolean[] = [];
  stage.connection.on("change", () => void told.push(stage.connection.slow));
  const draft = stage.connection.send({ toUserId: 2, content: "hello" });
  await stage.pass(SLOW_MS - 1);
  assert.equal(stage.connection.slow, false);
  await stage.pass(1);
  assert.equal(stage.connection.slow, true);
  assert.equal(told.at(-1), true, "listeners are told");
  assert.equal(stage.connection.link, "online");
  stage.socket.say(message(2));
  assert.equal(stage.connection.slow, false);
  await stage.pass(SLOW_MS);
  assert.equal(stage.connection.slow, true, "the message still waits");
  stage.socket.say(acknowledgement(draft?.id ?? "", 3));
  assert.equal(stage.connection.slow, false);
  await stage.pass(SLOW_MS * 2);
  assert.equal(stage.connection.slow, false, "nothing waits");
});

Deno.test("Connection.slow is true when a question waits for 3 s, and not while it is the client that waits", async () => {
  const stage = new Stage();
  await stage.online();
  await stage.pass(SLOW_MS);
  assert.equal(stage.connection.slow, true, "the sync was not answered");
  await stage.answerSync();
  assert.equal(stage.connection.slow, false);
  const draft = stage.connection.send({ toUserId: 2, content: "hello" });
  stage.socket.say(
    refusal(draft?.id, { code: 503, error: "unavailable", temporary: true, retryAfterMs: 9_000 }),
  );
  await stage.pass(8_000);
  assert.equal(stage.connection.slow, false);
});

Deno.test("Connection takes messages from a frozen server's people, leaves it after 10 s more, and is not slow then", async () => {
  const stage = new Stage();
  await stage.talking();
  stage.connection.send({ toUserId: 2, content: "one" });
  await stage.pass(SLOW_MS);
  assert.equal(stage.socket.of("heartbeat").length, 1, "asked for a sign of life");
  assert.notEqual(stage.connection.send({ toUserId: 2, content: "two" }), null);
  await stage.pass(10_000);
  assert.equal(stage.connection.link, "connecting");
  assert.equal(stage.connection.slow, false);
  assert.equal(stage.connection.state.drafts.length, 2);
  await stage.pass(500);
  await stage.welcome();
  assert.equal(stage.socket.last("private").content, "one");
});

Deno.test("Connection.nudge() asks a silent server for a sign of life instead of waiting for the next beat", async () => {
  const stage = new Stage();
  await stage.talking();
  stage.connection.nudge();
  assert.equal(stage.socket.of("heartbeat").length, 0, "it was heard a moment ago");
  await stage.pass(5_000);
  stage.connection.nudge();
  stage.connection.nudge();
  assert.equal(stage.socket.of("heartbeat").length, 1);
  await stage.pass(10_000);
  assert.notEqual(stage.connection.link, "online");
});

Deno.test("Connection.nudge() leaves a dial that hangs for another one", async () => {
  const stage = new Stage();
  stage.connection.start();
  stage.connection.nudge();
  assert.equal(stage.sockets.length, 1, "it has just begun");
  await stage.pass(2_000);
  stage.connection.nudge();
  assert.equal(stage.sockets.length, 2);
  stage.sockets[0]?.drop(1006);
  await stage.welcome();
  assert.equal(stage.connection.link, "online");
});

Deno.test("Connection.wake() brings back, once, a tab that newer ones replaced, and no other that ended", async () => {
  const stage = new Stage();
  await stage.online();
  stage.socket.drop(4509);
  assert.equal(stage.connection.endedWith, 4509);
  await stage.pass(60_000);
  assert.equal(stage.sockets.length, 1);
  stage.connection.wake();
  assert.equal(stage.sockets.length, 2);
  assert.equal(stage.connection.endedWith, null);
  await stage.welcome();
  stage.socket.drop(4509);
  await stage.pass(60_000);
  assert.equal(stage.sockets.length, 2);
  const ended = new Stage();
  await ended.online();
  ended.socket.drop(4501);
  ended.connection.wake();
  ended.connection.nudge();
  assert.equal(ended.sockets.length, 1);
});
