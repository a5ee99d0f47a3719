/**
 * What the figures were during the last hours, kept in memory: a fixed number of numbers, whatever happens.
 *
 * @module
 */
import type { Clock, Timer } from "../db/clock.ts";
import type { Figures } from "./metrics.ts";

/** Between two samples, in ms. */
export const SAMPLE_MS = 10_000;
/** Samples that are kept: six hours. */
const SAMPLES = 2_160;
const MINUTE_MS = 60_000;

/** What is kept of each moment. */
export const SERIES = [
  "online",
  "connections",
  "messages_per_minute",
  "commit_p99_ms",
  "loop_delay_p99_ms",
  "memory_bytes",
  "store_bytes",
  "disk_free_bytes",
  "errors_per_minute",
] as const;
/** The name of one of them. */
export type SeriesName = typeof SERIES[number];

/** One moment; null: not known. */
export type Sample = Readonly<Record<SeriesName, number | null>>;

/** Points of time with the values of each series. */
export interface Stretch {
  /** Milliseconds since 1970, rising. */
  readonly times: readonly number[];
  readonly series: Readonly<Record<SeriesName, readonly (number | null)[]>>;
}

/** What a history is made from. */
export interface HistoryOptions {
  readonly clock: Clock;
  /** The figures of the whole process. */
  readonly read: () => Promise<Figures>;
}

/** Samples the figures until it is disposed. */
export class FiguresHistory implements Disposable {
  readonly #options: HistoryOptions;
  readonly #times = new Float64Array(SAMPLES);
  readonly #values = new Map(SERIES.map((name) => [name, new Float64Array(SAMPLES)] as const));
  #taken = 0;
  #before: { readonly at: number; readonly figures: Figures } | null = null;
  #timer: Timer;
  #isOver = false;

  constructor(options: HistoryOptions) {
    this.#options = options;
    this.#timer = this.#next();
  }

  /** The newest sample; null before the first. */
  get newest(): Sample | null {
    if (this.#taken === 0) return null;
    const at = (this.#taken - 1) % SAMPLES;
    return record((name) => known(this.#values.get(name)?.[at]));
  }

  /** The last `minutes`, in at most `points` points; a point that stands for several samples has the highest of them. */
  last(minutes: number, points: number): Stretch {
    const since = this.#options.clock.now() - minutes * MINUTE_MS;
    const kept = Math.min(this.#taken, SAMPLES);
    const all = Array.from({ length: kept }, (_, at) => (this.#taken - kept + at) % SAMPLES)
      .filter((at) => (this.#times[at] ?? 0) >= since);
    const each = Math.max(1, Math.ceil(all.length / points));
    const groups: number[][] = [];
    for (let from = 0; from < all.length; from += each) groups.push(all.slice(from, from + each));
    return {
      times: groups.map((group) => this.#times[group.at(-1) ?? 0] ?? 0),
      series: record((name) => {
        const values = this.#values.get(name);
        return groups.map((group) => highest(group.map((at) => known(values?.[at]))));
      }),
    };
  }

  [Symbol.dispose](): void {
    this.#isOver = true;
    this.#timer.cancel();
  }

  #next(): Timer {
    return this.#options.clock.after(SAMPLE_MS, () => {
      // Where another isolate could not be asked, this moment has no sample.
      this.#sample().catch(() => {}).finally(() => {
        if (!this.#isOver) this.#timer = this.#next();
      });
    });
  }

  async #sample(): Promise<void> {
    const figures = await this.#options.read();
    const now = this.#options.clock.now();
    const sample = sampleOf(figures, this.#before, now);
    const at = this.#taken % SAMPLES;
    this.#times[at] = now;
    for (const name of SERIES) {
      const values = this.#values.get(name);
      if (values !== undefined) values[at] = sample[name] ?? Number.NaN;
    }
    this.#taken++;
    this.#before = { at: now, figures };
  }
}

function sampleOf(
  now: Figures,
  before: { readonly at: number; readonly figures: Figures } | null,
  at: number,
): Sample {
  const ms = (name: string): number | null => known((now.get(name) ?? Number.NaN) * 1_000);
  const each = (begins: string): number | null => {
    if (before === null || at <= before.at) return null;
    const grown = Math.max(0, sumOf(now, begins) - sumOf(before.figures, begins));
    return grown * MINUTE_MS / (at - before.at);
  };
  return {
    online: known(now.get("users_online")),
    connections: known(now.get("connections")),
    messages_per_minute: each('committed_total{what="message"}'),
    commit_p99_ms: slowestCommit(now, before?.figures ?? new Map()),
    loop_delay_p99_ms: ms('event_loop_delay_seconds{quantile="0.99"}'),
    memory_bytes: known(now.get("memory_rss_bytes")),
    store_bytes: known(now.get("store_bytes")),
    disk_free_bytes: known(now.get("disk_free_bytes")),
    errors_per_minute: each("errors_total{"),
  };
}

/** The bound under which 99 of 100 commits of this stretch stayed; null: there was none. */
function slowestCommit(now: Figures, before: Figures): number | null {
  const counted = "commit_duration_seconds_count";
  const commits = (now.get(counted) ?? 0) - (before.get(counted) ?? 0);
  if (commits <= 0) return null;
  for (const [name, count] of now) {
    const bound = /^commit_duration_seconds_bucket\{le="([^"]+)"\}$/.exec(name)?.[1];
    if (bound === undefined || count - (before.get(name) ?? 0) < commits * 0.99) continue;
    return bound === "+Inf" ? (now.get("commit_longest_seconds") ?? 0) * 1_000 : Number(bound) * 1_000;
  }
  return null;
}

function sumOf(figures: Figures, begins: string): number {
  let sum = 0;
  for (const [name, value] of figures) if (name.startsWith(begins)) sum += value;
  return sum;
}

function known(value: number | undefined): number | null {
  return value === undefined || !Number.isFinite(value) ? null : value;
}

function highest(values: readonly (number | null)[]): number | null {
  return values.reduce((most, value) => value === null ? most : Math.max(most ?? value, value), null);
}

function record<T>(of: (name: SeriesName) => T): Record<SeriesName, T> {
  return {
    online: of("online"),
    connections: of("connections"),
    messages_per_minute: of("messages_per_minute"),
    commit_p99_ms: of("commit_p99_ms"),
    loop_delay_p99_ms: of("loop_delay_p99_ms"),
    memory_bytes: of("memory_bytes"),
    store_bytes: of("store_bytes"),
    disk_free_bytes: of("disk_free_bytes"),
    errors_per_minute: of("errors_per_minute"),
  };
}
