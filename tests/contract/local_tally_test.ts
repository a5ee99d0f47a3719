import { LocalTally } from "../../routes/accounts/local_tally.ts";
import { FakeClock } from "../support/fake_clock.ts";
import { testTally } from "./tally_contract.ts";

testTally("local", () => {
  const clock = new FakeClock();
  return Promise.resolve({
    tally: new LocalTally(clock),
    letPass: (ms) => clock.advance(ms),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  });
});
