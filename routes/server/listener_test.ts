import assert from "node:assert/strict";
import { systemClock } from "../../db/clock.ts";
import { configureLog } from "./log.ts";
import { Listener, type ListenerOptions } from "./listener.ts";
import { SettingsError } from "./settings_error.ts";

function options(more: Partial<ListenerOptions> = {}): ListenerOptions {
  return {
    host: "127.0.0.1",
    port: 0,
    portSource: "flag --port",
    tls: null,
    clock: systemClock,
    fetch: () => new Response("here"),
    ...more,
  };
}

async function textFrom(origin: string): Promise<string> {
  return await (await fetch(origin)).text();
}

/** Resolves with the log line that has the text. */
function logged(text: string): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  configureLog({ level: "info", human: false, write: (line) => line.includes(text) && resolve(line) });
  return promise;
}

Deno.test("Listener takes a free port, says where, and answers there", async () => {
  const listener = new Listener(options());
  assert.match(listener.origin, /^http:\/\/127\.0\.0\.1:[1-9]\d*$/);
  assert.equal(listener.up, true);
  assert.equal(await textFrom(listener.origin), "here");
  await listener.close(1_000);
  assert.equal(listener.up, false);
});

Deno.test("Listener puts an IPv6 address in brackets", async () => {
  const listener = new Listener(options({ host: "::1" }));
  assert.match(listener.origin, /^http:\/\/\[::1\]:\d+$/);
  assert.equal(await textFrom(listener.origin), "here");
  await listener.close(1_000);
});

Deno.test("Listener refuses a port in use, naming host, port and source in one line", async () => {
  const listener = new Listener(options());
  const { hostname, port } = new URL(listener.origin);
  assert.throws(
    () => new Listener(options({ port: Number(port) })),
    (error) =>
      error instanceof SettingsError && error.message.includes(`${hostname}:${port} is in use`) &&
      error.message.includes("CHAT_PORT") && error.message.includes("flag --port") &&
      !error.message.includes("\n"),
  );
  await listener.close(1_000);
});

Deno.test("Listener refuses an address that is not of this machine", () => {
  assert.throws(
    () => new Listener(options({ host: "192.0.2.1" })),
    (error) => error instanceof SettingsError && error.message.includes('CHAT_HOST cannot be "192.0.2.1"'),
  );
});

Deno.test("Listener answers 500 for a handler that throws, and goes on", async () => {
  let calls = 0;
  const listener = new Listener(options({
    fetch: () => {
      calls += 1;
      if (calls === 1) throw new Error("on purpose");
      return new Response("again");
    },
  }));
  const answer = await fetch(listener.origin);
  assert.equal(answer.status, 500);
  assert.equal((await answer.json()).error, "internal");
  assert.equal(await textFrom(listener.origin), "again");
  await listener.close(1_000);
});

const UPGRADE = "GET / HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\n" +
  "sec-websocket-version: 13\r\nsec-websocket-key: MDEyMzQ1Njc4OWFiY2RlZg==\r\n\r\n";

const LOSSES: readonly (readonly [string, () => Response])[] = [
  ["another response", () => new Response("not the upgrade")],
  ["a throw", () => {
    throw new Error("on purpose");
  }],
];
for (const [name, afterUpgrade] of LOSSES) {
  Deno.test({
    name: `Listener comes back on its port after ${name} in the middle of an upgrade`,
    // The runtime never finishes the upgrade it lost; that is the fault this listener survives.
    sanitizeOps: false,
    async fn(): Promise<void> {
      const back = logged("is back on");
      const listener = new Listener(options({
        fetch: (request) => {
          if (request.headers.get("upgrade") !== "websocket") return new Response("here");
          Deno.upgradeWebSocket(request);
          return afterUpgrade();
        },
      }));
      const { origin } = listener;
      // A raw client: the runtime's own would wait for ever for the answer that never comes.
      using client = await Deno.connect({ hostname: "127.0.0.1", port: Number(new URL(origin).port) });
      await client.write(new TextEncoder().encode(UPGRADE));
      assert.ok((await back).includes(origin));
      assert.equal(listener.up, true);
      assert.equal(listener.origin, origin);
      assert.equal(await textFrom(origin), "here");
      await listener.close(1_000);
    },
  });
}

Deno.test("Listener.close() ends at its deadline when a request never ends", async () => {
  const asked = Promise.withResolvers<void>();
  const answer = Promise.withResolvers<Response>();
  const listener = new Listener(options({
    fetch: () => {
      asked.resolve();
      return answer.promise;
    },
  }));
  const request = fetch(listener.origin);
  await asked.promise;
  await listener.close(50);
  answer.resolve(new Response("late"));
  assert.equal(await (await request).text(), "late");
});
