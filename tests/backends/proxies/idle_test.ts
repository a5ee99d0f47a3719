import assert from "node:assert/strict";
import type { FrontProxyOptions } from "../../support/front_proxy.ts";
import { within } from "../../support/process.ts";
import type { ProxyName } from "../../support/proxies.ts";
import { OPCODE, RawSocket } from "../../support/raw_socket.ts";
import { Site, withEach } from "./site.ts";

/** Their bounds, made shorter than the time between two pings that the test hears, and longer than one. */
const SHORTER: Readonly<Record<ProxyName, NonNullable<FrontProxyOptions["instead"]>>> = {
  nginx: [["proxy_read_timeout 120s", "proxy_read_timeout 20s"], [
    "proxy_send_timeout 120s",
    "proxy_send_timeout 20s",
  ]],
  caddy: [["read_header 10s", "read_header 2s"], ["read_body 30s", "read_body 20s"], ["idle 2m", "idle 20s"]],
};
/** Shorter than a ping takes to come: so it is this bound that would end a socket. */
const TOO_SHORT: NonNullable<FrontProxyOptions["instead"]> = [[
  "proxy_read_timeout 120s",
  "proxy_read_timeout 2s",
]];
const PINGS = 2;
const WITHIN_MS = 60_000;

async function idleSocket(site: Site): Promise<RawSocket> {
  const [{ token }] = await site.people();
  const socket = await RawSocket.dial(site.proxy.url, [site.proxy.certificate.text]);
  await socket.ask(site.proxy.url, "/ws", { authorization: `Bearer ${token}` });
  await socket.upgraded();
  return socket;
}

async function outlives(name: ProxyName): Promise<void> {
  await using site = await Site.open(name, SHORTER[name]);
  await using socket = await idleSocket(site);
  await within(WITHIN_MS, answerPings(socket, name), `${name} did not pass ${PINGS} pings on`);
}

/** Answers pings and says nothing else, until so many came; then asks, and reads the answer. */
async function answerPings(socket: RawSocket, name: ProxyName): Promise<void> {
  let pings = 0;
  for await (const { opcode, payload } of socket.frames()) {
    assert.notEqual(opcode, OPCODE.close, `${name} closed it after ${pings} pings`);
    if (opcode === OPCODE.ping) {
      await socket.frame(OPCODE.pong, payload);
      if (++pings === PINGS) await socket.send({ type: "heartbeat", content: "ping" });
    }
    if (new TextDecoder().decode(payload).includes('"pong"')) return;
  }
  throw new Error(`${name} ended it after ${pings} pings`);
}

Deno.test("a socket on which nobody writes outlives the proxies' bounds by the server's pings", async () => {
  await withEach(outlives);
});

Deno.test("nginx ends a socket whose server says nothing for longer than its bound", async () => {
  await using site = await Site.open("nginx", TOO_SHORT);
  await using socket = await idleSocket(site);
  await within(WITHIN_MS, socket.drained(), "The socket was not ended");
});
