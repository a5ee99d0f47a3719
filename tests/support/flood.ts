/**
 * More messages than may wait, written while the store answers nothing.
 *
 * @module
 */
import assert from "node:assert/strict";
import { say } from "./say.ts";
import type { RunningServer } from "./server.ts";
import { type AnyFrame, SocketClient } from "./socket_client.ts";
import { statusOf } from "./status.ts";
import { until } from "./until.ts";

/** A server under a flood has no limits but those of what may wait. */
export const FLOOD_SETTINGS = {
  CHAT_LIMIT_MESSAGES: "0",
  CHAT_LIMIT_FRAMES: "0",
  CHAT_LIMIT_BUFFER: "0",
};

/** What may wait for a commit is 32 Mi UTF-16 units, so that of these messages a fifth is too much. */
const MESSAGES = 4_200;
const TEXT = "x".repeat(9_950);
const FIT = 3_300;
/** Sent again at once after. */
const TOGETHER = 700;
const PATIENCE_MS = 120_000;

/** How a store falls silent and comes back. */
export interface Silence {
  freeze(): void;
  thaw(): void;
}

/**
 * Freezes the store, writes more than may wait, and sees that nothing is acknowledged or delivered meanwhile, that
 * everybody is told to try again and that, once it answers, everything is acknowledged once and in order.
 */
export async function floodWhileSilent(server: RunningServer, what: string, store: Silence): Promise<void> {
  await using ann = await SocketClient.as(server.url, 1);
  await using bob = await SocketClient.as(server.url, 2);
  await ann.ask({ type: "private", id: "first", to_user_id: 2, content: "before" });
  await until("the first one is delivered", () => delivered(bob).length === 1);

  store.freeze();
  for (let n = 0; n < MESSAGES; n++) ann.send(message(n));
  await until("everybody is refused", () => of(ann, "error").length === MESSAGES, PATIENCE_MS);
  const refused = of(ann, "error");
  for (const { data } of refused) assert.deepEqual([data?.["code"], data?.["temporary"]], [503, true]);
  assert.equal(new Set(refused.map(({ id }) => id)).size, MESSAGES, "each once");
  const first = Number(refused[0]?.id);
  assert.ok(first >= FIT, `who is too many hears it at once, before those who wait; this was ${first}`);
  assert.equal(of(ann, "read").length, 1, "nothing is acknowledged");
  assert.equal(delivered(bob).length, 1, "nothing is delivered");
  await heartbeat(ann);

  store.thaw();
  await until("it is ready", async () => await statusOf(new URL("/readyz", server.url)) === 200, PATIENCE_MS);
  await sendAgain(ann);
  await until("they are delivered", () => delivered(bob).length >= 1 + MESSAGES, PATIENCE_MS);
  tell(what, of(ann, "read"), delivered(bob));
}

/** Some at a time, and what is refused once more: whoever answers a question need not take a message yet. */
async function sendAgain(client: SocketClient): Promise<void> {
  let refused = MESSAGES;
  for (let from = 0; from < MESSAGES; from += TOGETHER) {
    const to = Math.min(MESSAGES, from + TOGETHER);
    for (let n = from; n < to; n++) client.send(message(n));
    await until("they are acknowledged", () => {
      for (const { id, data } of of(client, "error").slice(refused)) {
        assert.equal(data?.["temporary"], true);
        client.send(message(Number(id)));
        refused++;
      }
      return of(client, "read").length >= 1 + to;
    }, PATIENCE_MS);
  }
}

function message(n: number): object {
  return { type: "private", id: `${n}`, "to_user_id": 2, content: `${n} ${TEXT}` };
}

function of(client: SocketClient, type: string): readonly AnyFrame[] {
  return client.frames.filter((frame) => frame.type === type);
}

function delivered(client: SocketClient): readonly AnyFrame[] {
  return of(client, "private");
}

async function heartbeat(client: SocketClient): Promise<void> {
  assert.equal((await client.ask({ type: "heartbeat", content: "ping" })).content, "pong");
}

/** Compares what was acknowledged with what came, and says it. */
function tell(what: string, acknowledged: readonly AnyFrame[], came: readonly AnyFrame[]): void {
  const seqOf = ({ data }: AnyFrame): number => Number(data?.["seq"]);
  const contents = new Map(came.map((frame) => [seqOf(frame), frame.content ?? ""]));
  const lost = acknowledged.filter((frame) => {
    const id = String(frame.data?.["original_message_id"]);
    return contents.get(seqOf(frame)) !== (id === "first" ? "before" : `${id} ${TEXT}`);
  });
  const counts = {
    acknowledged: acknowledged.length,
    lost: lost.length,
    doubled: came.length - new Set(contents.values()).size,
    reordered: came.filter((frame, at) => seqOf(frame) !== at + 1).length,
  };
  say(`${what}: ${Object.entries(counts).map(([name, count]) => `${count} ${name}`).join(", ")}`);
  assert.deepEqual(counts, { acknowledged: 1 + MESSAGES, lost: 0, doubled: 0, reordered: 0 });
}
