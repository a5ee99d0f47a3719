import assert from "node:assert/strict";
import { z } from "zod";
import { StoreUnavailableError } from "../../db/errors.ts";
import type { Store } from "../../db/store.ts";
import { familyOf } from "../../routes/metric_families.ts";
import { instead } from "../support/instead.ts";
import { AppHarness, readAnswer } from "./app_harness.ts";

const METRICS_TOKEN = "a metrics token";

Deno.test("GET /healthz answers whatever the store does", async () => {
  const wrapStore = (store: Store): Store =>
    instead(store, { check: () => Promise.reject(new Error("down")) });
  await using http = await AppHarness.open({ mode: "release", wrapStore });
  const answer = await readAnswer(await http.fetch("GET", "/healthz"));
  assert.equal(answer.status, 200);
  assert.equal(Object(answer.data).version, "1.2.3");
});

Deno.test("GET /readyz answers 200 while the store answers, with what each backend took", async () => {
  await using http = await AppHarness.open();
  const answer = await readAnswer(await http.fetch("GET", "/readyz"));
  assert.equal(answer.status, 200);
  const { backends } = z.object({ backends: z.array(z.object({ name: z.string(), ms: z.number() })) })
    .parse(answer.data);
  assert.deepEqual(backends.map(({ name }) => name), ["sqlite"]);
});

Deno.test("GET /readyz answers 503 naming the backend that fails, and 200 once it is back", async () => {
  let isDown = true;
  const wrapStore = (store: Store): Store =>
    instead(store, {
      check: () =>
        isDown ? Promise.reject(new StoreUnavailableError("Redis does not answer")) : store.check(),
    });
  await using http = await AppHarness.open({ wrapStore });
  const down = await readAnswer(await http.fetch("GET", "/readyz"));
  assert.deepEqual([down.status, down.error, down.message], [503, "unavailable", "Redis does not answer"]);
  isDown = false;
  assert.equal((await readAnswer(await http.fetch("GET", "/readyz"))).status, 200);
});

Deno.test("GET /readyz answers 503 within 2 s while a backend is silent", async () => {
  const wrapStore = (store: Store): Store => instead(store, { check: () => new Promise(() => {}) });
  await using http = await AppHarness.open({ wrapStore });
  const startedAt = performance.now();
  assert.equal((await readAnswer(await http.fetch("GET", "/readyz"))).status, 503);
  assert.ok(performance.now() - startedAt < 2_500);
});

Deno.test("GET /readyz names a backend that gives up in time, also where the process was kept from hearing of it", async () => {
  const isSilent = new StoreUnavailableError("Redis does not answer");
  const wrapStore = (store: Store): Store =>
    instead(store, {
      check: () =>
        new Promise((_, reject) => void setTimeout(() => setTimeout(() => reject(isSilent)), 1_900)),
    });
  await using http = await AppHarness.open({ wrapStore });
  const asked = http.fetch("GET", "/readyz").then(readAnswer);
  const busy = setTimeout(() => {
    for (const begun = performance.now(); performance.now() - begun < 700;);
  }, 1_500);
  const answer = await asked;
  clearTimeout(busy);
  assert.deepEqual([answer.status, answer.message], [503, "Redis does not answer"]);
});

Deno.test("GET /readyz answers 503 with the reason while this instance takes no work", async () => {
  let reason: string | null = "restarting";
  await using http = await AppHarness.open({ notReady: () => reason });
  const answer = await readAnswer(await http.fetch("GET", "/readyz"));
  assert.deepEqual([answer.status, answer.message], [503, "restarting"]);
  reason = null;
  assert.equal((await readAnswer(await http.fetch("GET", "/readyz"))).status, 200);
});

Deno.test("GET /metrics is Prometheus text of well-formed, typed and unique series", async () => {
  await using http = await AppHarness.open();
  await http.join("ann");
  await http.call("GET", "/users?q=a");
  await http.call("GET", "/users?q=b");
  await http.call("GET", "/none/of/ours");
  const response = await http.fetch("GET", "/metrics");
  assert.match(response.headers.get("content-type") ?? "", /^text\/plain; version=0\.0\.4/);
  const text = await response.text();
  assert.ok(text.endsWith("\n"));
  const lines = text.trimEnd().split("\n");
  const series = lines.filter((line) => !line.startsWith("#"));
  for (const line of series) {
    assert.match(line, /^chat_[a-z_]+(\{\w+="[^"\\\n]*"(,\w+="[^"\\\n]*")*\})? (-?[\d.e+-]+|NaN)$/);
  }
  assert.equal(new Set(series.map((line) => line.slice(0, line.lastIndexOf(" ")))).size, series.length);
  for (const line of series) {
    const family = familyOf(/^\w+/.exec(line)?.[0].slice("chat_".length) ?? "");
    assert.equal(lines.filter((one) => one.startsWith(`# TYPE chat_${family} `)).length, 1, family);
    assert.equal(lines.filter((one) => one.startsWith(`# HELP chat_${family} `)).length, 1, family);
  }
  assert.ok(
    series.includes('chat_http_requests_total{method="GET",route="/api/v1/users",status="200"} 2'),
    text,
  );
  assert.ok(
    series.some((line) =>
      line.startsWith('chat_http_requests_total{method="GET",route="other",status="404"}')
    ),
  );
  assert.equal(text.includes("/none/of/ours"), false, "paths that people invent make no series");
});

Deno.test("GET /metrics in release answers only the bearer of CHAT_METRICS_TOKEN, else 404", async () => {
  await using http = await AppHarness.open({ mode: "release", metricsToken: METRICS_TOKEN });
  assert.equal((await http.fetch("GET", "/metrics", { token: METRICS_TOKEN })).status, 200);
  for (
    const headers of [{}, { authorization: METRICS_TOKEN }, { authorization: "Bearer " }, {
      authorization: `Bearer ${METRICS_TOKEN}x`,
    }]
  ) {
    assert.equal((await readAnswer(await http.fetch("GET", "/metrics", { headers }))).status, 404);
  }
  await using without = await AppHarness.open({ mode: "release" });
  for (const token of [undefined, "", "null"]) {
    assert.equal((await readAnswer(await without.fetch("GET", "/metrics", { token }))).status, 404);
  }
});
