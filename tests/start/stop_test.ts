import assert from "node:assert/strict";
import { fromFileUrl, ROOT } from "../support/paths.ts";
import { capture, within } from "../support/process.ts";
import { RawSocket } from "../support/raw_socket.ts";
import { startServer } from "../support/server.ts";
import { SocketClient } from "../support/socket_client.ts";
import { TemporaryDirectory } from "../support/temporary_directory.ts";

/** Longer than this no supervisor waits. */
const STOP_MS = 10_000;

for (const signal of ["SIGTERM", "SIGINT"] as const) {
  Deno.test(`${signal} closes open sockets with 1012, keeps what was acknowledged and exits 0`, async () => {
    await using directory = await TemporaryDirectory.make();
    const dataDir = directory.path;
    const server = await startServer({ dataDir });
    const sockets = await Promise.all(
      Array.from({ length: 40 }, (_, index) => SocketClient.as(server.url, index + 1)),
    );
    const [first] = sockets;
    assert.ok(first !== undefined);
    await first.ask({ type: "private", id: "before-the-end", to_user_id: 2, content: "kept" });
    const begun = Date.now();
    assert.equal(await server.stop(signal), 0);
    assert.ok(Date.now() - begun < STOP_MS);
    for (const socket of sockets) assert.equal((await socket.closed).code, 1012);
    await using again = await startServer({ dataDir });
    await using reader = await SocketClient.as(again.url, 2);
    const history = await reader.ask({ type: "history", to_user_id: 1, data: {} });
    assert.match(JSON.stringify(history.data), /"content":"kept"/);
  });
}

Deno.test("SIGTERM exits 0 in time under clients that neither read nor answer", async () => {
  await using server = await startServer();
  const clients = await Promise.all(
    Array.from({ length: 50 }, (_, id) => RawSocket.upgrade(server.url, `/ws?user_id=${id + 1}&username=x`)),
  );
  const silent = await RawSocket.connect(server.url, "/healthz");
  await silent.write("GET /healthz HTTP/1.1\r\nhost: x\r\n");
  const begun = Date.now();
  assert.equal(await server.stop(), 0);
  assert.ok(Date.now() - begun < STOP_MS);
  for (const client of [...clients, silent]) await client[Symbol.asyncDispose]();
});

Deno.test("deno task dev serves in debug mode, and Ctrl-C ends it with 0", async () => {
  const child = capture({
    program: Deno.execPath(),
    args: ["task", "dev", "--port", "0", "--data", "./data/test-dev"],
    env: {},
    cwd: fromFileUrl(ROOT),
  });
  try {
    const [, address = ""] = await child.waitFor("stdout", /listening on (http\S+)/, 60_000);
    await child.waitFor("stderr", "can be anyone");
    {
      await using socket = await SocketClient.as(address, 1, { username: "testuser" });
      await socket.ask({ type: "heartbeat", id: "beat", content: "ping" });
    }
    const begun = Date.now();
    assert.equal(await child.stop("SIGINT"), 0);
    assert.ok(Date.now() - begun < STOP_MS);
  } finally {
    await child.kill();
    await Deno.remove(new URL("data/test-dev", ROOT), { recursive: true });
  }
});

Deno.test("deno task start serves in release mode, and SIGTERM to it ends it with 0", async () => {
  const child = capture({
    program: Deno.execPath(),
    args: ["task", "start", "--port", "0", "--host", "127.0.0.1", "--data", "./data/test-start"],
    env: {},
    cwd: fromFileUrl(ROOT),
  });
  try {
    const [, address = ""] = await child.waitFor("stdout", /listening on (http\S+)/, 60_000);
    const answer = await fetch(new URL("/ws?user_id=1&username=testuser", address), {
      headers: { upgrade: "websocket", connection: "upgrade" },
    });
    await answer.body?.cancel();
    assert.notEqual(answer.status, 101);
    assert.equal(await within(STOP_MS, child.stop("SIGTERM"), "The end"), 0);
  } finally {
    await child.kill();
    await Deno.remove(new URL("data/test-start", ROOT), { recursive: true });
  }
});
