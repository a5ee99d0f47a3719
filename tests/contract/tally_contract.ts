/**
 * The contract of counting tries.
 *
 * @module
 */
import { strict as assert } from "node:assert";
import type { Quota, Tally } from "../../db/tally.ts";

/** A backend, empty, for one test. */
export interface TallyBackend extends AsyncDisposable {
  readonly tally: Tally;
  /** Has so many ms pass for everything that was counted. */
  letPass(ms: number): Promise<void>;
}

const PAIR: Quota = { kind: "pair", key: "192.0.2.1 ann 机", limit: 3, windowMs: 900_000 };
const WIDE: Quota = { kind: "account", key: "ann", limit: 5, windowMs: 900_000, trickleMs: 10_000 };

/** Whether `wait` is `ms`, but for the time that the test itself took. */
function isAbout(wait: number, ms: number): void {
  assert.ok(wait > ms - 5_000 && wait <= ms, `${wait} ms instead of ${ms}`);
}

/** Runs the suite against a backend. */
export function testTally(name: string, open: () => Promise<TallyBackend>): void {
  const test = (what: string, run: (backend: TallyBackend) => Promise<void>): void =>
    Deno.test(`${name}: ${what}`, async () => {
      await using backend = await open();
      await run(backend);
    });
  testLimits(test);
  testWindows(test);
}

type Test = (what: string, run: (backend: TallyBackend) => Promise<void>) => void;

function testLimits(test: Test): void {
  test("Tally.take() lets as many through as the quota has, also all at once", async ({ tally }) => {
    const waits = await Promise.all(Array.from({ length: 20 }, () => tally.take([PAIR])));
    assert.equal(waits.filter((wait) => wait === 0).length, 3);
    isAbout(Math.max(...waits), 900_000);
    assert.equal(await tally.take([{ ...PAIR, key: "another" }]), 0);
    assert.equal(await tally.take([{ ...PAIR, kind: "another" }]), 0);
  });

  test("Tally.take() counts in all quotas or in none", async ({ tally }) => {
    for (let tries = 0; tries < 3; tries++) await tally.take([PAIR]);
    for (let tries = 0; tries < 50; tries++) assert.notEqual(await tally.take([WIDE, PAIR]), 0);
    for (let tries = 0; tries < 5; tries++) assert.equal(await tally.take([{ ...WIDE }]), 0);
  });

  test("Tally.take() lets one through in a while where a quota that trickles is used up", async (backend) => {
    const { tally } = backend;
    for (let tries = 0; tries < 5; tries++) await tally.take([WIDE]);
    assert.equal(await tally.take([WIDE, { ...PAIR, key: "1" }]), 0);
    isAbout(await tally.take([WIDE, { ...PAIR, key: "2" }]), 10_000);
    await backend.letPass(10_000);
    assert.equal(await tally.take([WIDE, { ...PAIR, key: "2" }]), 0);
    assert.notEqual(await tally.take([WIDE]), 0);
  });

  test("Tally.giveBack() takes one back, Tally.reset() all", async ({ tally }) => {
    for (let tries = 0; tries < 3; tries++) await tally.take([PAIR]);
    await tally.giveBack([PAIR]);
    assert.equal(await tally.take([PAIR]), 0);
    assert.notEqual(await tally.take([PAIR]), 0);
    await tally.reset([PAIR]);
    for (let tries = 0; tries < 3; tries++) assert.equal(await tally.take([PAIR]), 0);
    assert.notEqual(await tally.take([PAIR]), 0);
    await tally.giveBack([{ ...PAIR, key: "never tried" }]);
    for (let tries = 0; tries < 3; tries++) {
      assert.equal(await tally.take([{ ...PAIR, key: "never tried" }]), 0);
    }
    assert.notEqual(await tally.take([{ ...PAIR, key: "never tried" }]), 0);
  });
}

function testWindows(test: Test): void {
  test("a window begins with its first try and is not put off by others", async (backend) => {
    const { tally } = backend;
    await tally.take([PAIR]);
    await backend.letPass(600_000);
    for (let tries = 0; tries < 2; tries++) await tally.take([PAIR]);
    isAbout(await tally.take([PAIR]), 300_000);
    await backend.letPass(300_000);
    assert.equal(await tally.take([PAIR]), 0);
  });
}
