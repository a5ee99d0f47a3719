/**
 * How long an event takes from one instance to another by Redis: `deno run -P=test tests/backends/redis/bus_bench.ts`.
 *
 * @module
 */
import process from "node:process";
import { RedisServer } from "../../support/redis.ts";
import { say } from "../../support/say.ts";
import { openInstance } from "./opened.ts";

const SECONDS = 10;
const RATES: readonly number[] = [200, 2_000, 10_000];
/** As long as a message of 100 characters is. */
const FILL = "x".repeat(400);

function at(sorted: readonly number[], part: number): string {
  return (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? NaN).toFixed(2);
}

async function measure(rate: number): Promise<void> {
  await using server = await RedisServer.start();
  const redis = { place: server.place, prefix: "bench" };
  await using one = await openInstance(redis);
  await using other = await openInstance(redis);
  const times: number[] = [];
  const topics = Array.from({ length: 200 }, (_, nth) => `user:${nth}`);
  for (const topic of topics) {
    await other.bus.subscribe(
      topic,
      ({ text }) => times.push(performance.now() - Number(text.split(" ", 1))),
    );
  }
  const begun = performance.now();
  const cpu = process.cpuUsage();
  let sent = 0;
  let slowest = 0;
  while (performance.now() - begun < SECONDS * 1_000) {
    const due = Math.floor((performance.now() - begun) * rate / 1_000);
    for (; sent < due; sent++) {
      const now = performance.now();
      one.bus.publish(topics[sent % topics.length] ?? "", { text: `${now} ${FILL}` });
      slowest = Math.max(slowest, performance.now() - now);
    }
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  const { user, system } = process.cpuUsage(cpu);
  await new Promise((resolve) => setTimeout(resolve, 500));
  const sorted = times.toSorted((a, b) => a - b);
  const cores = ((user + system) / 1e6 / SECONDS).toFixed(2);
  say(
    `${rate}/s: ${times.length} of ${sent} arrived, p50 ${at(sorted, 0.5)} ms, p99 ${at(sorted, 0.99)} ms, ` +
      `p99.9 ${at(sorted, 0.999)} ms; slowest publish ${
        slowest.toFixed(2)
      } ms; both instances ${cores} cores`,
  );
}

for (const rate of RATES) await measure(rate);
