/** Two instances of the realtime module over a real Redis, its absence and its return. */
import assert from "node:assert/strict";
import { v7 } from "uuid";
import { systemClock } from "../../../db/clock.ts";
import { LocalBus } from "../../../db/local/bus.ts";
import type { Store } from "../../../db/store.ts";
import {
  type ChatEvent,
  createRealtime,
  decodeEvent,
  DEFAULT_LIMITS,
  type Realtime,
} from "../../../realtime/mod.ts";
import { openSqlite } from "../../contract/sqlite.ts";
import { connectTo, type FakeSocket } from "../../support/instance.ts";
import { RedisServer } from "../../support/redis.ts";
import { until } from "../../support/until.ts";
import { openBackend } from "./opened.ts";

/** An instance on a store that it shares with others; disposing it ends it in order. */
async function start(
  redis: RedisServer,
  store: Store,
): Promise<AsyncDisposable & { readonly realtime: Realtime }> {
  const backend = await openBackend({ place: redis.place, prefix: "test" });
  const bus = await backend.openBus(new LocalBus<ChatEvent>(), decodeEvent);
  const realtime = await createRealtime({
    mode: "debug",
    store,
    bus,
    presence: backend.openPresence(),
    clock: systemClock,
    newMessageId: (now) => v7({ msecs: now }),
    newConnectionId: () => crypto.randomUUID(),
    limits: DEFAULT_LIMITS,
    presenceEveryoneBelow: 500,
    mayOpen: () => true,
  });
  return {
    realtime,
    async [Symbol.asyncDispose](): Promise<void> {
      for (const one of [realtime, bus, backend]) await one[Symbol.asyncDispose]();
    },
  };
}

async function arrives(socket: FakeSocket, what: string, test: (frame: object) => boolean): Promise<void> {
  await until(what, () => socket.frames.some((frame) => test(frame)));
}

function say(socket: FakeSocket, content: string): Promise<void> {
  return socket.write({ type: "private", "to_user_id": 2, content });
}

function hears(socket: FakeSocket, content: string): Promise<void> {
  return arrives(socket, `"${content}" is heard`, (frame) => JSON.stringify(frame).includes(`"${content}"`));
}

Deno.test("messages, receipts, typing and presence cross a real Redis", async () => {
  await using redis = await RedisServer.start();
  await using opened = await openSqlite();
  await using one = await start(redis, opened.store);
  await using other = await start(redis, opened.store);
  const ann = await connectTo(one.realtime, 1);
  const bob = await connectTo(other.realtime, 2);
  await arrives(ann, "Bob joins", (frame) => /"join".*"user2"/.test(JSON.stringify(frame)));
  await say(ann, "hello");
  await hears(bob, "hello");
  await arrives(ann, "the delivery comes back", (frame) => "type" in frame && frame.type === "receipt");
  await bob.write({ type: "typing", "to_user_id": 1 });
  await arrives(ann, "Bob types", (frame) => "type" in frame && frame.type === "typing");
  await bob.hangUp();
  await arrives(ann, "Bob leaves", (frame) => /"leave".*"user2"/.test(JSON.stringify(frame)));
});

Deno.test("without Redis each instance goes on alone; when it is back, clients are asked to sync", async () => {
  await using redis = await RedisServer.start();
  await using opened = await openSqlite();
  await using one = await start(redis, opened.store);
  await using other = await start(redis, opened.store);
  const ann = await connectTo(one.realtime, 1);
  const bob = await connectTo(one.realtime, 2);
  const bobElsewhere = await connectTo(other.realtime, 2);
  await say(ann, "before");
  await hears(bobElsewhere, "before");
  await redis.kill();
  await say(ann, "during");
  await hears(bob, "during");
  assert.equal(ann.of("read").length, 2, "acknowledged");
  const cat = await connectTo(one.realtime, 3);
  await arrives(cat, "a newcomer is welcome", (frame) => "type" in frame && frame.type === "welcome");
  await redis.restart();
  const back = performance.now();
  await arrives(bobElsewhere, "resync", (frame) => "type" in frame && frame.type === "resync");
  await say(ann, "after");
  await hears(bobElsewhere, "after");
  assert.ok(performance.now() - back < 10_000, "within ten seconds of its return");
  const seqs = bobElsewhere.of("private").map((frame) => Number(frame.data?.["seq"]));
  assert.deepEqual(seqs, [1, 2, 3], "what was lost came before it");
  await arrives(bobElsewhere, "the newcomer joins", (frame) => /"join".*"user3"/.test(JSON.stringify(frame)));
});
