import assert from "node:assert/strict";
import { FakeClock } from "../../tests/support/fake_clock.ts";
import { Watch } from "./watch.ts";

function watched(): {
  readonly clock: FakeClock;
  readonly watch: Watch;
  asked: number;
  silent: number;
  isThere: boolean;
} {
  const clock = new FakeClock();
  const state = { asked: 0, silent: 0, isThere: true };
  const watch = new Watch({
    ask(): Promise<void> {
      state.asked++;
      return state.isThere ? Promise.resolve() : Promise.reject(new Error("no answer"));
    },
    clock,
    onSilent: () => state.silent++,
  });
  return Object.assign(state, { clock, watch });
}

Deno.test("Watch tells once of an isolate that has not answered for half a minute", async () => {
  const state = watched();
  await state.clock.advance(60_000);
  assert.deepEqual([state.asked, state.silent], [12, 0]);
  state.isThere = false;
  await state.clock.advance(25_000);
  assert.equal(state.silent, 0);
  await state.clock.advance(5_000);
  assert.equal(state.silent, 1);
  await state.clock.advance(60_000);
  assert.deepEqual([state.asked, state.silent], [18, 1], "and asks no more");
});

Deno.test("Watch forgives what comes back in between", async () => {
  const state = watched();
  for (let round = 0; round < 3; round++) {
    state.isThere = false;
    await state.clock.advance(25_000);
    state.isThere = true;
    await state.clock.advance(5_000);
  }
  assert.equal(state.silent, 0);
  state.watch[Symbol.dispose]();
  await state.clock.advance(60_000);
  assert.equal(state.asked, 18, "nobody is asked after the end");
});
