import assert from "node:assert/strict";
import { z } from "zod";
import { say } from "../support/say.ts";
import { startServer } from "../support/server.ts";
import { mayMount, SmallDisk } from "../support/small_disk.ts";
import { type AnyFrame, SocketClient } from "../support/socket_client.ts";
import { statusOf } from "../support/status.ts";
import { until } from "../support/until.ts";

const Refusal = z.object({ code: z.literal(503), error: z.string(), temporary: z.literal(true) });
const History = z.object({
  messages: z.array(z.object({ data: z.object({ seq: z.number(), client_id: z.string() }) })),
});

const required = Deno.env.get("REQUIRE_BACKENDS") === "1";
if (!mayMount() && !required) say("!! disk_full_test.ts needs root on Linux to mount a small disk");

function send(socket: SocketClient, id: string): Promise<AnyFrame> {
  return socket.ask({ type: "private", id, to_user_id: 2, content: "x".repeat(2_000) });
}

/** Sends until the store refuses; answers the ids that were acknowledged, and the one that was not. */
async function sendUntilRefused(
  socket: SocketClient,
): Promise<{ readonly stored: string[]; readonly refused: string }> {
  const stored: string[] = [];
  for (let index = 0; index < 5_000; index++) {
    const id = `until-full-${index}`;
    const answer = await send(socket, id);
    if (answer.type === "error") return { stored, refused: id };
    stored.push(id);
  }
  throw new Error("The disk never filled");
}

Deno.test({
  name:
    "a full disk refuses messages for the moment, loses none, and needs no restart when it has room again",
  ignore: !mayMount() && !required,
  async fn(): Promise<void> {
    await using disk = await SmallDisk.mount(8);
    await using server = await startServer({
      dataDir: disk.path,
      env: { CHAT_LIMIT_MESSAGES: "0", CHAT_LIMIT_FRAMES: "0" },
    });
    await using socket = await SocketClient.as(server.url, 1);
    await disk.fill();
    const { stored, refused } = await sendUntilRefused(socket);

    // More than the ten bad frames in a row that would close: a full disk is not the client's fault.
    for (let index = 0; index < 15; index++) Refusal.parse((await send(socket, `while-full-${index}`)).data);
    assert.equal((await socket.ask({ type: "heartbeat", content: "ping" })).content, "pong");
    const post = new URL("/api/v1/messages?user_id=1", server.url);
    const body = JSON.stringify({ to_user_id: 2, content: "by post ".repeat(1_000), id: "by-post" });
    assert.equal(await statusOf(post, { method: "POST", body }), 503);
    assert.equal(await statusOf(new URL("/healthz", server.url)), 200);

    await disk.free();
    await until("A message is stored again", async () => (await send(socket, refused)).type === "read");
    await until("/readyz is green", async () => await statusOf(new URL("/readyz", server.url)) === 200);
    const seen = await history(socket);
    assert.deepEqual(seen, [...stored, refused]);
    assert.equal(await server.stop(), 0);
  },
});

/** The client ids of the whole conversation, whose seqs must be dense. */
async function history(socket: SocketClient): Promise<string[]> {
  const ids: string[] = [];
  while (true) {
    const answer = await socket.ask({
      type: "history",
      to_user_id: 2,
      data: { after_seq: ids.length, limit: 100 },
    });
    const { messages } = History.parse(answer.data);
    if (messages.length === 0) return ids;
    for (const { data } of messages) {
      ids.push(data.client_id);
      assert.equal(data.seq, ids.length);
    }
  }
}
