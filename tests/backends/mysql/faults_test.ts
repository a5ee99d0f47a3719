import assert from "node:assert/strict";
import { createDatabaseOn, MariadbServer } from "../../support/mariadb.ts";
import { isReady, namedAway } from "../../support/readiness.ts";
import { type RunningServer, startServer } from "../../support/server.ts";
import { SocketClient } from "../../support/socket_client.ts";
import { Talk } from "../../support/talking.ts";
import { until } from "../../support/until.ts";

/** What the contract gives for being ready again, in ms, and what a busy machine takes beside. */
const BACK_MS = 10_000 + 5_000;
const UNLIMITED = { CHAT_LIMIT_MESSAGES: "0", CHAT_LIMIT_FRAMES: "0" };

/** The program on a database server that this test may do anything to. */
async function start(): Promise<
  AsyncDisposable & { readonly mariadb: MariadbServer; readonly server: RunningServer; readonly url: string }
> {
  await using opening = new AsyncDisposableStack();
  const mariadb = opening.use(await MariadbServer.start());
  const { url } = await createDatabaseOn((database) => mariadb.place(database));
  const server = opening.use(await startServer({ env: { ...UNLIMITED, CHAT_MYSQL_URL: url } }));
  const opened = opening.move();
  return { mariadb, server, url, [Symbol.asyncDispose]: () => opened[Symbol.asyncDispose]() };
}

async function becomesReady(server: RunningServer): Promise<void> {
  await until("the program is ready", () => isReady(server), BACK_MS);
}

Deno.test("MariaDB is killed under load and comes back: nothing is lost, doubled or reordered", async () => {
  await using started = await start();
  await using talk = new Talk(() => started.server.url);
  await talk.goesOn(300);
  for (let round = 0; round < 3; round++) {
    await started.mariadb.kill();
    assert.match(await namedAway(started.server), /MySQL at 127\.0\.0\.1:\d+ .*does not answer/);
    await started.mariadb.restart();
    await becomesReady(started.server);
    await talk.goesOn(300);
  }
  await talk.end("MariaDB killed three times");
  const log = started.server.stderr();
  assert.match(log, /MySQL at .* does not answer, trying again/);
  assert.match(log, /is back after \d+ s/);
  assert.ok(!log.includes(" says "), "no text of a message is in the log");
});

Deno.test("MariaDB is stopped in order under load and started again: the same holds", async () => {
  await using started = await start();
  await using talk = new Talk(() => started.server.url);
  await talk.goesOn(300);
  await started.mariadb.stop();
  await started.mariadb.restart();
  await talk.goesOn(300);
  await talk.end("MariaDB stopped and started");
});

Deno.test("MariaDB is silent for a while under load: the same holds", async () => {
  await using started = await start();
  await using talk = new Talk(() => started.server.url);
  await talk.goesOn(300);
  for (const seconds of [1, 6]) {
    started.mariadb.freeze();
    const before = talk.acknowledged;
    await new Promise((resolve) => setTimeout(resolve, seconds * 1_000));
    // What was on its way to people when it fell silent may still arrive.
    assert.ok(talk.acknowledged - before <= 200, `${talk.acknowledged - before} were acknowledged meanwhile`);
    started.mariadb.thaw();
    await becomesReady(started.server);
    await talk.goesOn(300);
  }
  await talk.end("MariaDB silent for 1 s and for 6 s");
});

Deno.test("The program is killed under load: the same holds", async () => {
  await using mariadb = await MariadbServer.start();
  const { url } = await createDatabaseOn((database) => mariadb.place(database));
  const env = { ...UNLIMITED, CHAT_MYSQL_URL: url };
  let server = await startServer({ env });
  await using talk = new Talk(() => server.url);
  for (let round = 0; round < 4; round++) {
    await talk.goesOn(200);
    await server.kill();
    await server[Symbol.asyncDispose]();
    server = await startServer({ env });
  }
  await using _last = server;
  await talk.goesOn(200);
  await talk.end("the program killed four times");
});

Deno.test("MariaDB falls silent: nothing is acknowledged meanwhile, everybody is told, and all goes on after", async () => {
  await using started = await start();
  const { server, mariadb } = started;
  await using ann = await SocketClient.as(server.url, 1);
  await using bob = await SocketClient.as(server.url, 2);
  const first = await ann.ask({ type: "private", id: "first", to_user_id: 2, content: "before" });
  assert.equal(first.type, "read");

  mariadb.freeze();
  const named = namedAway(server);
  const startedAt = performance.now();
  const refused = await ann.ask({
    type: "private",
    id: "second",
    to_user_id: 2,
    content: "while it is silent",
  });
  const ms = performance.now() - startedAt;
  assert.equal(refused.type, "error");
  assert.deepEqual([refused.data?.code, refused.data?.temporary], [503, true]);
  assert.ok(ms < 10_000, `refused after ${ms} ms`);
  assert.match(await named, /MySQL at/);
  ann.send({ type: "heartbeat", content: "ping" });
  assert.equal((await ann.next("heartbeat")).content, "pong");
  assert.equal(bob.frames.some((frame) => frame.content === "while it is silent"), false);

  mariadb.thaw();
  await becomesReady(server);
  const stored = await ann.ask({
    type: "private",
    id: "second",
    to_user_id: 2,
    content: "while it is silent",
  });
  assert.deepEqual([stored.type, stored.data?.seq], ["read", 2]);
  const third = await ann.ask({ type: "private", id: "third", to_user_id: 2, content: "after" });
  assert.deepEqual([third.type, third.data?.seq], ["read", 3]);
});
