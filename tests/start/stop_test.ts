import assert from "node:assert/strict";
import { fromFileUrl, ROOT } from "../support/paths.ts";
import { capture, type Captured } from "../support/process.ts";
import { RawSocket } from "../support/raw_socket.ts";
import { startServer } from "../support/server.ts";
import { SocketClient } from "../support/socket_client.ts";
import { TemporaryDirectory } from "../support/temporary_directory.ts";

/** Longer than this no supervisor waits. */
const STOP_MS = 10_000;

for (const [signal, isolates] of [["SIGTERM", 1], ["SIGINT", 1], ["SIGTERM", 2]] as const) {
  const by = isolates === 1 ? "" : ` in ${isolates} isolates`;
  Deno.test(`${signal} closes open sockets${by} with 1012, keeps what was acknowledged and exits 0`, async () => {
    await using directory = await TemporaryDirectory.make();
    const dataDir = directory.path;
    const server = await startServer({ dataDir, env: { CHAT_WORKERS: `${isolates}` } });
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

/** A task of deno.json on a data directory of its own below ./data, in a process group as a terminal makes one. */
async function withTask(
  name: string,
  args: readonly string[],
  use: (child: Captured, address: URL) => Promise<void>,
): Promise<void> {
  const data = `data/test-${crypto.randomUUID()}`;
  const child = capture({
    program: Deno.execPath(),
    args: ["task", name, "--port", "0", "--data", `./${data}`, ...args],
    env: {},
    cwd: fromFileUrl(ROOT),
    group: true,
  });
  try {
    const [, address = ""] = await child.waitFor("stdout", /listening on (http\S+)/);
    await use(child, new URL(address));
  } catch (error) {
    throw new Error(`deno task ${name} failed\n${child.stdout()}\n${child.stderr()}`, { cause: error });
  } finally {
    await child.kill();
    await Deno.remove(new URL(data, ROOT), { recursive: true }).catch(() => {});
  }
}

Deno.test("deno task dev serves in debug mode, and Ctrl-C ends it with 0", async () => {
  await withTask("dev", [], async (child, address) => {
    await child.waitFor("stderr", "can be anyone");
    {
      await using socket = await SocketClient.as(address, 1, { username: "testuser" });
      await socket.ask({ type: "heartbeat", id: "beat", content: "ping" });
    }
    const begun = Date.now();
    assert.equal(await child.stop("SIGINT"), 0);
    assert.ok(Date.now() - begun < STOP_MS);
  });
});

Deno.test("deno task start serves in release mode, and SIGTERM ends it with 0", async () => {
  await withTask("start", ["--host", "127.0.0.1"], async (child, address) => {
    {
      await using stranger = await RawSocket.connect(address, "/ws?user_id=1&username=testuser");
      assert.match(await stranger.read(), /^HTTP\/1\.1 401 /);
    }
    const begun = Date.now();
    assert.equal(await child.stop("SIGTERM"), 0);
    assert.ok(Date.now() - begun < STOP_MS);
  });
});
