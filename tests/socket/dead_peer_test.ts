/** Contract §3.3.7 on the real program: slow, as it waits for the runtime's own pings to go unanswered. */
import assert from "node:assert/strict";
import { RawSocket } from "../support/raw_socket.ts";
import { startServer } from "../support/server.ts";
import { SocketClient } from "../support/socket_client.ts";
import { until } from "../support/until.ts";

Deno.test("close 1001: a peer that answers no ping is noticed, and its leave follows, within 60 s", async () => {
  await using server = await startServer();
  await using ann = await SocketClient.as(server.url, 1);
  await using dead = await RawSocket.upgrade(server.url, "/ws?user_id=2&username=bob");
  const began = performance.now();
  assert.equal(await dead.closeCode(), 1001);
  const left = (): boolean => ann.frames.some((frame) => frame.type === "leave" && frame.from_user_id === 2);
  await until("bob is told of as gone", left, 60_000 - (performance.now() - began));
  assert.equal((await ann.ask({ type: "heartbeat" })).content, "pong", "who answers pings stays");
});
