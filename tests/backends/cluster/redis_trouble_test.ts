/** A Redis that has no room, and one that is empty all of a sudden: what is in the store is not touched by it. */
import assert from "node:assert/strict";
import { z } from "zod";
import type { RedisPlace } from "../../../db/places.ts";
import { shareMariadb } from "../../support/mariadb.ts";
import { connect, end } from "../../support/redis.ts";
import type { RunningServer } from "../../support/server.ts";
import { SocketClient } from "../../support/socket_client.ts";
import { statusOf } from "../../support/status.ts";
import { until } from "../../support/until.ts";
import { startServers } from "./started.ts";

await shareMariadb();

const SignIn = z.object({ data: z.object({ token: z.string() }) });
const Online = z.object({ data: z.object({ users: z.array(z.object({ user_id: z.number() })) }) });
const PERSON = { username: "eve", email: "eve@example.com", password: "secret1" };
const [ANN, BOB, CY] = [11, 12, 13];

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

async function post(server: RunningServer, call: string, body: unknown, token?: string): Promise<Answer> {
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const init = { method: "POST", body: JSON.stringify(body), headers };
  const answer = await fetch(new URL(`/api/v1/auth/${call}`, server.url), init);
  return { status: answer.status, body: await answer.json() };
}

interface TwoApart extends AsyncDisposable {
  readonly one: RunningServer;
  readonly other: RunningServer;
  readonly token: string;
  readonly ann: SocketClient;
  readonly bob: SocketClient;
  readonly redis: RedisPlace;
}

/** Sends a message and waits until it is acknowledged and with the other side. */
async function crosses(
  from: SocketClient,
  to: SocketClient,
  toUserId: number,
  content: string,
): Promise<void> {
  from.send({ type: "private", id: content, to_user_id: toUserId, content });
  await from.next((frame) => frame.type === "read" && frame.data?.original_message_id === content);
  await to.next((frame) => frame.type === "private" && frame.content === content);
}

async function online(server: RunningServer): Promise<readonly number[]> {
  const answer = await fetch(new URL("/api/v1/ws/online-users", server.url));
  return Online.parse(await answer.json()).data.users.map((user) => user.user_id).sort((a, b) => a - b);
}

function ready(server: RunningServer): Promise<number> {
  return statusOf(new URL("/readyz", server.url));
}

function mine(server: RunningServer, token: string): Promise<number> {
  return statusOf(new URL("/api/v1/user/me", server.url), { headers: { authorization: `Bearer ${token}` } });
}

/** Somebody signed in, and two people on two instances, each of whom sees the other. */
async function twoApart(): Promise<TwoApart> {
  await using opening = new AsyncDisposableStack();
  const started = opening.use(await startServers(2));
  const [one, other] = [started.server(0), started.server(1)];
  assert.equal((await post(one, "register", PERSON)).status, 200);
  const { token } = SignIn.parse((await post(one, "login", PERSON)).body).data;
  const ann = opening.use(await SocketClient.as(one.url, ANN));
  const bob = opening.use(await SocketClient.as(other.url, BOB));
  await until(
    "each sees the other",
    async () => (await online(one)).length === 2 && (await online(other)).length === 2,
  );
  const opened = opening.move();
  const { place: redis } = started.redis;
  return { one, other, token, ann, bob, redis, [Symbol.asyncDispose]: () => opened[Symbol.asyncDispose]() };
}

Deno.test("while Redis has no room messages cross, sessions last and end, and nobody is shown as gone", async () => {
  await using here = await twoApart();
  const { one, other, token, ann, bob } = here;
  const client = connect(here.redis);
  try {
    await client.config("SET", "maxmemory", "1");
    await until("both say so", async () => await ready(one) === 503 && await ready(other) === 503);
    await crosses(ann, bob, BOB, "no room, and still here");
    await crosses(bob, ann, ANN, "here as well");
    await using cy = await SocketClient.as(other.url, CY);
    await crosses(cy, ann, ANN, "who came meanwhile");
    assert.equal(await mine(other, token), 200, "a session that is there is good");
    assert.equal((await post(one, "login", PERSON)).status, 503, "a new one cannot be stored");
    assert.equal((await post(one, "login", { ...PERSON, password: "wrong" })).status, 401);
    assert.equal((await post(one, "logout", {}, token)).status, 200);
    assert.equal(await mine(one, token), 401);
    await until("it has ended on the other", async () => await mine(other, token) === 401, 1_000);
    // Longer than a lease.
    const end = Date.now() + 16_000;
    while (Date.now() < end) {
      assert.deepEqual((await online(one)).filter((id) => id !== CY), [ANN, BOB]);
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
    await client.config("SET", "maxmemory", "0");
    await until("both are ready", async () => await ready(one) === 200 && await ready(other) === 200);
    await until(
      "all are seen everywhere",
      async () => (await online(one)).length === 3 && (await online(other)).length === 3,
    );
    assert.equal(ann.frames.filter((frame) => frame.type === "leave").length, 0);
    assert.equal((await post(one, "login", PERSON)).status, 200);
  } finally {
    await end(client);
  }
});

Deno.test("a Redis that is emptied costs the sessions and nothing else", async () => {
  await using here = await twoApart();
  const { one, other, token, ann, bob } = here;
  const client = connect(here.redis);
  try {
    await client.flushall();
    await client.script("FLUSH");
  } finally {
    await end(client);
  }
  await crosses(ann, bob, BOB, "nothing happened");
  await until("the rosters are there again", async () => (await online(one)).length === 2, 1_000);
  await using cy = await SocketClient.as(other.url, CY);
  await until("who comes is seen", async () => (await online(one)).includes(CY), 8_000);
  await crosses(cy, ann, ANN, "hello");
  await until("the session is gone", async () => await mine(one, token) === 401, 31_000);
  assert.equal((await post(one, "login", PERSON)).status, 200);
  assert.equal(ann.frames.filter((frame) => frame.type === "leave").length, 0);
});
