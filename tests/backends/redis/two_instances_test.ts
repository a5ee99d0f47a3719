import { strict as assert } from "node:assert";
import { StoreUnavailableError } from "../../../db/errors.ts";
import type { Session } from "../../../db/model.ts";
import { SESSION_IDLE_MS } from "../../../db/sessions.ts";
import { FakeClock } from "../../support/fake_clock.ts";
import { openTestRedis, RedisServer } from "../../support/redis.ts";
import { until } from "../../support/until.ts";
import { openBackend } from "./opened.ts";

const NOW = Date.now();

function session(id: string, over: Partial<Session> = {}): Session {
  const times = { createdAt: NOW, lastUsedAt: NOW, expiresAt: NOW + 90 * 86_400_000 };
  return { id, userId: 7, device: "", address: "192.0.2.1", ...times, ...over };
}

Deno.test("A session that ends on one instance is forgotten on the others at once", async () => {
  await using redis = await openTestRedis();
  await using one = await openBackend(redis);
  await using other = await openBackend(redis);
  const here = await one.openSessions();
  const there = await other.openSessions();
  for (const id of ["a", "b"]) await here.create(session(id));
  for (const id of ["a", "b"]) assert.notEqual(await there.find(id, NOW), null);
  assert.deepEqual(await here.end(7, { ids: ["a"] }), ["a"]);
  assert.equal(await here.find("a", NOW), null);
  await until("the other instance forgets it", async () => await there.find("a", NOW) === null, 1_000);
  assert.notEqual(await there.find("b", NOW), null);
});

Deno.test("A session that was looked up is remembered, and for 30 s at most", async () => {
  await using redis = await openTestRedis();
  const clock = new FakeClock(NOW);
  await using backend = await openBackend(redis, { clock });
  const sessions = await backend.openSessions();
  await sessions.create(session("a"));
  await sessions.find("a", NOW);
  await redis.client.del(`${redis.prefix}:session:a`);
  await clock.advance(29_999);
  assert.notEqual(await sessions.find("a", clock.now()), null, "remembered");
  await clock.advance(1);
  assert.equal(await sessions.find("a", clock.now()), null);
});

Deno.test("Redis forgets a session at its end by itself, and the list of a user's sessions after them", async () => {
  await using redis = await openTestRedis();
  await using backend = await openBackend(redis);
  const sessions = await backend.openSessions();
  const [a, b, index] = ["session:a", "session:b", "sessions:7"].map((name) => `${redis.prefix}:${name}`);
  assert.ok(a !== undefined && b !== undefined && index !== undefined);
  const lasts = async (key: string): Promise<number> => await redis.client.pttl(key);
  await sessions.create(session("a"));
  assert.ok(await lasts(a) > SESSION_IDLE_MS - 10_000 && await lasts(a) <= SESSION_IDLE_MS, "by idleness");
  await sessions.create(session("b", { expiresAt: NOW + 5_000 }));
  assert.ok(await lasts(b) > 0 && await lasts(b) <= 5_000, "by time");
  assert.ok(await lasts(index) > await lasts(a));
  await sessions.touch(["a"], NOW + 60 * 86_400_000 - 5_000);
  assert.equal(await lasts(a), -2, "used after its end");
  await sessions.create(session("c"));
  await redis.client.pexpire(`${redis.prefix}:session:c`, 1_000);
  await sessions.touch(["c"], NOW + 1_000);
  assert.ok(await lasts(`${redis.prefix}:session:c`) > SESSION_IDLE_MS - 10_000, "use puts the end off");
});

Deno.test("A session is never revived or moved back by a use that comes late", async () => {
  await using redis = await openTestRedis();
  await using backend = await openBackend(redis);
  const sessions = await backend.openSessions();
  await sessions.create(session("a"));
  await sessions.end(7, { exceptId: null });
  await sessions.touch(["a"], NOW + 1);
  assert.equal(await redis.client.exists(`${redis.prefix}:session:a`), 0);
  assert.deepEqual(await sessions.list(7, NOW), []);
});

Deno.test("Without Redis nobody is let in who was not in within the last 30 s, and nobody is told to sign in again", async () => {
  await using server = await RedisServer.start();
  const clock = new FakeClock(NOW);
  await using backend = await openBackend({ place: server.place, prefix: "test" }, { clock });
  const sessions = await backend.openSessions();
  for (const id of ["known", "unknown"]) await sessions.create(session(id));
  await sessions.find("known", NOW);
  await server.kill();
  assert.equal((await sessions.find("known", NOW))?.id, "known");
  await assert.rejects(sessions.find("unknown", NOW), StoreUnavailableError);
  await assert.rejects(sessions.live(["known"], NOW), StoreUnavailableError);
  await assert.rejects(sessions.end(7, { ids: ["known"] }), StoreUnavailableError);
  await clock.advance(30_000);
  await assert.rejects(sessions.find("known", clock.now()), StoreUnavailableError);
  await server.restart();
  // The clock of the way back is the driver's own.
  await until("Redis is back", () => sessions.find("unknown", clock.now()).then(() => true, () => false));
  assert.equal(
    (await sessions.find("known", clock.now()))?.id,
    "known",
    "what was acknowledged is on the disk",
  );
});
