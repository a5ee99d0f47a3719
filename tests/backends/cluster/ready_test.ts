/** With three databases, /readyz names the one that is away. */
import assert from "node:assert/strict";
import { FerretServer } from "../../support/ferretdb.ts";
import { createDatabaseOn, MariadbServer } from "../../support/mariadb.ts";
import { isReady, namedAway } from "../../support/readiness.ts";
import { RedisServer } from "../../support/redis.ts";
import { type RunningServer, startServer } from "../../support/server.ts";
import { until } from "../../support/until.ts";

const NAMES = ["MySQL at", "MongoDB at", "Redis at"] as const;
/** What the contract gives for being ready again, in ms, and what a busy machine takes beside. */
const BACK_MS = 10_000 + 5_000;

async function namesAway(server: RunningServer, name: string): Promise<void> {
  const message = await namedAway(server);
  assert.deepEqual(NAMES.filter((one) => message.includes(one)), [name], message);
}

Deno.test("/readyz names which of three databases is away, killed or silent, and /healthz stays green", async () => {
  await using mariadb = await MariadbServer.start();
  await using mongo = await FerretServer.start();
  await using redis = await RedisServer.start();
  const { url } = await createDatabaseOn((database) => mariadb.place(database));
  const env = { CHAT_MYSQL_URL: url, CHAT_MONGODB_URL: mongo.url("chat"), CHAT_REDIS_URL: redis.url };
  await using server = await startServer({ env });
  const ready = (): Promise<boolean> => isReady(server);
  assert.ok(await ready());
  for (
    const [name, database] of [["MySQL at", mariadb], ["MongoDB at", mongo], ["Redis at", redis]] as const
  ) {
    database.freeze();
    await namesAway(server, name);
    database.thaw();
    await until(`ready after the silence of ${name}`, ready, BACK_MS);
    await database.kill();
    await namesAway(server, name);
    await database.restart();
    await until(`ready after the end of ${name}`, ready, BACK_MS);
  }
});
