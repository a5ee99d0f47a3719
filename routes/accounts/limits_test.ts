import assert from "node:assert/strict";
import { StoreUnavailableError } from "../../db/errors.ts";
import type { Quota, Tally } from "../../db/tally.ts";
import { FakeClock } from "../../tests/support/fake_clock.ts";
import { ChatError } from "../../realtime/errors.ts";
import { AccountLimits } from "./limits.ts";
import { LocalTally } from "./local_tally.ts";

const MINUTE = 60_000;

async function waitOf(run: () => Promise<unknown>): Promise<number> {
  try {
    await run();
    return 0;
  } catch (error) {
    assert.ok(error instanceof ChatError && error.code === "rate_limited");
    return error.details.retryAfterMs ?? -1;
  }
}

function limits(login: number, register = 0): { clock: FakeClock; limits: AccountLimits } {
  const clock = new FakeClock();
  return { clock, limits: new AccountLimits(clock, { login, register }) };
}

Deno.test("AccountLimits.admit() refuses an account and address after its failures, for the rest of 15 minutes", async () => {
  const { clock, limits: one } = limits(3);
  const mine = { account: "id 1", address: "192.0.2.1" };
  for (let count = 0; count < 3; count++) await one.admit(mine);
  assert.equal(await waitOf(() => one.admit(mine)), 15 * MINUTE);
  await clock.advance(5 * MINUTE);
  assert.equal(await waitOf(() => one.admit(mine)), 10 * MINUTE);
  assert.equal(
    await waitOf(() => one.admit({ ...mine, address: "192.0.2.2" })),
    0,
    "another address is free",
  );
  assert.equal(await waitOf(() => one.admit({ ...mine, account: "id 2" })), 0, "another account is free");
  await clock.advance(10 * MINUTE);
  assert.equal(await waitOf(() => one.admit(mine)), 0);
});

Deno.test("AccountLimits.admit() counts a try before it is judged, so that a burst is no way round", async () => {
  const { limits: one } = limits(3);
  const admitted = await Promise.all(
    Array.from({ length: 20 }, () => waitOf(() => one.admit({ account: "a", address: "192.0.2.1" }))),
  );
  assert.equal(admitted.filter((wait) => wait === 0).length, 3);
});

Deno.test("Attempt.succeeded() lets the account and address start anew", async () => {
  const { limits: one } = limits(2);
  const mine = { account: "a", address: "192.0.2.1" };
  await one.admit(mine);
  await (await one.admit(mine)).succeeded();
  await one.admit(mine);
  await one.admit(mine);
  assert.ok(await waitOf(() => one.admit(mine)) > 0);
});

Deno.test("Attempt.abandoned() counts for nothing", async () => {
  const { limits: one } = limits(1);
  const mine = { account: "a", address: "192.0.2.1" };
  for (let count = 0; count < 50; count++) await (await one.admit(mine)).abandoned();
  assert.equal(await waitOf(() => one.admit(mine)), 0);
});

Deno.test("AccountLimits.admit() lets one try per 10 s at an account through after ten times as many failures", async () => {
  const { clock, limits: one } = limits(2);
  for (let count = 0; count < 20; count++) await one.admit({ account: "a", address: `192.0.2.${count}` });
  const owner = { account: "a", address: "198.51.100.1" };
  assert.equal(await waitOf(() => one.admit(owner)), 0, "the first of the 10 s");
  assert.equal(await waitOf(() => one.admit({ ...owner, address: "198.51.100.2" })), 10_000);
  await clock.advance(10_000);
  assert.equal(await waitOf(() => one.admit({ ...owner, address: "198.51.100.2" })), 0);
});

Deno.test("AccountLimits.admit() does the same for an address, and takes an IPv6 /64 for one", async () => {
  const { clock, limits: one } = limits(2);
  for (let count = 0; count < 20; count++) {
    await one.admit({ account: `a${count}`, address: `2001:db8:1:2::${count + 1}` });
  }
  assert.equal(await waitOf(() => one.admit({ account: "b", address: "2001:db8:1:2:ffff::1" })), 0);
  assert.equal(await waitOf(() => one.admit({ account: "c", address: "2001:db8:1:2:ffff::2" })), 10_000);
  assert.equal(
    await waitOf(() => one.admit({ account: "c", address: "2001:db8:1:3::1" })),
    0,
    "the next /64 is free",
  );
  await clock.advance(10_000);
  assert.equal(await waitOf(() => one.admit({ account: "c", address: "2001:db8:1:2::7" })), 0);
});

Deno.test("AccountLimits.admitRegistration() counts by address and hour", async () => {
  const { clock, limits: one } = limits(0, 2);
  await one.admitRegistration("192.0.2.1");
  await one.admitRegistration("192.0.2.1");
  assert.equal(await waitOf(() => one.admitRegistration("192.0.2.1")), 60 * MINUTE);
  await one.admitRegistration("192.0.2.2");
  await clock.advance(60 * MINUTE);
  await one.admitRegistration("192.0.2.1");
});

Deno.test("A limit of 0 is off", async () => {
  const { limits: one } = limits(0, 0);
  for (let count = 0; count < 1_000; count++) {
    await (await one.admit({ account: "a", address: "192.0.2.1" })).succeeded();
    await one.admitRegistration("192.0.2.1");
  }
});

/** A tally that is away until it is told to be there. */
class Away implements Tally {
  readonly #tally: Tally;
  isAway = true;

  constructor(tally: Tally) {
    this.#tally = tally;
  }

  async take(quotas: readonly Quota[]): Promise<number> {
    return await this.#there().take(quotas);
  }

  async giveBack(quotas: readonly Quota[]): Promise<void> {
    await this.#there().giveBack(quotas);
  }

  async reset(quotas: readonly Quota[]): Promise<void> {
    await this.#there().reset(quotas);
  }

  #there(): Tally {
    if (!this.isAway) return this.#tally;
    throw new StoreUnavailableError("The tally is away");
  }
}

Deno.test("AccountLimits of two instances share their limits, and each has its own while the backend is away", async () => {
  const clock = new FakeClock();
  const shared = new Away(new LocalTally(clock));
  const [one, other] = [1, 2].map(() => new AccountLimits(clock, { login: 2, register: 2 }, shared));
  assert.ok(one !== undefined && other !== undefined);
  const mine = { account: "a", address: "192.0.2.1" };
  shared.isAway = false;
  for (const instance of [one, other]) {
    await instance.admit(mine);
    await instance.admitRegistration("192.0.2.1");
  }
  assert.equal(await waitOf(() => one.admit(mine)), 15 * MINUTE);
  assert.equal(await waitOf(() => other.admitRegistration("192.0.2.1")), 60 * MINUTE);
  shared.isAway = true;
  await one.admit(mine);
  const attempt = await one.admit(mine);
  assert.equal(await waitOf(() => one.admit(mine)), 15 * MINUTE, "limited without it");
  shared.isAway = false;
  await attempt.succeeded();
  assert.equal(await waitOf(() => one.admit(mine)), 15 * MINUTE, "a try is taken back where it was counted");
});

Deno.test("An attempt whose backend went away ends without an error", async () => {
  const clock = new FakeClock();
  const shared = new Away(new LocalTally(clock));
  shared.isAway = false;
  const one = new AccountLimits(clock, { login: 2, register: 2 }, shared);
  const attempt = await one.admit({ account: "a", address: "192.0.2.1" });
  shared.isAway = true;
  await attempt.succeeded();
  await attempt.abandoned();
});
