import assert from "node:assert/strict";
import { connect, RequestError, SendError } from "../../static/core/client.js";
import { dialler } from "../../static/core/address.js";
import { CONVERSATION, message, messages, refusal, welcome } from "../browser/core/stage.ts";
import { settle } from "../support/fake_clock.ts";
import { within } from "../support/process.ts";
import { ClientStage, heard, KeptMemory, listening } from "./client_stage.ts";

const AT = "2026-01-01T00:00:00.000Z";

/** The word of a question or a send that is refused. */
async function wordOf(answer: Promise<unknown>): Promise<string> {
  const error = await answer.then(() => null, (reason: unknown) => reason);
  assert.ok(error instanceof RequestError || error instanceof SendError, String(error));
  return error.word;
}

Deno.test("Client names the server by its address: of the page or of the socket, with a token or a number", () => {
  const dialled = (options: ConstructorParameters<typeof ClientStage>[0]): readonly unknown[] => {
    const stage = new ClientStage(options);
    stage.client.start();
    return [stage.socket.url, ...stage.socket.protocols];
  };
  assert.deepEqual(dialled({ url: "https://chat.test" }), ["wss://chat.test/ws", "go-chat", "bearer.t"]);
  assert.deepEqual(dialled({ url: new URL("http://chat.test:81/#x") }), [
    "ws://chat.test:81/ws",
    "go-chat",
    "bearer.t",
  ]);
  assert.deepEqual(dialled({ url: "wss://chat.test/behind/ws" }), [
    "wss://chat.test/behind/ws",
    "go-chat",
    "bearer.t",
  ]);
  assert.deepEqual(dialled({ debug: { userId: 9, username: "a b&c" } }), [
    "ws://chat.test/ws?user_id=9&username=a+b%26c",
    "go-chat",
  ]);
});

Deno.test("connect() throws for what is no address, and where there is no WebSocket", () => {
  assert.throws(() => connect({ url: "chat.test" }), TypeError);
  const none = { url: "http://chat.test" };
  Object.assign(none, { WebSocket: null });
  assert.throws(() => connect(none), /no WebSocket/);
});

Deno.test("A dial that fails is over at once, whether or not the runtime tells of a close", async () => {
  // Nobody listens there: it was free a moment ago.
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  listener.close();
  const closes: number[] = [];
  const told = Promise.withResolvers<void>();
  class Mute extends WebSocket {
    override addEventListener(type: string, heard: EventListenerOrEventListenerObject): void {
      if (type !== "close") super.addEventListener(type, heard);
    }
  }
  const url = `ws://127.0.0.1:${listener.addr.port}`;
  dialler(Mute)(url, [], {
    message: () => {},
    close: (code) => told.resolve(void closes.push(code)),
  });
  await within(10_000, told.promise, "No end was told");
  assert.deepEqual(closes, [1006]);
});

Deno.test("Client tells its state once for each change, and online once it knows who it is", async () => {
  const stage = new ClientStage();
  const states: unknown[] = [];
  stage.client.on("state", (state) => void states.push([state, stage.client.self?.username]));
  stage.client.start();
  await stage.online();
  stage.socket.drop(1012);
  await stage.fake.advance(3_000);
  stage.socket.drop(1006);
  await stage.fake.advance(3_000);
  await stage.online();
  assert.deepEqual(states, [
    ["connecting", undefined],
    ["online", "ann"],
    ["connecting", "ann"],
    ["offline", "ann"],
    ["online", "ann"],
  ]);
});

Deno.test("An end that only a person can mend is told, ends what waits, and is not reported as uncaught", async () => {
  for (const code of [4501, 4503, 4509]) {
    const stage = new ClientStage();
    const ended = heard<{ readonly code: number }>((listener) => stage.client.on("ended", listener));
    const errors: unknown[] = [];
    stage.client.on("message", async ({ from, text }) => {
      await stage.client.send(from, text).catch((error: unknown) => {
        errors.push(error);
        throw error;
      });
    });
    await stage.online();
    await stage.synced();
    await stage.say(message(1));
    stage.socket.drop(code, "why");
    await settle();
    assert.deepEqual(ended, [{ code, reason: "why" }]);
    assert.equal(stage.client.state, "offline");
    assert.deepEqual(errors.map((error) => error instanceof SendError && error.word), ["ended"]);
    assert.equal(stage.memory.keys("outbox.").length, 1);
    await stage.fake.advance(60_000);
    assert.equal(stage.sockets.length, 1);
  }
});

Deno.test("A session that is refused at the door ends the client, an unreachable server does not", async () => {
  for (const isRefused of [true, false]) {
    const stage = new ClientStage({ refused: () => Promise.resolve(isRefused) });
    const ended = heard<{ readonly code: number }>((listener) => stage.client.on("ended", listener));
    stage.client.start();
    stage.socket.drop(1006);
    await settle();
    await stage.fake.advance(5_000);
    assert.deepEqual(ended.map(({ code }) => code), isRefused ? [4501] : []);
    assert.equal(stage.sockets.length > 1, !isRefused);
  }
});

Deno.test("A client that is meant for one person ends where the server says another", async () => {
  const stage = new ClientStage({ userId: 7 });
  const ended = heard<{ readonly reason: string }>((listener) => stage.client.on("ended", listener));
  await stage.online();
  assert.deepEqual(ended, [{ code: 4501, reason: "another account" }]);
  assert.deepEqual([stage.client.self, stage.client.state], [null, "offline"]);
});

Deno.test("Client.older() answers a page with own messages too, or says why not", async () => {
  const stage = new ClientStage();
  await stage.online();
  const page = stage.client.older(CONVERSATION, { before: 9, limit: 2 });
  const { id, data } = stage.socket.last("history");
  assert.deepEqual(data, { conversation_id: CONVERSATION, limit: 2, before_seq: 9 });
  await stage.say({
    type: "history",
    ...(id === undefined ? {} : { id }),
    timestamp: AT,
    data: { conversation_id: CONVERSATION, messages: [message(7, { from: 1 }), message(8)], has_more: true },
  });
  const { messages: found, hasMore } = await page;
  assert.deepEqual(found.map(({ seq, from, text }) => [seq, from, text]), [[7, 1, "text 7"], [
    8,
    2,
    "text 8",
  ]]);
  assert.equal(hasMore, true);
  const refused = wordOf(stage.client.older("5-6"));
  await stage.say(refusal(stage.socket.last("history").id, { code: 403, error: "not_a_member" }));
  assert.equal(await refused, "not_a_member");
  const lost = wordOf(stage.client.older(CONVERSATION));
  stage.socket.drop(1006);
  assert.equal(await lost, "lost");
});

Deno.test("Client.read() is told once, again where the answer was lost, and tells of delivery too", async () => {
  const { stage, handler } = listening();
  await stage.online();
  await stage.synced();
  await stage.say(message(1));
  await handler.done();
  stage.client.read(CONVERSATION, 1);
  await stage.fake.advance(100);
  assert.deepEqual(stage.socket.of("read").map(({ data }) => data), [{
    conversation_id: CONVERSATION,
    seq: 1,
  }]);
  assert.deepEqual(stage.delivered, []);
  await stage.reconnect();
  await stage.fake.advance(100);
  assert.equal(stage.socket.of("read").length, 1);
  const receipts = heard((listener) => stage.client.on("receipt", listener));
  const data = { "conversation_id": CONVERSATION, "delivered_seq": 1, "read_seq": 1 };
  await stage.say({ type: "receipt", from_user_id: 1, timestamp: AT, data });
  assert.deepEqual(receipts, [{ conversationId: CONVERSATION, from: 1, deliveredSeq: 1, readSeq: 1 }]);
  await stage.reconnect();
  await stage.fake.advance(100);
  assert.deepEqual(stage.socket.of("read"), []);
});

Deno.test("Client.close() gives up after its time, keeps what is unsent, and hands the rest to the next run", async () => {
  const memory = new KeptMemory();
  const { stage, handler } = listening(memory);
  await stage.online();
  await stage.synced();
  for (const one of messages(1, 2)) await stage.say(one);
  const unsent = stage.client.send(2, "hello", { id: "key" });
  const closed = stage.client.close({ timeoutMs: 1_000 });
  await stage.fake.advance(1_000);
  await closed;
  await assert.rejects(
    unsent,
    (error) => error instanceof SendError && error.word === "closed" && !error.isFinal,
  );
  assert.deepEqual(handler.texts, ["text 1"]);
  assert.deepEqual(memory.keys("outbox."), ["outbox.1.key"]);
  const next = listening(memory);
  await next.stage.online();
  assert.equal(next.stage.socket.last("private").id, "key");
});

Deno.test("Client.close() without a connection waits for no answer: handlers that wait for one are told", async () => {
  const stage = new ClientStage();
  stage.client.on("message", async ({ from, text }) => void await stage.client.send(from, text));
  await stage.online();
  await stage.synced();
  await stage.say(message(1));
  stage.socket.drop(1006);
  await stage.client.close();
  assert.equal(stage.fake.waiting, 0);
  assert.equal(stage.memory.keys("outbox.").length, 1);
});

Deno.test("A client is disposed of by closing it, and closing it twice is closing it once", async () => {
  const stage = new ClientStage();
  {
    await using client = stage.client;
    await stage.online();
    assert.equal(client.close(), client.close());
  }
  assert.deepEqual(stage.socket.closes, [1000]);
});

Deno.test("A welcome of a server that names no version is taken as well", async () => {
  const stage = new ClientStage();
  stage.client.start();
  stage.socket.say(JSON.stringify(welcome()).replace('"protocol":1,', ""));
  await settle();
  assert.equal(stage.client.state, "online");
});
