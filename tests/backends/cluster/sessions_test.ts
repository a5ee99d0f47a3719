import assert from "node:assert/strict";
import { z } from "zod";
import { shareMariadb } from "../../support/mariadb.ts";
import { runProgram } from "../../support/program.ts";
import type { RunningServer } from "../../support/server.ts";
import { SocketClient } from "../../support/socket_client.ts";
import { statusOf } from "../../support/status.ts";
import { TemporaryDirectory } from "../../support/temporary_directory.ts";
import { until } from "../../support/until.ts";
import { startServers } from "./started.ts";

await shareMariadb();

const SignIn = z.object({ data: z.object({ token: z.string() }) });
const PASSWORD = "secret1";

function post(server: RunningServer, call: string, body: unknown): Promise<Response> {
  return fetch(new URL(`/api/v1/auth/${call}`, server.url), { method: "POST", body: JSON.stringify(body) });
}

async function register(server: RunningServer, username: string): Promise<void> {
  const answer = await post(server, "register", {
    username,
    email: `${username}@example.com`,
    password: PASSWORD,
  });
  assert.equal(answer.status, 200, await answer.text());
}

async function signIn(server: RunningServer, username: string): Promise<string> {
  return SignIn.parse(await (await post(server, "login", { username, password: PASSWORD })).json()).data
    .token;
}

async function tryWrong(server: RunningServer, username: string): Promise<number> {
  const answer = await post(server, "login", { username, password: "wrong" });
  await answer.body?.cancel();
  return answer.status;
}

function sessions(server: RunningServer, token: string, init: RequestInit = {}): Promise<number> {
  const headers = { authorization: `Bearer ${token}` };
  return statusOf(new URL("/api/v1/auth/sessions", server.url), { ...init, headers });
}

Deno.test("a session of one server is good on another, and ends there within a second of its end", async () => {
  await using started = await startServers(2);
  const [one, other] = [started.server(0), started.server(1)];
  await register(one, "ann");
  const ended = await signIn(one, "ann");
  const kept = await signIn(other, "ann");
  assert.equal(await sessions(other, ended), 200);
  const protocols = ["go-chat", `bearer.${ended}`];
  await using socket = await SocketClient.open(other.socketUrl, { protocols });
  await socket.next("welcome");
  assert.equal(await sessions(one, kept, { method: "DELETE" }), 200, "all but this one end");
  await until("it ends on the other", async () => await sessions(other, ended) === 401, 1_000);
  assert.equal((await socket.closed).code, 4501);
  assert.equal(await sessions(other, kept), 200);
});

Deno.test("servers count failed sign-ins together", async () => {
  await using started = await startServers(2, { env: { CHAT_LIMIT_LOGIN: "3" } });
  const [one, other] = [started.server(0), started.server(1)];
  await register(one, "ann");
  for (const server of [one, other, one]) assert.equal(await tryWrong(server, "ann"), 401);
  for (const server of [one, other]) assert.equal(await tryWrong(server, "ann"), 429);
});

Deno.test("a server with another secret is not started beside those that run", async () => {
  await using started = await startServers(1);
  await using directory = await TemporaryDirectory.make();
  const args = ["--mode", "debug", "--port", "0", "--host", "127.0.0.1"];
  const start = { dataDir: directory.path, args };
  const ended = await runProgram({
    ...start,
    env: { ...started.env, CHAT_SECRET: "another secret of somebody" },
  });
  assert.equal(ended.code, 2, ended.stderr);
  assert.match(
    ended.lines.at(-1) ?? "",
    /^Cannot start: CHAT_SECRET is none of those of the instances on Redis at /,
  );
  assert.doesNotMatch(ended.stderr, /another secret/);
});
