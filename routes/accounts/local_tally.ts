/**
 * Tries, counted in this process over the injected clock, with a bound on what is remembered.
 *
 * @module
 */
import type { Clock } from "../../db/clock.ts";
import type { Quota, Tally } from "../../db/tally.ts";

/** Keys remembered by one counter; past this the oldest goes. */
const MAX_KEYS = 100_000;

/** Counts within windows of one length. */
export class Counter {
  readonly #clock: Clock;
  readonly #windowMs: number;
  readonly #maxKeys: number;
  /** In the order in which windows began, which is the order in which they end. */
  readonly #windows = new Map<string, { count: number; readonly endsAt: number }>();

  constructor(clock: Clock, windowMs: number, maxKeys: number = MAX_KEYS) {
    this.#clock = clock;
    this.#windowMs = windowMs;
    this.#maxKeys = maxKeys;
  }

  /** How many keys are remembered. */
  get size(): number {
    return this.#windows.size;
  }

  /** Milliseconds until `key` may go on, 0 when it has fewer than `limit`. */
  wait(key: string, limit: number): number {
    const window = this.#live(key);
    return window === undefined || window.count < limit ? 0 : window.endsAt - this.#clock.now();
  }

  /** Counts one more. */
  hit(key: string): void {
    const window = this.#live(key);
    if (window !== undefined) {
      window.count++;
      return;
    }
    this.#windows.set(key, { count: 1, endsAt: this.#clock.now() + this.#windowMs });
    this.#trim();
  }

  /** Takes one back. */
  undo(key: string): void {
    const window = this.#live(key);
    if (window !== undefined && --window.count <= 0) this.#windows.delete(key);
  }

  /** Forgets `key`. */
  clear(key: string): void {
    this.#windows.delete(key);
  }

  #live(key: string): { count: number; readonly endsAt: number } | undefined {
    const window = this.#windows.get(key);
    if (window === undefined || this.#clock.now() < window.endsAt) return window;
    this.#windows.delete(key);
    return undefined;
  }

  #trim(): void {
    const now = this.#clock.now();
    for (const [key, window] of this.#windows) {
      if (this.#windows.size <= this.#maxKeys && now < window.endsAt) return;
      this.#windows.delete(key);
    }
  }
}

/** The tries of this process. */
export class LocalTally implements Tally {
  readonly #clock: Clock;
  /** By kind of quota, so that a crowd of one kind pushes out none of another. */
  readonly #counters = new Map<string, Counter>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  take(quotas: readonly Quota[]): Promise<number> {
    const crowded = quotas.filter((quota) => this.#counter(quota).wait(quota.key, quota.limit) > 0);
    const waits = crowded.map((quota) => {
      const trickle = this.#trickle(quota);
      return trickle === null
        ? this.#counter(quota).wait(quota.key, quota.limit)
        : trickle.wait(quota.key, 1);
    });
    const wait = Math.max(0, ...waits);
    if (wait > 0) return Promise.resolve(wait);
    for (const quota of crowded) this.#trickle(quota)?.hit(quota.key);
    for (const quota of quotas) this.#counter(quota).hit(quota.key);
    return Promise.resolve(0);
  }

  giveBack(quotas: readonly Quota[]): Promise<void> {
    for (const quota of quotas) this.#counter(quota).undo(quota.key);
    return Promise.resolve();
  }

  reset(quotas: readonly Quota[]): Promise<void> {
    for (const quota of quotas) this.#counter(quota).clear(quota.key);
    return Promise.resolve();
  }

  #counter({ kind, windowMs }: Quota): Counter {
    return this.#counterOf(kind, windowMs);
  }

  #trickle({ kind, trickleMs }: Quota): Counter | null {
    return trickleMs === undefined ? null : this.#counterOf(`${kind} trickle`, trickleMs);
  }

  #counterOf(name: string, windowMs: number): Counter {
    let counter = this.#counters.get(name);
    if (counter === undefined) this.#counters.set(name, counter = new Counter(this.#clock, windowMs));
    return counter;
  }
}
