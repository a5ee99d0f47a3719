import assert from "node:assert/strict";
import { PROXIES, type ProxyName } from "../../support/proxies.ts";
import { RawSocket } from "../../support/raw_socket.ts";
import { say } from "../../support/say.ts";
import { within } from "../../support/process.ts";
import { Site, withEach } from "./site.ts";

const KIB = 1_024;
/** What one line of a slow client takes, in ms: more often than any bound of the files. */
const LINE_MS = 500;
/** The files have 10 s; without them it is a minute or for ever. */
const CUT_WITHIN_MS = 20_000;

/** Sends a line of a head now and then, and resolves when it is cut: after how long, in ms. */
async function dribble(site: Site): Promise<number> {
  await using socket = await RawSocket.dial(site.proxy.url, [site.proxy.certificate.text]);
  const begun = performance.now();
  await socket.write(`GET / HTTP/1.1\r\nHost: ${site.proxy.url.host}\r\n`);
  // Writing to a connection that was cut fails, which the reader hears too.
  const timer = setInterval(() => void socket.write("X-More: 1\r\n").catch(() => {}), LINE_MS);
  try {
    await within(CUT_WITHIN_MS, socket.drained(), "The head that never ends was not cut");
  } finally {
    clearInterval(timer);
  }
  return performance.now() - begun;
}

/** The status that a head of HTTP/1.1 with so many bytes in one field is answered with. */
async function statusOfHead(site: Site, bytes: number): Promise<number> {
  await using socket = await RawSocket.dial(site.proxy.url, [site.proxy.certificate.text]);
  const head = `GET /healthz HTTP/1.1\r\nHost: ${site.proxy.url.host}\r\nX-Long: ${
    "x".repeat(bytes)
  }\r\n\r\n`;
  // It may be answered, and cut, before all of it is sent.
  const sent = socket.write(head).catch(() => {});
  const answer = await socket.read();
  await sent;
  return Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1]);
}

/** The status that a body of so many KiB is answered with which does not tell its length. */
async function statusOfPieces(site: Site, kibibytes: number): Promise<number> {
  await using socket = await RawSocket.dial(site.proxy.url, [site.proxy.certificate.text]);
  const { host } = site.proxy.url;
  const head = `POST /api/v1/auth/login HTTP/1.1\r\nHost: ${host}\r\nTransfer-Encoding: chunked\r\n\r\n`;
  const piece = `400\r\n${" ".repeat(KIB)}\r\n`;
  const sent = socket.write(`${head}${piece.repeat(kibibytes)}0\r\n\r\n`).catch(() => {});
  const answer = await socket.read();
  await sent;
  return Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1]);
}

for (const name of PROXIES) {
  Deno.test(`${name}: a head of 300 KB is refused, as one is that the program takes, and an ordinary long one is not`, async () => {
    await using site = await Site.open(name);
    for (const bytes of [300_000, 64_000]) {
      const refused = await statusOfHead(site, bytes);
      assert.ok(refused >= 400 && refused < 500, `${bytes} bytes: ${refused}`);
    }
    assert.equal(await statusOfHead(site, 6_000), 200);
  });

  Deno.test(`${name}: a body over 128 KiB is answered with 413, whoever refuses it`, async () => {
    await using site = await Site.open(name);
    for (const size of [129 * KIB, 255 * KIB, 400 * KIB, 2_000 * KIB]) {
      const answer = await site.fetch("/api/v1/auth/login", { body: { username: "x".repeat(size) } });
      const text = await answer.text();
      assert.equal(answer.status, 413, `${size} bytes: ${answer.status} ${text.slice(0, 100)}`);
    }
    assert.equal(await statusOfPieces(site, 400), 413);
    const answer = await site.fetch("/api/v1/auth/login", { body: { username: "x".repeat(100 * KIB) } });
    assert.notEqual(answer.status, 413, await answer.text());
  });

  Deno.test(`${name}: plain http leads to https`, async () => {
    await using site = await Site.open(name);
    const answer = await fetch(new URL("/docs?a=b", site.proxy.plainUrl), { redirect: "manual" });
    await answer.body?.cancel();
    assert.ok([301, 308].includes(answer.status), `${answer.status}`);
    const to = new URL(answer.headers.get("location") ?? "");
    assert.deepEqual([to.protocol, to.hostname, to.pathname, to.search], [
      "https:",
      "127.0.0.1",
      "/docs",
      "?a=b",
    ]);
  });
}

Deno.test("a head that comes slowly is cut by each of them", async () => {
  const cut = async (name: ProxyName): Promise<string> => {
    await using site = await Site.open(name);
    return `${name} after ${((await dribble(site)) / 1_000).toFixed(1)} s`;
  };
  say(`a slow head is cut: ${(await withEach(cut)).join(", ")}`);
});
