import assert from "node:assert/strict";
import { settle } from "../../support/fake_clock.ts";
import { message, refusal, Stage } from "./stage.ts";

Deno.test("Connection offers go-chat, and the bearer only when it is given one", () => {
  const stage = new Stage();
  stage.connection.start();
  assert.deepEqual(stage.socket.protocols, ["go-chat"]);
  const bearing = new Stage({ token: "abc" });
  bearing.connection.start();
  assert.deepEqual(bearing.socket.protocols, ["go-chat", "bearer.abc"]);
});

Deno.test("Connection is online only once it was welcomed, and sends nothing before", async () => {
  const stage = new Stage();
  stage.connection.start();
  stage.connection.send({ toUserId: 2, content: "early" });
  assert.equal(stage.connection.link, "connecting");
  assert.deepEqual(stage.socket.sent, []);
  await stage.welcome();
  assert.equal(stage.connection.link, "online");
  assert.equal(stage.socket.last("private").content, "early");
});

Deno.test("Connection gives up on a handshake without welcome after 15 s and dials again", async () => {
  const stage = new Stage();
  stage.connection.start();
  await stage.pass(14_999);
  assert.equal(stage.sockets.length, 1);
  await stage.pass(500);
  assert.equal(stage.sockets.length, 2);
  assert.equal(stage.connection.link, "offline");
});

for (const code of [1000, 1001, 1006, 1012, 1013, 4400, 4408, 4413, 4429, 4499]) {
  Deno.test(`Connection comes back after close ${code}`, async () => {
    const stage = new Stage();
    await stage.online();
    stage.socket.drop(code);
    assert.notEqual(stage.connection.link, "online");
    await stage.pass(10_000);
    assert.equal(stage.sockets.length, 2);
    assert.equal(stage.ended.length, 0);
  });
}

for (const code of [4500, 4501, 4503, 4509, 4999]) {
  Deno.test(`Connection stays away after close ${code} until it is started again`, async () => {
    const stage = new Stage();
    await stage.online();
    stage.socket.drop(code);
    await stage.pass(120_000);
    assert.equal(stage.sockets.length, 1);
    assert.equal(stage.connection.link, "offline");
    assert.deepEqual(stage.ended.map((event) => event.code), [code]);
    stage.connection.start();
    assert.equal(stage.sockets.length, 2);
  });
}

Deno.test("Connection waits a random part of a window that stays short for 20 s, then doubles to 30 s", async () => {
  const stage = new Stage();
  stage.chance = 0.999;
  stage.connection.start();
  const waits: number[] = [];
  for (let attempt = 0; attempt < 21; attempt++) {
    const before = stage.fake.now();
    const count = stage.sockets.length;
    stage.socket.drop(1006);
    while (stage.sockets.length === count) await stage.pass(1);
    waits.push(stage.fake.now() - before);
  }
  const short = Array.from({ length: 13 }, () => 1_499);
  assert.deepEqual(waits, [500, 999, ...short, 2_997, 5_994, 11_988, 23_976, 29_970, 29_970]);
});

Deno.test("Connection may dial at once when chance says so: the jitter is full", async () => {
  const stage = new Stage();
  stage.chance = 0;
  await stage.online();
  stage.socket.drop(1001);
  await stage.pass(0);
  assert.equal(stage.sockets.length, 2);
});

Deno.test("Connection spreads over seconds after a restart, and over more when overloaded", async () => {
  for (const [code, wait] of [[1012, 2_700], [1013, 5_500], [4429, 5_600]] as const) {
    const stage = new Stage();
    stage.chance = 0.9;
    await stage.online();
    stage.socket.drop(code);
    await stage.pass(wait - 1);
    assert.equal(stage.sockets.length, 1, `${code} came too early`);
    await stage.pass(1);
    assert.equal(stage.sockets.length, 2, `${code} came too late`);
  }
});

Deno.test("Connection starts its back-off afresh only after a connection that held", async () => {
  const stage = new Stage();
  stage.chance = 0.999;
  await stage.online();
  stage.socket.drop(1001);
  await stage.pass(500);
  await stage.welcome();
  stage.socket.drop(1001);
  await stage.pass(600);
  assert.equal(stage.sockets.length, 2, "the second wait is the longer one");
  await stage.pass(400);
  await stage.welcome();
  await stage.pass(5_000);
  stage.socket.drop(1001);
  await stage.pass(500);
  assert.equal(stage.sockets.length, 4);
});

Deno.test("Connection takes 1006 after an error 429 for 4429, and after 400 for 4400", async () => {
  for (const [status, meant] of [[429, 4429], [400, 4400], [503, 1006]] as const) {
    const stage = new Stage();
    const lost: number[] = [];
    stage.connection.on("lost", ({ code }) => void lost.push(code));
    await stage.online();
    stage.socket.say(refusal("x", { code: status, error: "whatever", temporary: true }));
    stage.socket.drop(1006);
    assert.deepEqual(lost, [meant]);
  }
});

Deno.test("Connection does not blame an old error for a 1006", async () => {
  const stage = new Stage();
  const lost: number[] = [];
  stage.connection.on("lost", ({ code }) => void lost.push(code));
  await stage.online();
  stage.socket.say(refusal("x", { code: 429, error: "rate_limited", temporary: true }));
  await stage.pass(11_000);
  stage.socket.drop(1006);
  assert.deepEqual(lost, [1006]);
});

Deno.test("Connection beats as often as welcome asks and leaves a silent server after 10 s more", async () => {
  const stage = new Stage();
  await stage.online();
  await stage.answerSync();
  await stage.pass(24_999);
  assert.equal(stage.socket.of("heartbeat").length, 0);
  await stage.pass(1);
  assert.deepEqual(stage.socket.last("heartbeat"), { type: "heartbeat", content: "ping" });
  await stage.pass(9_999);
  assert.equal(stage.connection.link, "online");
  await stage.pass(1);
  assert.equal(stage.connection.link, "connecting");
  assert.deepEqual(stage.socket.closes, [4000]);
});

Deno.test("Connection takes any frame for a sign of life", async () => {
  const stage = new Stage();
  await stage.online();
  await stage.answerSync();
  for (let beat = 0; beat < 4; beat++) {
    await stage.pass(25_000);
    stage.socket.say({ type: "heartbeat", from_user_id: 0, to_user_id: 0, content: "pong" });
  }
  assert.equal(stage.sockets.length, 1);
  assert.equal(stage.connection.link, "online");
});

Deno.test("Connection hears nothing more of a socket it has left", async () => {
  const stage = new Stage();
  await stage.online();
  const old = stage.socket;
  await stage.pass(35_000);
  await stage.pass(500);
  await stage.welcome();
  old.say(message(1));
  old.drop(4501);
  assert.deepEqual(stage.seqs, []);
  assert.equal(stage.connection.link, "online");
});

Deno.test("Connection shows connecting at first, and offline from the first attempt that fails", async () => {
  const stage = new Stage();
  await stage.online();
  stage.socket.drop(1006);
  assert.equal(stage.connection.link, "connecting");
  await stage.pass(500);
  stage.socket.drop(1006);
  assert.equal(stage.connection.link, "offline");
  await stage.pass(1_000);
  assert.equal(stage.connection.link, "offline", "a new attempt is no news while they fail");
  await stage.welcome();
  assert.equal(stage.connection.link, "online");
});

Deno.test("Connection.nudge() dials at once instead of waiting", async () => {
  const stage = new Stage();
  await stage.online();
  stage.socket.drop(1006);
  stage.connection.nudge();
  assert.equal(stage.sockets.length, 2);
  stage.connection.nudge();
  assert.equal(stage.sockets.length, 2);
});

Deno.test("Connection asks why when a handshake fails, and ends when the session has", async () => {
  const stage = new Stage({ refused: () => Promise.resolve(true) });
  stage.connection.start();
  stage.socket.drop(1006);
  await settle();
  assert.deepEqual(stage.ended.map((event) => event.code), [4501]);
  await stage.pass(60_000);
  assert.equal(stage.sockets.length, 1);
});

Deno.test("Connection goes on when nobody knows why a handshake failed, and does not ask each time", async () => {
  let asked = 0;
  const stage = new Stage({
    refused: () => ++asked === 1 ? Promise.reject(new Error("away")) : Promise.resolve(false),
  });
  stage.connection.start();
  for (let attempt = 0; attempt < 6; attempt++) {
    stage.socket.drop(1006);
    await stage.pass(14_000);
  }
  assert.equal(stage.ended.length, 0);
  assert.equal(asked, 2);
});

Deno.test("Connection ends when it is welcomed as somebody else, and sends nothing as them", async () => {
  const stage = new Stage();
  stage.connection.start();
  stage.connection.send({ toUserId: 2, content: "mine" });
  await stage.welcome({ userId: 7 });
  assert.deepEqual(stage.socket.sent, []);
  assert.deepEqual(stage.ended.map((event) => event.code), [4501]);
});

Deno.test("Connection.stop() hangs up and leaves no timer", async () => {
  const stage = new Stage();
  await stage.talking([message(1)]);
  stage.connection.send({ toUserId: 2, content: "x" });
  stage.connection.typing(2);
  stage.connection.stop();
  assert.deepEqual(stage.socket.closes, [1000]);
  assert.equal(stage.connection.link, "offline");
  assert.equal(stage.fake.waiting, 0);
});

Deno.test("Connection ignores what is no frame, or of a kind it does not know", async () => {
  const stage = new Stage();
  await stage.online();
  for (
    const noise of [
      "",
      "{",
      "null",
      "[]",
      '{"type":7}',
      '{"type":"reaction","data":{}}',
      '{"type":"private"}',
    ]
  ) {
    stage.socket.say(noise);
  }
  assert.equal(stage.connection.link, "online");
});
