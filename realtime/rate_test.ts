import assert from "node:assert/strict";
import { RateLimiter, TokenBucket } from "./rate.ts";

Deno.test("TokenBucket.take() allows the burst, then tells how long to wait", () => {
  const bucket = new TokenBucket({ rate: 20, burst: 3 }, 0);
  assert.deepEqual([bucket.take(0), bucket.take(0), bucket.take(0), bucket.take(0)], [0, 0, 0, 50]);
  assert.equal(bucket.take(50), 0);
  assert.equal(bucket.take(50), 50);
});

Deno.test("TokenBucket.take() never fills beyond the burst", () => {
  const bucket = new TokenBucket({ rate: 20, burst: 2 }, 0);
  bucket.take(0);
  assert.deepEqual([bucket.take(1e6), bucket.take(1e6), bucket.take(1e6) > 0], [0, 0, true]);
});

Deno.test("TokenBucket.take() never refuses when the rate is 0", () => {
  const bucket = new TokenBucket({ rate: 0, burst: 0 }, 0);
  for (let n = 0; n < 1_000; n++) assert.equal(bucket.take(0), 0);
});

Deno.test("TokenBucket.take() survives a clock that goes back", () => {
  const bucket = new TokenBucket({ rate: 1, burst: 1 }, 10_000);
  assert.equal(bucket.take(10_000), 0);
  assert.equal(bucket.take(5_000), 1_000);
});

Deno.test("RateLimiter forgets the keys whose buckets are full again", () => {
  const limiter = new RateLimiter<number>({ rate: 10, burst: 1 });
  for (let key = 0; key < 1_024; key++) limiter.take(key, 0);
  limiter.take(5_000, 60_000);
  assert.equal(limiter.size, 1);
});

Deno.test("RateLimiter.spend() counts what happened elsewhere, one burst below none at most", () => {
  const limiter = new RateLimiter<number>({ rate: 10, burst: 2 });
  limiter.spend(1, 1, 0);
  assert.deepEqual([limiter.take(1, 0), limiter.take(1, 0)], [0, 100]);
  limiter.spend(1, 1_000, 0);
  assert.equal(limiter.take(1, 0), 300, "two below none, and one to have");
  assert.equal(limiter.take(1, 300), 0);
  assert.equal(limiter.take(2, 0), 0, "others are not concerned");
});

Deno.test("RateLimiter.spend() counts nothing where the rate is 0", () => {
  const limiter = new RateLimiter<number>({ rate: 0, burst: 0 });
  limiter.spend(1, 1_000, 0);
  assert.deepEqual([limiter.take(1, 0), limiter.size], [0, 0]);
});
