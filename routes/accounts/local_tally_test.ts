import assert from "node:assert/strict";
import { FakeClock } from "../../tests/support/fake_clock.ts";
import { Counter } from "./local_tally.ts";

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
