import { LocalPresence, PresenceMemory } from "../../db/local/presence.ts";
import { CLAIM_MS, LEASE_MS } from "../../db/presence.ts";
import { FakeClock } from "../support/fake_clock.ts";
import { testPresence } from "./presence_contract.ts";

testPresence("local", () => {
  const clock = new FakeClock();
  const memory = new PresenceMemory(clock);
  return Promise.resolve({
    instance: (instanceId) => Promise.resolve(new LocalPresence(memory, instanceId)),
    letLeasesEnd: () => clock.advance(LEASE_MS),
    letClaimsEnd: () => clock.advance(CLAIM_MS),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  });
});
