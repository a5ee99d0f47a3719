import { strict as assert } from "node:assert";
import { StoreRefusedError } from "../../../db/errors.ts";
import { openTestRedis } from "../../support/redis.ts";
import { openBackend } from "./opened.ts";

Deno.test("An instance starts where it has a secret in common with those that run, or nobody runs", async () => {
  await using redis = await openTestRedis();
  await using one = await openBackend(redis, { instanceId: "one" });
  await using other = await openBackend(redis, { instanceId: "other" });
  await one.requireCommon(["first"]);
  const presence = one.openPresence();
  await presence.renew();
  await other.requireCommon(["second", "first"]);
  await other.requireCommon(["second"]);
  await assert.rejects(other.requireCommon(["third"]), (error) => {
    assert.ok(error instanceof StoreRefusedError);
    assert.match(
      error.message,
      /^Cannot start: CHAT_SECRET is none of those .* on Redis at .*: all need the same$/,
    );
    return true;
  });
  await assert.rejects(other.requireCommon(["secon"]), StoreRefusedError);
  await presence.leave();
  await other.requireCommon(["third"]);
  for (const key of await redis.client.keys(`${redis.prefix}:secrets`)) {
    assert.doesNotMatch(await redis.client.get(key) ?? "", /third/);
  }
});

Deno.test("Of instances that start at one moment with different secrets one starts", async () => {
  await using redis = await openTestRedis();
  await using one = await openBackend(redis, { instanceId: "one" });
  await using other = await openBackend(redis, { instanceId: "other" });
  const started = await Promise.allSettled([one.requireCommon(["first"]), other.requireCommon(["second"])]);
  assert.deepEqual(started.map(({ status }) => status).sort(), ["fulfilled", "rejected"]);
});
