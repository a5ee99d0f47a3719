/**
 * A token bucket: how often something may happen.
 *
 * @module
 */
import type { Rate } from "./limits.ts";

/** Tokens that come back with time. A rate of 0 never refuses. */
export class TokenBucket {
  readonly #rate: Rate;
  #tokens: number;
  #filledAt: number;

  constructor(rate: Rate, now: number) {
    this.#rate = rate;
    this.#tokens = rate.burst;
    this.#filledAt = now;
  }

  /** Takes a token; answers 0, or the ms until there will be one. */
  take(now: number): number {
    if (this.#rate.rate === 0) return 0;
    this.#refill(now);
    if (this.#tokens >= 1) {
      this.#tokens -= 1;
      return 0;
    }
    return Math.ceil((1 - this.#tokens) / this.#rate.rate * 1_000);
  }

  /** Takes tokens for what happened elsewhere, as far as one burst below none. */
  spend(count: number, now: number): void {
    this.#refill(now);
    const { burst } = this.#rate;
    this.#tokens = Math.max(-burst, this.#tokens - count);
  }

  /** Whether it is full again, so that forgetting it changes nothing. */
  isFull(now: number): boolean {
    const refill = Math.max(0, now - this.#filledAt) / 1_000 * this.#rate.rate;
    return this.#tokens + refill >= this.#rate.burst;
  }

  #refill(now: number): void {
    const refill = Math.max(0, now - this.#filledAt) / 1_000 * this.#rate.rate;
    this.#tokens = Math.min(this.#rate.burst, this.#tokens + refill);
    this.#filledAt = now;
  }
}

/** One bucket a key, forgotten once full: what is kept is bounded by what happens within a refill. */
export class RateLimiter<K> {
  readonly #rate: Rate;
  readonly #buckets = new Map<K, TokenBucket>();
  #sweepAt = 1_024;

  constructor(rate: Rate) {
    this.#rate = rate;
  }

  /** Takes a token of `key`; answers 0, or the ms until there will be one. */
  take(key: K, now: number): number {
    return this.#rate.rate === 0 ? 0 : this.#bucket(key, now).take(now);
  }

  /** Takes tokens of `key` for what happened elsewhere. */
  spend(key: K, count: number, now: number): void {
    if (this.#rate.rate > 0) this.#bucket(key, now).spend(count, now);
  }

  /** How many keys are remembered. */
  get size(): number {
    return this.#buckets.size;
  }

  #bucket(key: K, now: number): TokenBucket {
    const known = this.#buckets.get(key);
    if (known !== undefined) return known;
    if (this.#buckets.size >= this.#sweepAt) this.#sweep(now);
    const bucket = new TokenBucket(this.#rate, now);
    this.#buckets.set(key, bucket);
    return bucket;
  }

  #sweep(now: number): void {
    for (const [key, bucket] of this.#buckets) if (bucket.isFull(now)) this.#buckets.delete(key);
    // Doubling keeps the sweeps rare while many are busy.
    this.#sweepAt = Math.max(1_024, this.#buckets.size * 2);
  }
}
