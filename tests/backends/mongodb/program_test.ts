import { strict as assert } from "node:assert";
import { z } from "zod";
import { FerretServer } from "../../support/ferretdb.ts";
import { isReady, namedAway } from "../../support/readiness.ts";
import { startServer } from "../../support/server.ts";
import { SocketClient } from "../../support/socket_client.ts";
import { TemporaryDirectory } from "../../support/temporary_directory.ts";
import { until } from "../../support/until.ts";
import { refusal } from "../refusal.ts";

function say(socket: SocketClient, content: string): ReturnType<SocketClient["ask"]> {
  return socket.ask({ type: "private", id: crypto.randomUUID(), to_user_id: 8, content });
}

Deno.test("a MongoDB that cannot be reached is tried for CHAT_START_TIMEOUT, then the start ends with 2 and its name", async () => {
  await using server = await FerretServer.start();
  const CHAT_START_TIMEOUT = "2";
  server.freeze();
  const named = /^Cannot start: MongoDB at 127.0.0.1:\d+ \(database "x"\) cannot be reached, tried for 2 s: /;
  const [silent, silentMs] = await refusal({ CHAT_MONGODB_URL: server.url("x"), CHAT_START_TIMEOUT });
  assert.match(silent, named, "it takes connections and stays silent");
  await server.kill();
  const CHAT_MONGODB_URL = server.url("x").replace("//", "//ann:hush@");
  const [gone, goneMs] = await refusal({ CHAT_MONGODB_URL, CHAT_START_TIMEOUT });
  assert.match(gone, named, "it is not there");
  for (const ms of [silentMs, goneMs]) assert.ok(ms > 2_000 && ms < 25_000, `${ms} ms`);
});

Deno.test("an address that the driver does not understand ends the start at once, with no word of it", async () => {
  const CHAT_MONGODB_URL = "mongodb://ann:hush@localhost/x?replicaSet=&hush=1";
  const [text, ms] = await refusal({ CHAT_MONGODB_URL });
  assert.match(
    text,
    /^Cannot start: MongoDB at localhost \(database "x"\) cannot be used, its driver does not/,
  );
  assert.ok(ms < 25_000, `${ms} ms`);
});

Deno.test("messages in MongoDB outlive a restart of the program, and a second program is refused", async () => {
  await using mongo = await FerretServer.start();
  await using directory = await TemporaryDirectory.make();
  const env = { CHAT_MONGODB_URL: mongo.url("chat") };
  const first = await startServer({ dataDir: directory.path, env });
  await using one = await SocketClient.as(first.url, 7);
  assert.equal((await say(one, "before")).data?.["status"], "stored");
  const [text] = await refusal(env);
  assert.match(text, /another Go Chat with other accounts is using it/);
  await first.kill();
  await using second = await startServer({ dataDir: directory.path, env });
  await using other = await SocketClient.as(second.url, 8);
  const { data } = await other.ask({ type: "history", to_user_id: 7 });
  const { messages } = z.object({ messages: z.array(z.object({ content: z.string() })) }).parse(data);
  assert.deepEqual(messages.map((message) => message.content), ["before"]);
  assert.equal(
    (await other.ask({ type: "private", id: "re", to_user_id: 7, content: "x" })).data?.["seq"],
    2,
  );
  assert.equal(await second.stop(), 0);
});

Deno.test("without MongoDB sockets stay open and are answered 503, and all is well within 10 s of its return", async () => {
  await using mongo = await FerretServer.start();
  await using server = await startServer({ env: { CHAT_MONGODB_URL: mongo.url("chat") } });
  await using socket = await SocketClient.as(server.url, 7);
  await say(socket, "first");
  for (
    const [away, back] of [[() => mongo.freeze(), () => mongo.thaw()], [
      () => mongo.kill(),
      () => mongo.restart(),
    ]] as const
  ) {
    await away();
    assert.match(await namedAway(server), /MongoDB at 127.0.0.1:\d+ /);
    const refused = await say(socket, "not now");
    assert.deepEqual([refused.type, refused.data?.["code"], refused.data?.["temporary"]], [
      "error",
      503,
      true,
    ]);
    assert.equal((await socket.ask({ type: "heartbeat", content: "ping" })).content, "pong");
    await back();
    await until("/readyz is 200", () => isReady(server), 10_000);
    assert.equal((await say(socket, "once more")).type, "read");
  }
  assert.equal(await server.stop(), 0);
  const lines = server.stderr().split("\n");
  const told = (what: RegExp): number => lines.filter((line) => what.test(line)).length;
  const [gone, back] = [told(/MongoDB at .* does not answer: /), told(/MongoDB at .* is back after /)];
  assert.equal(gone, back, server.stderr());
  assert.ok(
    gone >= 2 && gone <= 4,
    `each time once, also when it was gone for a moment only:\n${server.stderr()}`,
  );
  assert.doesNotMatch(server.stderr(), /not now|once more/, "no content in a log");
});

Deno.test("the program ends within 10 s while MongoDB is silent", async () => {
  await using mongo = await FerretServer.start();
  await using server = await startServer({ env: { CHAT_MONGODB_URL: mongo.url("chat") } });
  await using socket = await SocketClient.as(server.url, 7);
  await say(socket, "first");
  mongo.freeze();
  socket.send({ type: "private", id: "late", to_user_id: 8, content: "late" });
  const begun = performance.now();
  assert.equal(await server.stop(), 0);
  assert.ok(performance.now() - begun < 14_000);
});
