/** OpenTelemetry is switched on by the runtime's own variables; what leaves the program holds no secret. */
import assert from "node:assert/strict";
import { startServer } from "../support/server.ts";
import { SocketClient } from "../support/socket_client.ts";

const PASSWORD = "secret-of-1";
const TEXT = "words for one person alone";

/** What is exported comes within a second where nothing else runs, in ms. */
const WITHIN_MS = 20_000;

/** Takes what is exported to it, as JSON. */
class Collector implements AsyncDisposable {
  readonly taken: string[] = [];
  #changed = Promise.withResolvers<void>();
  readonly #server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    async (request) => {
      this.taken.push(`${new URL(request.url).pathname} ${await request.text()}`);
      this.#changed.resolve();
      this.#changed = Promise.withResolvers<void>();
      return Response.json({});
    },
  );

  get url(): string {
    return `http://127.0.0.1:${this.#server.addr.port}`;
  }

  /** Resolves once something of that kind was exported that holds the words. */
  async has(path: string, ...words: readonly string[]): Promise<void> {
    const isThere = (one: string): boolean =>
      one.startsWith(`${path} `) && words.every((word) => one.includes(word));
    const late = Promise.withResolvers<void>();
    const deadline = setTimeout(() => late.reject(new Error(`Nothing at ${path} had ${words}`)), WITHIN_MS);
    try {
      while (!this.taken.some(isThere)) await Promise.race([this.#changed.promise, late.promise]);
    } finally {
      clearTimeout(deadline);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.shutdown();
  }
}

Deno.test("spans and the figures of /metrics are exported, without message, password or token", async () => {
  await using collector = new Collector();
  await using server = await startServer({
    env: {
      CHAT_LOG_LEVEL: "debug",
      OTEL_DENO: "true",
      OTEL_EXPORTER_OTLP_PROTOCOL: "http/json",
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_METRIC_EXPORT_INTERVAL: "500",
      OTEL_BSP_SCHEDULE_DELAY: "200",
    },
  });
  const post = async (path: string, body: unknown): Promise<string> => {
    const response = await fetch(new URL(path, server.url), { method: "POST", body: JSON.stringify(body) });
    return await response.text();
  };
  await post("/api/v1/auth/register", { username: "quiet", email: "quiet@example.com", password: PASSWORD });
  const answer = await post("/api/v1/auth/login", { username: "quiet", password: PASSWORD });
  const token = /"token":"([^"]+)"/.exec(answer)?.[1];
  assert.ok(token !== undefined, answer);
  {
    await using client = await SocketClient.open(server.socketUrl, {
      protocols: ["go-chat", `bearer.${token}`],
    });
    await client.next("welcome");
    await client.ask({ type: "private", to_user_id: 2, content: TEXT });
    await collector.has("/v1/metrics", '"chat.acks_total"', '"chat.commit_duration_seconds_count"');
  }
  await collector.has("/v1/traces", "/api/v1/auth/login", "POST");
  assert.equal(await server.stop(), 0);
  const all = collector.taken.join("\n");
  for (const secret of [PASSWORD, TEXT, token]) {
    assert.ok(!all.includes(secret), "what was exported has a secret");
  }
});
