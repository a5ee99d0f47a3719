import assert from "node:assert/strict";
import { FakeClock } from "../tests/support/fake_clock.ts";
import { FiguresHistory, type Sample, SAMPLE_MS } from "./figures_history.ts";

/** A history whose figures a test sets. */
function kept(): { clock: FakeClock; figures: Map<string, number>; history: FiguresHistory } {
  const clock = new FakeClock();
  const figures = new Map<string, number>();
  return {
    clock,
    figures,
    history: new FiguresHistory({ clock, read: () => Promise.resolve(new Map(figures)) }),
  };
}

/** Read anew each time, which the compiler would not believe of a property. */
function newestOf(history: FiguresHistory): Sample | null {
  return history.newest;
}

Deno.test("FiguresHistory tells what grew as so many a minute, and what it does not know as null", async () => {
  const { clock, figures, history } = kept();
  using _history = history;
  figures.set("users_online", 3).set('committed_total{what="message"}', 10);
  assert.ok(newestOf(history) === null);
  await clock.advance(SAMPLE_MS);
  assert.equal(newestOf(history)?.online, 3);
  assert.equal(newestOf(history)?.messages_per_minute, null);
  figures.set('committed_total{what="message"}', 15);
  figures.set('errors_total{where="http",error="internal"}', 1);
  figures.set('errors_total{where="socket",error="internal"}', 1);
  await clock.advance(SAMPLE_MS);
  assert.equal(newestOf(history)?.messages_per_minute, 30);
  assert.equal(newestOf(history)?.errors_per_minute, 12);
  assert.equal(newestOf(history)?.disk_free_bytes, null);
});

Deno.test("FiguresHistory tells the bound under which 99 of 100 commits since the sample before stayed", async () => {
  const { clock, figures, history } = kept();
  using _history = history;
  const commits = (quick: number, all: number): void => {
    figures.set('commit_duration_seconds_bucket{le="0.001"}', quick);
    figures.set('commit_duration_seconds_bucket{le="0.5"}', all);
    figures.set('commit_duration_seconds_bucket{le="+Inf"}', all);
    figures.set("commit_duration_seconds_count", all);
  };
  commits(50, 100);
  await clock.advance(SAMPLE_MS);
  assert.equal(newestOf(history)?.commit_p99_ms, 500);
  commits(150, 200);
  await clock.advance(SAMPLE_MS);
  assert.equal(newestOf(history)?.commit_p99_ms, 1);
  await clock.advance(SAMPLE_MS);
  assert.equal(newestOf(history)?.commit_p99_ms, null);
});

Deno.test("FiguresHistory keeps six hours, thinned to the highest of what a point stands for", async () => {
  const { clock, figures, history } = kept();
  using _history = history;
  for (let at = 0; at < 2_200; at++) {
    figures.set("connections", at);
    await clock.advance(SAMPLE_MS);
  }
  const { times, series } = history.last(360, 180);
  assert.equal(times.length, 180);
  assert.equal(times.at(-1), clock.now());
  assert.equal(series.connections.at(-1), 2_199);
  assert.equal(series.connections[0], 2_200 - 2_160 + 11);
  assert.equal(history.last(1, 180).times.length, 7);
});
