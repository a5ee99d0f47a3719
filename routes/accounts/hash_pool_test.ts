import assert from "node:assert/strict";
import bcrypt from "bcryptjs";
import { ChatError } from "../../realtime/errors.ts";
import { FakeClock } from "../../tests/support/fake_clock.ts";
import { blankDigest, digestCost } from "./digest.ts";
import { createHashPool } from "./hash_pool.ts";

const CHEAP = { cost: 4, workers: 1, queue: 10 };

Deno.test("HashPool makes digests that it then accepts, of its cost", async () => {
  await using pool = createHashPool(CHEAP);
  const digest = await pool.hash("correct horse");
  assert.equal(digestCost(digest), 4);
  assert.equal(await pool.verify("correct horse", digest), true);
  assert.equal(await pool.verify("correct horse ", digest), false);
});

Deno.test("HashPool.verify() knows $2a$, $2b$ and $2y$ alike", async () => {
  await using pool = createHashPool(CHEAP);
  const digest = bcrypt.hashSync("secret12", 4);
  for (const prefix of ["$2a$", "$2b$", "$2y$"]) {
    assert.equal(await pool.verify("secret12", prefix + digest.slice(4)), true, prefix);
  }
});

Deno.test("HashPool.verify() accepts a digest that a go-chat database holds", async () => {
  await using pool = createHashPool(CHEAP);
  const digest = "$2a$12$6/NJ1GBfc6NhKx7ppXznseEK8mt.uJMC8Cj1p56CKH7gu.88.Y5fi";
  assert.equal(await pool.verify("secret12", digest), true);
});

Deno.test("HashPool.verify() finds malformed digests to be of nothing", async () => {
  await using pool = createHashPool(CHEAP);
  for (const digest of ["", "secret12", "$2b$04$short", `$1$04$${"a".repeat(53)}`]) {
    assert.equal(await pool.verify("secret12", digest), false, digest);
  }
});

Deno.test("HashPool refuses what its queue cannot hold, and does the rest", async () => {
  await using pool = createHashPool({ cost: 4, workers: 1, queue: 2 });
  const results = await Promise.allSettled(Array.from({ length: 6 }, () => pool.hash("x")));
  const refused = results.filter((result) => result.status === "rejected");
  assert.equal(refused.length, 3, "one at work and two waiting");
  for (const { reason } of refused) assert.equal(reason.code, "overloaded");
  assert.equal(pool.figures().get("hash_refused_total"), 3);
  assert.equal(pool.figures().get("hash_jobs_total"), 3);
});

Deno.test("HashPool tells each who is refused when there will be a place, and no two the same", async () => {
  await using pool = createHashPool({ cost: 12, workers: 2, queue: 1, clock: new FakeClock() });
  // Two at work, one waits, which nobody will see the end of.
  for (let job = 0; job < 3; job++) pool.hash("x").catch(() => {});
  const waits: number[] = [];
  for (let job = 0; job < 600; job++) waits.push(await retryAfterOf(pool.hash("x")));
  assert.deepEqual(waits.slice(0, 3), [120, 240, 360], "240 ms a job, two workers");
  assert.equal(waits[499], 60_000);
  assert.equal(waits[599], 60_000, "nobody waits longer");
});

Deno.test("HashPool learns what a job takes", async () => {
  const clock = new FakeClock();
  await using pool = createHashPool({ cost: 4, workers: 1, queue: 1, clock });
  const refusal = async (): Promise<number> => {
    const jobs = [pool.hash("x"), pool.hash("x")];
    const wait = await retryAfterOf(pool.hash("x"));
    await Promise.all(jobs);
    return wait;
  };
  const before = await refusal();
  for (let job = 0; job < 30; job++) {
    const digest = pool.hash("x");
    await clock.advance(5_000);
    await digest;
  }
  await clock.advance(60_000);
  const after = await refusal();
  assert.ok(before < 5 && after > 4_900 && after <= 5_000, `${before} and ${after}`);
});

Deno.test("HashPool whose workers share the core of the event loop waits while the loop does not turn", async () => {
  // 1 024 rounds with 21 waits of 20 ms; nobody moves this clock, so no beat shortens one.
  await using pool = createHashPool({ ...CHEAP, cost: 10, sharesCore: true, clock: new FakeClock() });
  const begun = performance.now();
  const digest = await pool.hash("secret12");
  assert.ok(performance.now() - begun >= 400, "a wait cannot be shorter");
  assert.equal(digestCost(digest), 10);
  assert.ok(bcrypt.compareSync("secret12", digest));
});

Deno.test("HashPool whose workers share the core works on while the loop turns", async () => {
  await using pool = createHashPool({ ...CHEAP, cost: 10, sharesCore: true });
  const digest = await pool.hash("secret12");
  assert.equal(await pool.verify("secret12", digest), true);
  assert.equal(await pool.verify("secret13", digest), false);
});

async function retryAfterOf(job: Promise<string>): Promise<number> {
  const error = await job.then(() => null, (error: unknown) => error);
  assert.ok(error instanceof ChatError, "refused");
  return error.details.retryAfterMs ?? NaN;
}

Deno.test("HashPool ends what waits when it is disposed", async () => {
  const pool = createHashPool({ cost: 12, workers: 1, queue: 5 });
  const jobs = [pool.hash("a"), pool.hash("b")];
  await pool[Symbol.asyncDispose]();
  for (const result of await Promise.allSettled(jobs)) assert.equal(result.status, "rejected");
  await assert.rejects(pool.hash("c"), { code: "overloaded" });
});

Deno.test("HashPool replaces a worker that does not answer, and tells its asker", async () => {
  const due: (() => void)[] = [];
  const clock = {
    now: () => 0,
    after(_ms: number, run: () => void): { cancel(): void } {
      due.push(run);
      return { cancel: () => {} };
    },
  };
  await using pool = createHashPool({ cost: 14, workers: 1, queue: 5, clock });
  const stuck = pool.hash("stuck");
  const next = pool.verify("secret12", bcrypt.hashSync("secret12", 4));
  due[0]?.();
  await assert.rejects(stuck, { code: "overloaded" });
  assert.equal(await next, true);
  assert.equal(pool.figures().get("hash_worker_deaths_total"), 1);
  assert.equal(pool.figures().get("hash_workers"), 1);
});

Deno.test("blankDigest() costs what others cost and is of no password", async () => {
  await using pool = createHashPool(CHEAP);
  assert.equal(digestCost(blankDigest(4)), 4);
  assert.equal(digestCost(blankDigest(12)), 12);
  assert.equal(await pool.verify("", blankDigest(4)), false);
});

Deno.test("digestCost() knows no digest that would hold a worker for minutes", () => {
  assert.equal(digestCost(blankDigest(16)), 16);
  assert.equal(digestCost(blankDigest(17)), null);
  assert.equal(digestCost(blankDigest(3)), null);
  assert.equal(digestCost(""), null);
});
