/**
 * Whether this instance lives, can work, and what it is doing.
 *
 * @module
 */
import { createHash, timingSafeEqual } from "node:crypto";
import { z } from "zod";
import type { Clock } from "../db/clock.ts";
import type { Checked } from "../db/checked.ts";
import type { Store } from "../db/store.ts";
import { ChatError } from "../realtime/errors.ts";
import type { AppSettings } from "./app_settings.ts";
import { failure } from "./envelope.ts";
import type { Facts } from "./facts.ts";
import { type Figures, prometheusText } from "./metrics.ts";
import type { Routes } from "./route.ts";

/** A backend that accepts and stays silent does not answer, in ms: with what follows the 2 s of the contract (§4). */
const CHECK_DEADLINE_MS = 1_950;
/** Where the process was kept busy, a backend's own bound is over at the same time; it is heard first, in ms. */
const LAST_WORD_MS = 50;

/** What telling takes. */
export interface HealthDeps {
  readonly store: Pick<Store, "check">;
  readonly clock: Clock;
  readonly settings: Pick<AppSettings, "mode" | "metricsToken">;
  readonly version: string;
  /** What all isolates of the process count, by Prometheus name without prefix. */
  readonly everywhere: () => Promise<Figures>;
  readonly notReady: () => string | null;
}

/** Mounts /healthz, /readyz and /metrics. */
export function mountHealth(routes: Routes, deps: HealthDeps): void {
  const { store, clock, version, notReady } = deps;
  const common = { method: "GET", tag: "health", access: "anyone", input: z.object({}) } as const;
  const startedAt = clock.now();
  const uptime = (): number => (clock.now() - startedAt) / 1_000;
  routes.call({
    ...common,
    path: "/healthz",
    summary: "Whether the process lives; asks no backend",
    data: z.object({ version: z.string(), uptime_seconds: z.number() }),
    done: { en: "Alive", zh: "运行中" },
    errors: [],
  }, () => Promise.resolve({ version, uptime_seconds: uptime() }));
  routes.call({
    ...common,
    path: "/readyz",
    summary: "Whether each backend answers, and in how many ms; names the one that does not, within 2 s",
    data: z.object({ backends: z.array(z.object({ name: z.string(), ms: z.number() })) }),
    done: { en: "Ready", zh: "就绪" },
    errors: ["unavailable"],
  }, async () => {
    const found = notReady() ?? await askBackends(store, clock);
    if (typeof found === "string") throw new ChatError("unavailable", { text: { en: found, zh: found } });
    return { backends: [...found] };
  });
  mountMetrics(routes, deps, uptime);
}

function mountMetrics(routes: Routes, deps: HealthDeps, uptime: () => number): void {
  const summary = "Figures for Prometheus; in release only with CHAT_METRICS_TOKEN as Bearer";
  const spec = {
    path: "/metrics",
    tag: "health",
    summary,
    type: "text/plain",
    errors: ["not_found"],
  } as const;
  routes.raw(spec, async (facts) => {
    if (!mayRead(facts, deps.settings)) return failure(new ChatError("not_found"), facts.language);
    const all = new Map([["uptime_seconds", uptime()] as const, ...await deps.everywhere()]);
    return new Response(prometheusText(all), {
      headers: { "content-type": "text/plain; version=0.0.4; charset=utf-8", "cache-control": "no-store" },
    });
  });
}

/** Those that answer, or why it is not all of them. */
async function askBackends(store: Pick<Store, "check">, clock: Clock): Promise<readonly Checked[] | string> {
  const late = Promise.withResolvers<string>();
  let deadline = clock.after(CHECK_DEADLINE_MS, () => {
    deadline = clock.after(LAST_WORD_MS, () => late.resolve("The store does not answer within 2 s"));
  });
  const checked = store.check().catch((error: unknown) =>
    error instanceof Error ? error.message : "The store does not answer"
  );
  try {
    return await Promise.race([checked, late.promise]);
  } finally {
    deadline.cancel();
  }
}

function mayRead({ request }: Facts, { mode, metricsToken }: HealthDeps["settings"]): boolean {
  if (mode === "debug") return true;
  if (metricsToken === null) return false;
  const given = request.headers.get("authorization") ?? "";
  return timingSafeEqual(digest(given), digest(`Bearer ${metricsToken}`));
}

/** Of one length whatever the text's. */
function digest(text: string): Uint8Array {
  return createHash("sha256").update(text).digest();
}
