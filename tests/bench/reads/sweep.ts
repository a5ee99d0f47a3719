/**
 * Old messages are removed while two people chat: how fast, and how long the two wait.
 *
 * @module
 */
import { DatabaseSync } from "node:sqlite";
import type { RunningServer } from "../../support/server.ts";
import { AskingSocket, summary } from "./asking.ts";

/** The first sweep comes a minute after the start; then it is watched for this long. */
const QUIET_MS = 50_000;
const SWEEP_MS = 65_000;
/** Between two messages. */
const PACE_MS = 10;
/** Nobody else is one of them. */
const [WRITER, READER] = [4_000_001, 4_000_002];

/** Starts a server that removes what is older than `days`; answers with lines for people. */
export async function sweepBeside(
  dataDir: string,
  days: number,
  start: (
    dataDir: string,
    env: Readonly<Record<string, string>>,
  ) => Promise<{ readonly server: RunningServer }>,
): Promise<string> {
  const before = oldest(dataDir);
  const { server } = await start(dataDir, { CHAT_RETENTION_DAYS: String(days) });
  await using _ending = server;
  await using writer = await AskingSocket.open(server.url, WRITER);
  await using _reader = await AskingSocket.open(server.url, READER);
  const quiet = await chat(writer, QUIET_MS);
  // What began in between is neither.
  await chat(writer, SWEEP_MS - QUIET_MS);
  const busy = await chat(writer, SWEEP_MS);
  await server.stop();
  const removed = oldest(dataDir).removed - before.removed;
  return [
    `removed beside a chat: ${removed} messages`,
    told("before it", quiet),
    told("while it goes on", busy),
  ].join("\n");
}

function oldest(dataDir: string): { readonly removed: number } {
  using database = new DatabaseSync(`${dataDir}/chat.db`);
  const { removed } = database.prepare("select sum(first_seq - 1) as removed from conversation").get() ?? {};
  return { removed: Number(removed) };
}

/** Writes for a while, and answers how long each acknowledgement took, in ms. */
async function chat(writer: AskingSocket, ms: number): Promise<readonly number[]> {
  const times: number[] = [];
  for (const end = performance.now() + ms; performance.now() < end;) {
    const begun = performance.now();
    await writer.acknowledged(READER, "still here");
    times.push(performance.now() - begun);
    await new Promise((resolve) => setTimeout(resolve, PACE_MS));
  }
  return times;
}

function told(when: string, times: readonly number[]): string {
  const { count, p50, p99, most } = summary(times);
  const shown = [p50, p99, most].map((value) => value.toFixed(1)).join(" / ");
  return `${when}: ${count} messages acknowledged after ${shown} ms (p50 / p99 / most)`;
}
