/** What isolates of one program know of accounts: one owner, one pool of hash workers, sessions that end everywhere. */
import assert from "node:assert/strict";
import { figuresOf, openIn, startTwo } from "../support/isolates.ts";
import { signUpOwner } from "../support/owner.ts";
import { SocketClient } from "../support/socket_client.ts";

/** With the bus; without it the sweep takes 30 s. */
const AT_ONCE_MS = 1_000;
const PASSWORD = "a walk along the canal";

Deno.test("a session that ends closes its sockets in every isolate at once, and lets nobody in any more", async () => {
  await using server = await startTwo({ mode: "release", env: { CHAT_BCRYPT_COST: "10" } });
  assert.equal(server.stdout().match(/#invite=/g)?.length, 1, "one link for the first owner");
  const { token } = await signUpOwner(server);
  const open = async (): Promise<SocketClient> => {
    const socket = await SocketClient.open(server.socketUrl, { protocols: ["go-chat", `bearer.${token}`] });
    await socket.next("welcome");
    return socket;
  };
  const sockets = [await openIn(server, 0, open), await openIn(server, 1, open)];
  const headers = { authorization: `Bearer ${token}` };
  const answer = await fetch(new URL("/api/v1/auth/logout", server.url), { method: "POST", headers });
  assert.equal(answer.status, 200, await answer.text());
  const ended = Date.now();
  for (const socket of sockets) assert.equal((await socket.closed).code, 4501);
  assert.ok(Date.now() - ended < AT_ONCE_MS);
  // Refused before the upgrade, in whichever isolate.
  for (let n = 0; n < 8; n++) await assert.rejects(open(), /was refused/);
  const figures = await figuresOf(server);
  assert.ok((figures.get("chat_hash_jobs_total") ?? 0) >= 2);
  assert.ok((figures.get("chat_hash_workers") ?? 0) <= Math.max(1, navigator.hardwareConcurrency - 1));
});

Deno.test("the limit on guessing a password holds over isolates", async () => {
  const env = { CHAT_BCRYPT_COST: "10", CHAT_LIMIT_LOGIN: "4" };
  await using server = await startTwo({ mode: "release", env });
  await signUpOwner(server);
  const guess = async (): Promise<number> => {
    // A connection of its own, to either isolate.
    using client = Deno.createHttpClient({ poolMaxIdlePerHost: 0 });
    const body = JSON.stringify({ username: "olive_owner", password: `${PASSWORD}?` });
    const answer = await fetch(new URL("/api/v1/auth/login", server.url), { method: "POST", body, client });
    await answer.body?.cancel();
    return answer.status;
  };
  const statuses: number[] = [];
  for (let n = 0; n < 12; n++) statuses.push(await guess());
  assert.deepEqual(statuses, [...Array(4).fill(401), ...Array(8).fill(429)]);
});
