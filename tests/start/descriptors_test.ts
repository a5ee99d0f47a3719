import assert from "node:assert/strict";
import { openDescriptors } from "../support/descriptors.ts";
import { signUpOwner } from "../support/owner.ts";
import { RawSocket } from "../support/raw_socket.ts";
import { programCommand, type RunningServer, startServer, TRANSPORT } from "../support/server.ts";
import { SocketClient } from "../support/socket_client.ts";
import { statusOf } from "../support/status.ts";
import { TemporaryDirectory } from "../support/temporary_directory.ts";
import { until } from "../support/until.ts";

const CLIENTS = 500;

/** Clients that ask for an upgrade and leave without reading the answer. */
async function leaveInHandshake(server: RunningServer, path: string, headers: string): Promise<void> {
  const upgrade =
    `GET ${path} HTTP/1.1\r\nhost: ${server.url.host}\r\nconnection: upgrade\r\nupgrade: websocket\r\n` +
    `sec-websocket-version: 13\r\nsec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==\r\n${headers}\r\n`;
  for (let left = CLIENTS; left > 0; left -= 50) {
    await Promise.all(Array.from({ length: 50 }, async () => {
      using tcp = await Deno.connect({ hostname: "127.0.0.1", port: Number(server.url.port) });
      await tcp.write(new TextEncoder().encode(upgrade));
    }));
  }
}

/** Holds a server to giving all of them back, and to an end in time. */
async function survives(server: RunningServer, leave: () => Promise<void>): Promise<void> {
  await statusOf(new URL("/healthz", server.url));
  const before = await openDescriptors(server.pid);
  await leave();
  // Connections are taken in order: an answer to a later one says that those before were taken.
  assert.equal(await statusOf(new URL("/healthz", server.url)), 200);
  await until(
    "The descriptors are back",
    async () => await openDescriptors(server.pid) <= before + 5,
    60_000,
  );
  assert.equal(await statusOf(new URL("/healthz", server.url)), 200);
  const begun = Date.now();
  assert.equal(await server.stop(), 0);
  assert.ok(Date.now() - begun < 10_000);
}

Deno.test("500 clients that leave during the handshake cost no descriptor in debug mode", async () => {
  await using server = await startServer({ env: { CHAT_LIMIT_CONNECTIONS: "0" } });
  await survives(server, () => leaveInHandshake(server, "/ws?user_id=1&username=x", ""));
});

Deno.test("500 clients that leave during the handshake cost no descriptor in release mode", async () => {
  await using server = await startServer({ mode: "release", env: { CHAT_LIMIT_CONNECTIONS: "0" } });
  const { token } = await signUpOwner(server);
  await survives(server, () => leaveInHandshake(server, "/ws", `authorization: Bearer ${token}\r\n`));
});

Deno.test("few descriptors are warned of, and sockets refused before they run out", async () => {
  await using directory = await TemporaryDirectory.make();
  const dataDir = directory.path;
  await using server = await startServer({
    dataDir,
    command: ["prlimit", "--nofile=256:256", ...programCommand(dataDir)],
    env: { CHAT_LIMIT_CONNECTIONS: "0" },
  });
  await server.waitForLog(/Only \d+ descriptors are free/);
  const sockets: RawSocket[] = [];
  let refused = "";
  while (refused === "" && sockets.length < 300) {
    const socket = await RawSocket.connect(server.url, "/ws?user_id=1&username=x");
    sockets.push(socket);
    const answer = await socket.read();
    if (!answer.startsWith("HTTP/1.1 101")) refused = answer;
  }
  assert.match(refused, /^HTTP\/1\.1 503 /);
  assert.ok(sockets.length > 100);
  assert.equal(await statusOf(new URL("/healthz", server.url)), 200);
  for (const socket of sockets) await socket[Symbol.asyncDispose]();
  assert.equal(await server.stop(), 0);
});

Deno.test("the listener comes back after idle connections took every descriptor", async () => {
  await using directory = await TemporaryDirectory.make();
  const dataDir = directory.path;
  await using server = await startServer({
    dataDir,
    command: ["prlimit", "--nofile=128:128", ...programCommand(dataDir)],
  });
  const idle: Deno.TcpConn[] = [];
  const connect = (): Promise<Deno.TcpConn | null> =>
    Deno.connect({ hostname: "127.0.0.1", port: Number(server.url.port) }).catch(() => null);
  // A refused connection is the fact that is waited for: the runtime has given the port up.
  for (let tcp = await connect(); tcp !== null; tcp = idle.length < 200 ? await connect() : null) {
    idle.push(tcp);
  }
  if (TRANSPORT === "native") await server.waitForLog("ended by itself");
  for (const connection of idle) connection.close();
  await until(
    "The server answers again",
    () => statusOf(new URL("/healthz", server.url)).then((status) => status === 200, () => false),
    20_000,
  );
  await using socket = await SocketClient.as(server.url, 1);
  await socket.ask({ type: "private", id: "after-all", to_user_id: 2, content: "hello" });
  assert.equal(await server.stop(), 0);
});
