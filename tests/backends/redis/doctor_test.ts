import assert from "node:assert/strict";
import { assertFault, assertWell, type Found, runDoctor } from "../../support/doctored.ts";
import { RedisServer } from "../../support/redis.ts";
import { TemporaryDirectory } from "../../support/temporary_directory.ts";

async function look(url: string): Promise<readonly Found[]> {
  await using directory = await TemporaryDirectory.make();
  const env = { CHAT_REDIS_URL: url };
  return await runDoctor({ dataDir: directory.path, env, args: ["--port", "0"] });
}

Deno.test("doctor finds nothing wrong with a Redis that keeps everything", async () => {
  await using server = await RedisServer.start({ args: ["--appendonly", "yes"] });
  const findings = await look(server.url);
  assertWell(findings);
  assert.match(findings.find(({ check }) => check === "Redis")?.seen ?? "", /version \d/);
});

Deno.test("doctor finds a Redis that throws keys away", async () => {
  await using server = await RedisServer.start({
    args: ["--appendonly", "yes", "--maxmemory-policy", "allkeys-lru"],
  });
  assertFault(await look(server.url), "Redis", /allkeys-lru/);
});

Deno.test("doctor warns of a Redis that forgets, and finds one that is not there", async () => {
  const server = await RedisServer.start({ args: ["--appendonly", "no"] });
  {
    await using running = server;
    const findings = await look(running.url);
    assertWell(findings);
    assert.equal(findings.find(({ check }) => check === "Redis")?.level, "warning");
  }
  assertFault(await look(server.url), "Redis", /cannot be reached/);
});
