import assert from "node:assert/strict";
import { FakeClock } from "../../tests/support/fake_clock.ts";
import { Pulse } from "./pulse.ts";

Deno.test("Pulse beats while it is wanted, and once more when it is wanted again", async () => {
  const clock = new FakeClock();
  let isWanted = true;
  const pulse = new Pulse(clock, () => isWanted);
  const count = (): number => Atomics.load(pulse.beats, 0);
  await clock.advance(100);
  assert.equal(count(), 0, "not before it is started");
  pulse.start();
  pulse.start();
  assert.equal(count(), 1);
  await clock.advance(100);
  assert.equal(count(), 51);
  isWanted = false;
  await clock.advance(2);
  assert.equal(count(), 52);
  assert.equal(clock.waiting, 0, "no timer is left");
  await clock.advance(100);
  assert.equal(count(), 52);
  isWanted = true;
  pulse.start();
  await clock.advance(2);
  assert.equal(count(), 54);
  pulse[Symbol.dispose]();
  assert.equal(clock.waiting, 0, "disposing it ends it");
});
