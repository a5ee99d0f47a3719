/**
 * What a program says of its backends at /readyz, and how long that takes it.
 *
 * @module
 */
import assert from "node:assert/strict";
import { z } from "zod";
import type { RunningServer } from "./server.ts";
import { statusOf } from "./status.ts";

const Failure = z.object({ error: z.literal("unavailable"), message: z.string() });

/** The 2 s of the contract, and what a machine takes to carry an answer, in ms. */
const TOLD_MS = 2_500;
/** What keeps this process from hearing an answer does not do so each time; the program's own bound does. */
const TRIES = 4;

/** Whether every backend answers, as the program sees it. */
export async function isReady(server: RunningServer): Promise<boolean> {
  return await statusOf(new URL("/readyz", server.url)) === 200;
}

/** What /readyz names while a backend is away. Fails when it is not told within 2 s, or when /healthz minds. */
export async function namedAway(server: RunningServer): Promise<string> {
  const took: number[] = [];
  while (took.length < TRIES) {
    const begun = performance.now();
    const answer = await fetch(new URL("/readyz", server.url));
    const text = await answer.text();
    took.push(Math.round(performance.now() - begun));
    assert.equal(answer.status, 503, text);
    assert.equal(await statusOf(new URL("/healthz", server.url)), 200);
    if (took.some((ms) => ms < TOLD_MS)) return Failure.parse(JSON.parse(text)).message;
  }
  throw new Error(`/readyz took ${took.join(", ")} ms`);
}
