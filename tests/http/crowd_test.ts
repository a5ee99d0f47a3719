import assert from "node:assert/strict";
import { AppHarness } from "./app_harness.ts";

const INFO: Deno.ServeHandlerInfo<Deno.NetAddr> = {
  remoteAddr: { transport: "tcp", hostname: "127.0.0.1", port: 50_000 },
  completed: Promise.resolve(),
};

/** As many calls at once as a crowd makes. */
const CROWD = 320;

function ask({ app }: AppHarness, path: string): Response | Promise<Response> {
  return app.fetch(new Request(new URL(path, "http://localhost:8080")), INFO);
}

Deno.test("A crowd of calls is worked off over many turns of the event loop, in between which sockets have theirs", async () => {
  await using harness = await AppHarness.open();
  await harness.call("GET", "/server");
  let turns = 0;
  let isDone = false;
  const counting = (async () => {
    for (; !isDone; turns++) await new Promise<void>((resolve) => setImmediate(resolve));
  })();
  const answers = await Promise.all(Array.from({ length: CROWD }, () => ask(harness, "/api/v1/server")));
  isDone = true;
  await counting;
  assert.ok(answers.every((answer) => answer.status === 200));
  assert.ok(turns >= CROWD / 32, `${turns} turns`);
});

for (const path of ["/ws", "/ws?user_id=1&username=ann", "/x/../ws", "/x/%2e%2e/ws#y", "/.\\ws"]) {
  Deno.test(`A handshake at ${path} is answered at once, however many calls wait`, async () => {
    await using harness = await AppHarness.open();
    const crowd = Array.from({ length: 10 }, () => ask(harness, "/api/v1/server"));
    const answer = ask(harness, path);
    assert.ok(answer instanceof Response, "no promise");
    assert.ok([400, 426].includes(answer.status), String(answer.status));
    await Promise.all(crowd);
  });
}

Deno.test("Who comes when ten thousand calls wait is told to come again, in their own language", async () => {
  await using harness = await AppHarness.open();
  const crowd = Array.from({ length: 10_000 + 32 }, () => ask(harness, "/api/v1/server"));
  const headers = { "accept-language": "zh-CN" };
  const request = new Request("http://localhost:8080/api/v1/server", { headers });
  const refused = await harness.app.fetch(request, INFO);
  assert.equal(refused.status, 503);
  assert.equal(refused.headers.get("retry-after"), "1");
  assert.match(refused.headers.get("x-request-id") ?? "", /./);
  assert.match((await refused.json()).message, /\p{Script=Han}/u);
  await Promise.all(crowd);
});
