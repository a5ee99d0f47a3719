import { strict as assert } from "node:assert";
import { systemClock } from "../../../db/clock.ts";
import { StoreRefusedError } from "../../../db/errors.ts";
import type { RedisPlace } from "../../../db/places.ts";
import { RedisBackend } from "../../../db/redis/mod.ts";
import { RedisServer } from "../../support/redis.ts";
import { until } from "../../support/until.ts";
import { openInstance } from "./opened.ts";

function open(place: RedisPlace, withinMs: number): Promise<RedisBackend> {
  return RedisBackend.open({ place, clock: systemClock, withinMs, instanceId: "a", prefix: "test" });
}

/** The sentence that a start ends with, and after how many ms. */
async function refusalOf(place: RedisPlace, withinMs: number): Promise<readonly [text: string, ms: number]> {
  const begun = performance.now();
  try {
    await using _backend = await open(place, withinMs);
  } catch (error) {
    assert.ok(error instanceof StoreRefusedError, String(error));
    return [error.message, performance.now() - begun];
  }
  assert.fail("it was opened");
}

Deno.test("RedisBackend.open() tries a server that is not there, and names it at the end", async () => {
  const gone = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = gone.addr;
  gone.close();
  const place = { host: "127.0.0.1", port, tls: false, username: null, password: "hush", database: 0 };
  const [text, ms] = await refusalOf(place, 1_000);
  assert.match(
    text,
    new RegExp(`^Cannot start: Redis at 127.0.0.1:${port} cannot be reached, tried for 1 s: .*REFUSED`),
  );
  assert.ok(ms >= 1_000 && ms < 10_000, `${ms} ms`);
});

Deno.test("RedisBackend.open() gives up a server that takes connections and stays silent", async () => {
  await using server = await RedisServer.start();
  server.freeze();
  const [text, ms] = await refusalOf(server.place, 1_000);
  assert.match(text, /^Cannot start: Redis at 127.0.0.1:\d+ cannot be reached, tried for 1 s: /);
  assert.ok(ms < 10_000, `${ms} ms`);
});

Deno.test("RedisBackend.open() waits for a server that comes late", async () => {
  await using server = await RedisServer.start();
  await server.kill();
  const opening = open(server.place, 10_000);
  await server.restart();
  await using backend = await opening;
  await backend.check();
});

Deno.test("RedisBackend.open() gives up at once where it is not let in, without the password in the sentence", async () => {
  const acl = ["--user", "default", "off", "--user", "ann", "on", ">hush", "~*", "&*", "+@all"];
  await using server = await RedisServer.start({ args: acl });
  const place = { ...server.place, username: "ann", password: "hush" };
  await using backend = await open(place, 5_000);
  await backend.check();
  for (const wrong of [{ ...place, password: "hush2" }, { ...place, username: "bob" }, server.place]) {
    const [text, ms] = await refusalOf(wrong, 20_000);
    assert.match(text, /^Cannot start: Redis at 127.0.0.1:\d+ refuses us: (WRONGPASS|NOAUTH)/);
    assert.doesNotMatch(text, /hush/);
    assert.ok(ms < 15_000, `${ms} ms`);
  }
});

Deno.test("RedisBackend.open() gives up where there is no such database, instead of using another", async () => {
  await using server = await RedisServer.start();
  const [text] = await refusalOf({ ...server.place, database: 99 }, 20_000);
  assert.match(text, /refuses us: ERR DB index is out of range/);
});

Deno.test("RedisBackend.check() names a server that stays silent within its bound, and ends well once it is back", async () => {
  await using server = await RedisServer.start();
  await using backend = await open(server.place, 5_000);
  server.freeze();
  const begun = performance.now();
  await assert.rejects(backend.check(), /^StoreUnavailableError: Redis at 127.0.0.1:\d+ /);
  assert.ok(performance.now() - begun < 5_000);
  server.thaw();
  await until("it answers", () => backend.check().then(() => true, () => false), 10_000);
});

Deno.test("A user without dangerous commands, as compose.yaml has one, is enough", async () => {
  const rights = ["~*", "&*", "+@all", "-@admin", "-@dangerous", "+info"];
  const args = ["--user", "default", "off", "--user", "go-chat", "on", ">hush", ...rights];
  await using server = await RedisServer.start({ args });
  const redis = { place: { ...server.place, username: "go-chat", password: "hush" }, prefix: "test" };
  await using one = await openInstance(redis);
  await using other = await openInstance(redis);
  const heard: string[] = [];
  await other.bus.subscribe("a", ({ text }) => heard.push(text));
  one.bus.publish("a", { text: "x" });
  await until("it is heard", () => heard.length === 1);
  await one.backend.requireCommon(["secret"]);
  assert.deepEqual(await one.backend.warnings(), []);
  assert.equal((await one.backend.openPresence().renew()).version, 0);
  assert.equal(await one.backend.openTally().take([{ kind: "k", key: "a", limit: 1, windowMs: 1_000 }]), 0);
  const sessions = await one.backend.openSessions();
  assert.deepEqual(await sessions.list(1, Date.now()), []);
  assert.deepEqual(await sessions.end(1, { exceptId: null }), []);
  await sessions.touch(["a"], Date.now());
  assert.equal((await sessions.live(["a"], Date.now())).size, 0);
  await one.backend.check();
});
