import assert from "node:assert/strict";
import { FakeClock } from "../../tests/support/fake_clock.ts";
import { ChatError } from "../../realtime/errors.ts";
import { AccountLimits, Counter } from "./limits.ts";

const MINUTE = 60_000;

function waitOf(run: () => unknown): number {
  try {
    run();
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
  for (let count = 0; count < 3; count++) one.admit(mine);
  assert.equal(waitOf(() => one.admit(mine)), 15 * MINUTE);
  await clock.advance(5 * MINUTE);
  assert.equal(waitOf(() => one.admit(mine)), 10 * MINUTE);
  assert.equal(waitOf(() => one.admit({ ...mine, address: "192.0.2.2" })), 0, "another address is free");
  assert.equal(waitOf(() => one.admit({ ...mine, account: "id 2" })), 0, "another account is free");
  await clock.advance(10 * MINUTE);
  assert.equal(waitOf(() => one.admit(mine)), 0);
});

Deno.test("AccountLimits.admit() counts a try before it is judged, so that a burst is no way round", () => {
  const { limits: one } = limits(3);
  const admitted = Array.from(
    { length: 20 },
    () => waitOf(() => one.admit({ account: "a", address: "192.0.2.1" })),
  );
  assert.equal(admitted.filter((wait) => wait === 0).length, 3);
});

Deno.test("Attempt.succeeded() lets the account and address start anew", () => {
  const { limits: one } = limits(2);
  const mine = { account: "a", address: "192.0.2.1" };
  one.admit(mine);
  one.admit(mine).succeeded();
  one.admit(mine);
  one.admit(mine);
  assert.ok(waitOf(() => one.admit(mine)) > 0);
});

Deno.test("Attempt.abandoned() counts for nothing", () => {
  const { limits: one } = limits(1);
  const mine = { account: "a", address: "192.0.2.1" };
  for (let count = 0; count < 50; count++) one.admit(mine).abandoned();
  assert.equal(waitOf(() => one.admit(mine)), 0);
});

Deno.test("AccountLimits.admit() lets one try per 10 s at an account through after ten times as many failures", async () => {
  const { clock, limits: one } = limits(2);
  for (let count = 0; count < 20; count++) one.admit({ account: "a", address: `192.0.2.${count}` });
  const owner = { account: "a", address: "198.51.100.1" };
  assert.equal(waitOf(() => one.admit(owner)), 0, "the first of the 10 s");
  assert.equal(waitOf(() => one.admit({ ...owner, address: "198.51.100.2" })), 10_000);
  await clock.advance(10_000);
  assert.equal(waitOf(() => one.admit({ ...owner, address: "198.51.100.2" })), 0);
});

Deno.test("AccountLimits.admit() does the same for an address, and takes an IPv6 /64 for one", async () => {
  const { clock, limits: one } = limits(2);
  for (let count = 0; count < 20; count++) {
    one.admit({ account: `a${count}`, address: `2001:db8:1:2::${count + 1}` });
  }
  assert.equal(waitOf(() => one.admit({ account: "b", address: "2001:db8:1:2:ffff::1" })), 0);
  assert.equal(waitOf(() => one.admit({ account: "c", address: "2001:db8:1:2:ffff::2" })), 10_000);
  assert.equal(
    waitOf(() => one.admit({ account: "c", address: "2001:db8:1:3::1" })),
    0,
    "the next /64 is free",
  );
  await clock.advance(10_000);
  assert.equal(waitOf(() => one.admit({ account: "c", address: "2001:db8:1:2::7" })), 0);
});

Deno.test("AccountLimits.admitRegistration() counts by address and hour", async () => {
  const { clock, limits: one } = limits(0, 2);
  one.admitRegistration("192.0.2.1");
  one.admitRegistration("192.0.2.1");
  assert.equal(waitOf(() => one.admitRegistration("192.0.2.1")), 60 * MINUTE);
  one.admitRegistration("192.0.2.2");
  await clock.advance(60 * MINUTE);
  one.admitRegistration("192.0.2.1");
});

Deno.test("A limit of 0 is off", () => {
  const { limits: one } = limits(0, 0);
  for (let count = 0; count < 1_000; count++) {
    one.admit({ account: "a", address: "192.0.2.1" }).succeeded();
    one.admitRegistration("192.0.2.1");
  }
});

Deno.test("Counter.undo() forgets a key that counts nothing, so that it pushes no other out", () => {
  const counter = new Counter(new FakeClock(), 1_000, 100);
  counter.hit("mine");
  for (let key = 0; key < 1_000; key++) {
    counter.hit(`${key}`);
    counter.undo(`${key}`);
  }
  assert.equal(counter.size, 1);
  assert.equal(counter.wait("mine", 1), 1_000);
});

Deno.test("Counter remembers a bounded number of keys and lets the oldest go", async () => {
  const clock = new FakeClock();
  const counter = new Counter(clock, 1_000, 100);
  for (let key = 0; key < 10_000; key++) counter.hit(`${key}`);
  assert.equal(counter.size, 100);
  assert.equal(counter.wait("9999", 1), 1_000);
  assert.equal(counter.wait("0", 1), 0);
  await clock.advance(1_000);
  counter.hit("fresh");
  assert.equal(counter.size, 1, "what has ended goes with the next hit");
});
