/** Contract §3.1 `hello` with `batch`: frames of one turn as one message, for those who asked. */
import assert from "node:assert/strict";
import { type RunningServer, startServer } from "../support/server.ts";
import { AnyFrame, SocketClient } from "../support/socket_client.ts";
import { until } from "../support/until.ts";

const COUNT = 50;

/** Opens a socket as user 1 and keeps every text as it came. */
async function listen(
  server: RunningServer,
): Promise<{ readonly socket: WebSocket; readonly texts: string[] }> {
  const url = new URL("/ws?user_id=1&username=ann", server.url);
  url.protocol = "ws:";
  const socket = new WebSocket(url);
  const texts: string[] = [];
  socket.addEventListener("message", ({ data }) => void texts.push(String(data)));
  await until("ann is welcome", () => texts.length > 0);
  return { socket, texts };
}

/** The contents of the messages in these texts, in order. */
function contents(texts: readonly string[]): readonly unknown[] {
  return texts.flatMap((text) => [JSON.parse(text)].flat()).map((frame) => AnyFrame.parse(frame))
    .filter(({ type }) => type === "private").map(({ content }) => content);
}

async function flood(from: SocketClient): Promise<void> {
  for (let n = 0; n < COUNT; n++) {
    from.send({ type: "private", id: `b${n}`, to_user_id: 1, content: `m${n}` });
  }
  await until("all is acknowledged", () => from.frames.filter(({ type }) => type === "read").length >= COUNT);
}

const WANTED = Array.from({ length: COUNT }, (_, n) => `m${n}`);

Deno.test("hello with batch: frames that come together are one array, in order and none missing; batch:false ends it", async () => {
  await using server = await startServer({ env: { CHAT_LIMIT_MESSAGES: "0" } });
  await using bob = await SocketClient.as(server.url, 2);
  const { socket, texts } = await listen(server);
  socket.send(JSON.stringify({ type: "hello", data: { batch: true } }));
  socket.send(JSON.stringify({ type: "heartbeat", id: "h", content: "ping" }));
  await until("the hello was worked", () => texts.some((text) => text.includes('"pong"')));
  const before = texts.length;
  await flood(bob);
  await until("all came", () => contents(texts).length === COUNT);
  assert.deepEqual(contents(texts), WANTED);
  assert.ok(texts.length - before < COUNT, `${texts.length - before} messages for ${COUNT} frames`);
  assert.ok(texts.some((text) => text.startsWith("[")));

  socket.send(JSON.stringify({ type: "hello", data: { batch: false } }));
  socket.send(JSON.stringify({ type: "heartbeat", id: "h2", content: "ping" }));
  await until("the second was worked", () => texts.filter((text) => text.includes('"pong"')).length === 2);
  const after = texts.length;
  bob.send({ type: "private", id: "c1", to_user_id: 1, content: "m50" });
  bob.send({ type: "private", id: "c2", to_user_id: 1, content: "m51" });
  await until("both came", () => contents(texts.slice(after)).length === 2);
  assert.ok(texts.slice(after).every((text) => text.startsWith("{")));
  socket.close();
});

Deno.test("without hello every frame is a message of its own", async () => {
  await using server = await startServer({ env: { CHAT_LIMIT_MESSAGES: "0" } });
  await using bob = await SocketClient.as(server.url, 2);
  const { socket, texts } = await listen(server);
  await flood(bob);
  await until("all came", () => contents(texts).length === COUNT);
  assert.deepEqual(contents(texts), WANTED);
  assert.ok(texts.every((text) => text.startsWith("{")));
  socket.close();
});
