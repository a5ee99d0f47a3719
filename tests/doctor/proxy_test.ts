import assert from "node:assert/strict";
import { assertFault, assertWell, type Found, runDoctor } from "../support/doctored.ts";
import { HeaderProxy, type HeaderProxyOptions } from "../support/header_proxy.ts";
import { startServer } from "../support/server.ts";

const TRUSTED = { CHAT_TRUST_PROXY: "127.0.0.1" };

/** What the doctor finds of a server behind such a proxy. */
async function lookBehind(
  options: HeaderProxyOptions,
  env: Record<string, string> = TRUSTED,
): Promise<readonly Found[]> {
  await using proxy = HeaderProxy.start(options);
  const all = { ...env, CHAT_PUBLIC_URL: proxy.url.origin };
  await using server = await startServer({ mode: "release", env: all });
  proxy.port = Number(server.url.port);
  const { dataDir } = server;
  return await runDoctor({ dataDir, env: all, args: ["--host", "127.0.0.1", "--port", server.url.port] });
}

Deno.test("doctor finds nothing wrong behind a proxy that is well", async () => {
  const findings = await lookBehind({});
  assertWell(findings);
  const told = findings.map(({ check, level }) => `${check} ${level}`);
  for (const check of ["public URL", "WebSocket", "proxy headers", "clock"]) {
    assert.ok(told.includes(`${check} ok`));
  }
});

Deno.test("doctor finds a proxy that drops the headers of an upgrade, and says the lines to add", async () => {
  const findings = await lookBehind({ dropsUpgrade: true });
  assertFault(findings, "WebSocket", /drops the headers/);
  assert.match(findings.find(({ level }) => level === "fault")?.advice ?? "", /proxy_set_header Upgrade/);
});

Deno.test("doctor finds a proxy that hides who its clients are", async () => {
  assertFault(await lookBehind({ hidesClient: true }), "proxy headers", /does not send X-Forwarded-For/);
});

Deno.test("doctor finds a proxy that is not trusted, and says the setting", async () => {
  const findings = await lookBehind({}, {});
  assertFault(findings, "proxy headers", /not trusted/);
  assert.match(
    findings.find(({ level }) => level === "fault")?.advice ?? "",
    /CHAT_TRUST_PROXY to 127\.0\.0\.1/,
  );
});

Deno.test("doctor finds a clock that is off", async () => {
  assertFault(await lookBehind({ clockOffMs: -10_000 }), "clock", /behind this machine/);
});

Deno.test("doctor finds a public URL that leads to another server, also to another Go Chat", async () => {
  await using other = await startServer({ mode: "release" });
  const env = { CHAT_PUBLIC_URL: other.url.origin };
  await using server = await startServer({ mode: "release", env });
  const { dataDir } = server;
  const args = ["--host", "127.0.0.1", "--port", server.url.port];
  assertFault(await runDoctor({ dataDir, env, args }), "public URL", /another server/);
});

Deno.test("doctor finds a public URL where nobody answers", async () => {
  const env = { CHAT_PUBLIC_URL: "http://127.0.0.1:1" };
  await using server = await startServer({ mode: "release", env });
  const { dataDir } = server;
  const args = ["--host", "127.0.0.1", "--port", server.url.port];
  assertFault(await runDoctor({ dataDir, env, args }), "public URL", /does not answer/);
});

Deno.test("what of a request arrives is told to nobody who lacks the secret", async () => {
  await using server = await startServer({ mode: "release" });
  const forged = `${Date.now()}-${crypto.randomUUID()}.${"A".repeat(43)}`;
  for (const headers of [{}, { "x-go-chat-probe": forged }, { "x-go-chat-probe": "x" }]) {
    const answer = await fetch(new URL("/api/v1/probe", server.url), {
      headers: new Headers(headers as HeadersInit),
    });
    assert.equal(answer.status, 404);
    assert.doesNotMatch(await answer.text(), /peer/);
  }
});
