import { strict as assert } from "node:assert";
import { z } from "zod";
import { isReady, namedAway } from "../../support/readiness.ts";
import { RedisServer } from "../../support/redis.ts";
import { type RunningServer, startServer } from "../../support/server.ts";
import { SocketClient } from "../../support/socket_client.ts";
import { statusOf } from "../../support/status.ts";
import { TemporaryDirectory } from "../../support/temporary_directory.ts";
import { until } from "../../support/until.ts";
import { refusal } from "../refusal.ts";

const SignIn = z.object({ data: z.object({ token: z.string() }) });

/** Registers somebody and answers the token of a first session. */
async function signUp(server: RunningServer, username: string): Promise<string> {
  const body = { username, email: `${username}@example.com`, password: "secret1" };
  await post(server, "register", body);
  return await signIn(server, username);
}

async function signIn(server: RunningServer, username: string): Promise<string> {
  return SignIn.parse(await (await post(server, "login", { username, password: "secret1" })).json()).data
    .token;
}

async function post(server: RunningServer, call: string, body: unknown): Promise<Response> {
  const url = new URL(`/api/v1/auth/${call}`, server.url);
  const answer = await fetch(url, { method: "POST", body: JSON.stringify(body) });
  if (call === "register") await answer.body?.cancel();
  return answer;
}

function sessionStatus(server: RunningServer, token: string): Promise<number> {
  const headers = { authorization: `Bearer ${token}` };
  return statusOf(new URL("/api/v1/auth/sessions", server.url), { headers });
}

Deno.test("a Redis that cannot be reached is tried for CHAT_START_TIMEOUT, then the start ends with 2 and its name", async () => {
  await using server = await RedisServer.start();
  const CHAT_START_TIMEOUT = "2";
  server.freeze();
  const named = /^Cannot start: Redis at 127.0.0.1:\d+ cannot be reached, tried for 2 s: /;
  const [silent, silentMs] = await refusal({ CHAT_REDIS_URL: server.url, CHAT_START_TIMEOUT });
  assert.match(silent, named, "it takes connections and stays silent");
  await server.kill();
  const CHAT_REDIS_URL = server.url.replace("//", "//ann:hush@");
  const [gone, goneMs] = await refusal({ CHAT_REDIS_URL, CHAT_START_TIMEOUT });
  assert.match(gone, named, "it is not there");
  for (const ms of [silentMs, goneMs]) assert.ok(ms > 2_000 && ms < 25_000, `${ms} ms`);
});

Deno.test("sessions in Redis outlive a restart of the program and of Redis, and end by a sign-out", async () => {
  await using redis = await RedisServer.start();
  await using directory = await TemporaryDirectory.make();
  const options = { dataDir: directory.path, env: { CHAT_REDIS_URL: redis.url } };
  const first = await startServer(options);
  const token = await signUp(first, "ann");
  const other = await signIn(first, "ann");
  assert.equal(await first.stop(), 0);
  await redis.kill();
  await redis.restart();
  await using second = await startServer(options);
  assert.equal(await sessionStatus(second, token), 200);
  await using socket = await SocketClient.open(second.socketUrl, {
    protocols: ["go-chat", `bearer.${token}`],
  });
  const all = { method: "DELETE", headers: { authorization: `Bearer ${other}` } };
  assert.equal(await statusOf(new URL("/api/v1/auth/sessions", second.url), all), 200);
  assert.equal((await socket.closed).code, 4501);
  assert.equal(await sessionStatus(second, token), 401);
  assert.equal(await sessionStatus(second, other), 200);
});

Deno.test("without Redis the chat goes on, sessions are answered 503 and never 401, and all is well within 10 s", async () => {
  await using redis = await RedisServer.start();
  await using server = await startServer({ env: { CHAT_REDIS_URL: redis.url } });
  const known = await signUp(server, "ann");
  const unknown = await signIn(server, "ann");
  assert.equal(await sessionStatus(server, known), 200);
  await using socket = await SocketClient.as(server.url, 7);
  for (
    const [away, back] of [[() => redis.freeze(), () => redis.thaw()], [
      () => redis.kill(),
      () => redis.restart(),
    ]] as const
  ) {
    await away();
    assert.match(await namedAway(server), /^Redis at 127.0.0.1:\d+ /);
    assert.equal(await sessionStatus(server, unknown), 503);
    assert.equal(
      (await post(server, "login", { username: "ann", password: "secret1" }).then(drained)).status,
      503,
    );
    await socket.ask({ type: "private", id: crypto.randomUUID(), to_user_id: 8, content: "still here" });
    await back();
    await until("/readyz is 200", () => isReady(server), 10_000);
    assert.equal(await sessionStatus(server, unknown), 200);
  }
});

/** The frame that a socket with a session begins with; null when it is closed before. */
async function firstFrame(server: RunningServer, token: string): Promise<string | null> {
  await using socket = await SocketClient.open(server.socketUrl, {
    protocols: ["go-chat", `bearer.${token}`],
  });
  const isOver = (): boolean => socket.socket.readyState === WebSocket.CLOSED;
  await until("it was let in or not", () => socket.frames.length > 0 || isOver(), 20_000);
  return socket.frames[0]?.type ?? null;
}

Deno.test("without Redis nobody is let in who was not in lately, and no message is lost", async () => {
  await using redis = await RedisServer.start();
  await using server = await startServer({ env: { CHAT_REDIS_URL: redis.url } });
  await using ann = await SocketClient.as(server.url, 7);
  await using bob = await SocketClient.as(server.url, 8);
  await signUp(server, "ann");
  let sent = 0;
  for (
    const [away, back] of [[() => redis.kill(), () => redis.restart()], [
      () => redis.freeze(),
      () => redis.thaw(),
    ]] as const
  ) {
    const [unknown, ended] = [await signIn(server, "ann"), await signIn(server, "ann")];
    const known = await signIn(server, "ann");
    assert.equal(await sessionStatus(server, known), 200, "remembered from here on");
    const leave = { method: "POST", headers: { authorization: `Bearer ${ended}` } };
    assert.equal(await statusOf(new URL("/api/v1/auth/logout", server.url), leave), 200);
    await away();
    assert.equal(await firstFrame(server, unknown), null, "no socket");
    assert.equal(await sessionStatus(server, unknown), 503);
    assert.notEqual(await sessionStatus(server, ended), 200, "what has ended stays ended");
    assert.equal(await sessionStatus(server, "x"), 401, "what is no token needs no Redis");
    for (let n = 0; n < 20; n++) {
      const content = `message ${++sent}`;
      const answer = await ann.ask({ type: "private", id: crypto.randomUUID(), to_user_id: 8, content });
      assert.deepEqual([answer.type, answer.data?.["seq"]], ["read", sent]);
    }
    await back();
    await until("/readyz is 200", () => isReady(server), 15_000);
    assert.equal(await firstFrame(server, unknown), "welcome");
  }
  await until("all were delivered", () => bob.frames.filter(({ type }) => type === "private").length >= sent);
  const came = bob.frames.filter(({ type }) => type === "private").map(({ content }) => content);
  assert.deepEqual(came, Array.from({ length: sent }, (_, n) => `message ${n + 1}`));
  const { data } = await bob.ask({ type: "history", to_user_id: 7, data: { limit: 100 } });
  const { messages } = z.object({ messages: z.array(z.object({ content: z.string() })) }).parse(data);
  assert.deepEqual(messages.map(({ content }) => content), came);
});

async function drained(answer: Response): Promise<Response> {
  await answer.body?.cancel();
  return answer;
}

Deno.test("a Redis that may throw sessions away is warned of once, and its password is in no log", async () => {
  const args = ["--maxmemory-policy", "allkeys-lru", "--requirepass", "hush"];
  await using redis = await RedisServer.start({ args });
  const env = { CHAT_REDIS_URL: redis.url.replace("//", "//:hush@"), CHAT_LOG_LEVEL: "trace" };
  await using server = await startServer({ env });
  await server.waitForLog("maxmemory-policy allkeys-lru");
  await redis.kill();
  await server.waitForLog("cannot be reached, trying until it can");
  await redis.restart();
  await until("/readyz is 200", () => isReady(server), 10_000);
  assert.equal(server.stderr().split("maxmemory-policy").length, 2);
  assert.equal(await server.stop(), 0);
  assert.doesNotMatch(server.stderr() + server.stdout(), /hush/);
});
