/** With three databases, /readyz names the one that is away. */
import assert from "node:assert/strict";
import { z } from "zod";
import { FerretServer } from "../../support/ferretdb.ts";
import { createDatabaseOn, MariadbServer } from "../../support/mariadb.ts";
import { RedisServer } from "../../support/redis.ts";
import { type RunningServer, startServer } from "../../support/server.ts";
import { statusOf } from "../../support/status.ts";
import { until } from "../../support/until.ts";

const Failure = z.object({ error: z.string(), message: z.string() });
const NAMES = ["MySQL at", "MongoDB at", "Redis at"] as const;
/** What the contract gives for telling, and for being ready again, in ms; and what a busy machine takes beside. */
const TOLD_MS = 2_000 + 1_000;
const BACK_MS = 10_000 + 5_000;

async function namesAway(server: RunningServer, name: string): Promise<void> {
  const begun = performance.now();
  const answer = await fetch(new URL("/readyz", server.url));
  const ms = Math.round(performance.now() - begun);
  const { message } = Failure.parse(await answer.json());
  assert.equal(answer.status, 503);
  assert.deepEqual(NAMES.filter((one) => message.includes(one)), [name], message);
  assert.ok(ms < TOLD_MS, `told after ${ms} ms`);
  assert.equal(await statusOf(new URL("/healthz", server.url)), 200);
}

Deno.test("/readyz names which of three databases is away, killed or silent, and /healthz stays green", async () => {
  await using mariadb = await MariadbServer.start();
  await using mongo = await FerretServer.start();
  await using redis = await RedisServer.start();
  const { url } = await createDatabaseOn((database) => mariadb.place(database));
  const env = { CHAT_MYSQL_URL: url, CHAT_MONGODB_URL: mongo.url("chat"), CHAT_REDIS_URL: redis.url };
  await using server = await startServer({ env });
  const isReady = async (): Promise<boolean> => await statusOf(new URL("/readyz", server.url)) === 200;
  assert.ok(await isReady());
  for (
    const [name, database] of [["MySQL at", mariadb], ["MongoDB at", mongo], ["Redis at", redis]] as const
  ) {
    database.freeze();
    await namesAway(server, name);
    database.thaw();
    await until(`ready after the silence of ${name}`, isReady, BACK_MS);
    await database.kill();
    await namesAway(server, name);
    await database.restart();
    await until(`ready after the end of ${name}`, isReady, BACK_MS);
  }
});
