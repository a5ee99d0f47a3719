import assert from "node:assert/strict";
import { startServer } from "../support/server.ts";
import { SocketClient } from "../support/socket_client.ts";

const PASSWORD = "secret-of-1";
const TEXT = "words for one person alone";

Deno.test("no message, password or token reaches the log, however much is logged", async () => {
  await using server = await startServer({ env: { CHAT_LOG_LEVEL: "trace" } });
  const post = async (path: string, body: unknown): Promise<string> => {
    const response = await fetch(new URL(path, server.url), { method: "POST", body: JSON.stringify(body) });
    return await response.text();
  };
  await post("/api/v1/auth/register", { username: "quiet", email: "quiet@example.com", password: PASSWORD });
  const answer = await post("/api/v1/auth/login", { username: "quiet", password: PASSWORD });
  const token = /"token":"([^"]+)"/.exec(answer)?.[1];
  assert.ok(token !== undefined, answer);
  await post("/api/v1/auth/login", { username: "quiet", password: `${PASSWORD}-wrong` });
  await post("/api/v1/auth/register", { username: "quiet", password: PASSWORD });
  const told = await fetch(new URL("/healthz", server.url));
  await told.body?.cancel();
  const requestId = told.headers.get("x-request-id");
  await post("/api/v1/messages?user_id=1", { "to_user_id": 2, content: TEXT });
  {
    await using client = await SocketClient.open(server.socketUrl, {
      protocols: ["go-chat", `bearer.${token}`],
    });
    await client.next("welcome");
    await client.ask({ type: "private", "to_user_id": 2, content: TEXT });
    client.send(`{"type":"private","content":"${TEXT}"`);
    await client.next("error");
  }
  assert.equal(await server.stop(), 0);
  const log = server.stdout() + server.stderr();
  assert.ok(log.includes("listening on"));
  const said = server.stderr().split("\n").filter((line) => line.startsWith("{"))
    .map((line) => Object(JSON.parse(line)).properties);
  const requests = new Set(said.map(({ request }) => request).filter((id) => id !== undefined));
  assert.ok(requests.size >= 6, "each request has an id of its own");
  assert.ok(requests.has(requestId), "the answer names the request as the log does");
  const connections = said.map(({ connection }) => connection).filter((id) => id !== undefined);
  assert.deepEqual([connections.length, new Set(connections).size], [2, 1], "its beginning and its end");
  for (const secret of [PASSWORD, TEXT, token]) assert.ok(!log.includes(secret), "the log has a secret");
});
