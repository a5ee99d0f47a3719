import assert from "node:assert/strict";
import { FakeClock } from "../../tests/support/fake_clock.ts";
import { LoopDelay } from "./loop_delay.ts";

Deno.test("LoopDelay tells how late its timer ran, of the last minute only, and stops when disposed", async () => {
  const clock = new FakeClock(0);
  let late = 0;
  const read = (delay: LoopDelay): number[] => [...delay.figures().values()];
  {
    using delay = new LoopDelay({ clock, monotonic: () => clock.now() + late });
    assert.deepEqual(read(delay), [0, 0, 0]);
    await clock.advance(500);
    late = 400;
    await clock.advance(250);
    assert.deepEqual(read(delay), [0, 0.4, 0.4]);
    await clock.advance(60_000);
    assert.deepEqual(read(delay), [0, 0, 0]);
    assert.equal(clock.waiting, 1);
  }
  assert.equal(clock.waiting, 0);
});
