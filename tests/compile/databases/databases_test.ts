import assert from "node:assert/strict";
import { openTestMongo } from "../../support/ferretdb.ts";
import { createDatabaseOn, MariadbServer } from "../../support/mariadb.ts";
import { RedisServer } from "../../support/redis.ts";
import { until } from "../../support/until.ts";
import { connect, join } from "../people.ts";
import { buildInto, start } from "../place.ts";

Deno.test("The executable brings every driver, and finds its databases again with its files given up", async () => {
  await using place = await buildInto();
  await using mariadb = await MariadbServer.start();
  const { url } = await createDatabaseOn((database) => mariadb.place(database));
  await using redis = await RedisServer.start();
  await using mongo = await openTestMongo();
  await using server = await start(place, {
    CHAT_MYSQL_URL: url,
    CHAT_REDIS_URL: redis.url,
    CHAT_MONGODB_URL: mongo.url,
    CHAT_REGISTRATION: "open",
    CHAT_SECRET: "a secret that all instances know and is long",
  });
  const ann = await join(server, "owner_ann", "");
  const bob = await join(server, "member_bob", "");
  await using first = await connect(server, ann.token);
  await using second = await connect(server, bob.token);
  const stored = await first.ask({ type: "private", to_user_id: bob.id, content: "over three databases" });
  assert.equal(stored.data?.status, "stored");
  assert.equal((await second.next("private")).content, "over three databases");

  await mariadb.kill();
  await redis.kill();
  await Promise.all([mariadb.restart(), redis.restart()]);
  await until("the program is ready", async () => {
    const answer = await fetch(new URL("/readyz", server.url));
    await answer.body?.cancel();
    return answer.status === 200;
  }, 20_000);
  const again = await first.ask({ type: "private", to_user_id: bob.id, content: "and once more" });
  assert.deepEqual([again.data?.status, again.data?.seq], ["stored", 2]);
  assert.equal(await server.stop("SIGTERM"), 0);
});
