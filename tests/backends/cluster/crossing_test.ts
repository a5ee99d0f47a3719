/** What crosses between instances that are processes of their own: everything, within a second. */
import assert from "node:assert/strict";
import { z } from "zod";
import type { RunningServer } from "../../support/server.ts";
import { SocketClient } from "../../support/socket_client.ts";
import { shareMariadb } from "../../support/mariadb.ts";
import { type Started, startServers } from "./started.ts";

await shareMariadb();

const SignIn = z.object({ data: z.object({ id: z.number(), token: z.string(), "session_id": z.string() }) });
type SignIn = z.infer<typeof SignIn>["data"];

/** Long enough for a busy machine; what came is also looked at for how long it took. */
const BUSY_MS = 1_000;

async function call(server: RunningServer, path: string, how: RequestInit = {}): Promise<unknown> {
  const answer = await fetch(new URL(`/api/v1${path}`, server.url), how);
  assert.equal(answer.status, 200, await answer.clone().text());
  return await answer.json();
}

async function signUp(started: Started, username: string): Promise<void> {
  const body = { username, email: `${username}@example.com`, password: "secret1" };
  await call(started.server(0), "/auth/register", { method: "POST", body: JSON.stringify(body) });
}

async function signIn(server: RunningServer, username: string): Promise<SignIn> {
  const body = JSON.stringify({ username, password: "secret1" });
  return SignIn.parse(await call(server, "/auth/login", { method: "POST", body })).data;
}

async function connect(server: RunningServer, { token }: SignIn): Promise<SocketClient> {
  const client = await SocketClient.open(server.socketUrl, { protocols: ["go-chat", `bearer.${token}`] });
  await client.next("welcome");
  return client;
}

/** Fails when a fact takes longer than a second. */
async function soon<T>(what: string, fact: Promise<T>): Promise<T> {
  const begun = performance.now();
  const came = await fact;
  const took = Math.round(performance.now() - begun);
  assert.ok(took < BUSY_MS, `${what} took ${took} ms`);
  return came;
}

Deno.test("messages, receipts, typing, presence and the end of a session cross within a second", async () => {
  await using started = await startServers(2);
  const [one, other] = [started.server(0), started.server(1)];
  for (const username of ["ann", "bob"]) await signUp(started, username);
  const [ann, bob, bobAgain] = [
    await signIn(one, "ann"),
    await signIn(other, "bob"),
    await signIn(one, "bob"),
  ];
  await using anns = await connect(one, ann);
  await using bobs = await connect(other, bob);
  await soon("a join", anns.next((frame) => frame.type === "join" && frame.from_user_id === bob.id));
  anns.send({ type: "private", id: "m1", "to_user_id": bob.id, content: "hello" });
  await anns.next("read");
  const message = await soon("a message", bobs.next("private"));
  assert.equal(message.content, "hello");
  bobs.send({ type: "read", "to_user_id": ann.id, data: { seq: 1 } });
  const receipt = await soon("a receipt", anns.next("receipt"));
  assert.deepEqual([receipt.from_user_id, receipt.data?.["read_seq"]], [bob.id, 1]);
  bobs.send({ type: "typing", "to_user_id": ann.id });
  await soon("typing", anns.next("typing"));
  await using second = await connect(one, bobAgain);
  const headers = { authorization: `Bearer ${bobAgain.token}` };
  const ending = call(one, `/auth/sessions/${bob.session_id}`, { method: "DELETE", headers });
  assert.equal((await soon("the end of a session", bobs.closed)).code, 4501);
  await ending;
  await call(one, "/auth/logout", { method: "POST", headers });
  assert.equal((await second.closed).code, 4501);
  const status = await fetch(new URL("/api/v1/auth/sessions", other.url), { headers });
  await status.body?.cancel();
  assert.equal(status.status, 401, "signed out everywhere");
  await anns.next((frame) => frame.type === "leave" && frame.from_user_id === bob.id);
});
