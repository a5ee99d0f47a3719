/**
 * Peers that are gone without a word. The one slow test of the suite: it waits for the real minute that the protocol
 * promises, once for all kinds of them.
 */
import assert from "node:assert/strict";
import { closesOf, onlineSeenBy, readFigures } from "../support/figures.ts";
import { fromFileUrl, ROOT } from "../support/paths.ts";
import { capture } from "../support/process.ts";
import { RawSocket } from "../support/raw_socket.ts";
import { say } from "../support/say.ts";
import { startServer } from "../support/server.ts";
import { SocketClient } from "../support/socket_client.ts";
import { until } from "../support/until.ts";
import { Victim } from "../support/victim.ts";

/** A dead peer is noticed, and its leave told, within this time (contract §3.3.7), in ms. */
const PROMISED_MS = 60_000;
const LARGE = "\u{1f600}".repeat(10_000);

/** A process that is connected and then stopped: its system goes on to acknowledge what comes. */
async function stopProcess(url: URL, owned: AsyncDisposableStack): Promise<void> {
  const child = capture({
    program: Deno.execPath(),
    args: ["run", "--quiet", "--no-prompt", "--allow-net", "tests/support/idle_client.ts", url.href],
    env: {},
    cwd: fromFileUrl(ROOT),
  });
  owned.defer(() => child.kill());
  await child.waitFor("stdout", "welcome");
  Deno.kill(child.pid, "SIGSTOP");
}

/** Writes to somebody who reads nothing until something waits for them here, and less than closes them. */
async function leaveSomethingWaiting(url: URL, userId: number): Promise<void> {
  await using writer = await SocketClient.as(url, 1);
  // More than what is on its way for a moment anyhow: it stays.
  while (((await readFigures(url)).get("backlog_bytes") ?? 0) < 300_000) {
    for (let n = 0; n < 5; n++) writer.send({ type: "private", to_user_id: userId, content: LARGE });
    await writer.settled();
  }
  assert.equal(await closesOf(url, 4413), 0);
}

/** Sends a request whose body does not come; resolves with the answer. */
async function promiseBody(url: URL): Promise<string> {
  await using socket = await RawSocket.dial(url);
  await socket.write(
    `POST /api/v1/auth/login HTTP/1.1\r\nHost: ${url.host}\r\nContent-Length: 100\r\n\r\n`,
  );
  return await socket.read();
}

Deno.test("slow: dead peers of every kind are gone from presence within 60 s, and a body that does not come is given up", async () => {
  await using server = await startServer({ env: { CHAT_LIMIT_MESSAGES: "0", CHAT_LIMIT_FRAMES: "0" } });
  const { url } = server;
  const victim = await Victim.start(url);
  await using dead = new AsyncDisposableStack();
  const [unanswering, stopped, unread] = [101, 102, 103];

  const listening = dead.use(await RawSocket.upgrade(url, `/ws?user_id=${unanswering}&username=mute`));
  const drained = listening.drained();
  const socketUrl = new URL(`${server.socketUrl.href}?user_id=${stopped}&username=stopped`);
  await stopProcess(socketUrl, dead);
  dead.use(await RawSocket.upgrade(url, `/ws?user_id=${unread}&username=unread`));
  await leaveSomethingWaiting(url, unread);
  const begun = Date.now();
  const answer = promiseBody(url);

  const online = (): readonly number[] =>
    [unanswering, stopped, unread].filter((id) => onlineSeenBy({ frames: victim.seen }).has(id));
  await until("All are seen online", () => online().length === 3);
  await until("All are gone", () => online().length === 0, PROMISED_MS);
  say(`dead peers were gone after ${((Date.now() - begun) / 1_000).toFixed(1)} s`);
  assert.equal(await closesOf(url, 4408), 1, "the one for whom something waits");
  assert.match(await answer, /^HTTP\/1\.1 400 /);
  say(await victim.stop());
  await listening[Symbol.asyncDispose]();
  await drained;
});
