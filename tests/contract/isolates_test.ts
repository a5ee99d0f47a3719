import { systemClock } from "../../db/clock.ts";
import { IsolateBus } from "../../db/isolates/bus.ts";
import { remotePresence, remoteTally, servePresence, serveTally } from "../../db/isolates/presence.ts";
import { LocalBus } from "../../db/local/bus.ts";
import { LocalPresence, PresenceMemory } from "../../db/local/presence.ts";
import { CLAIM_MS, LEASE_MS } from "../../db/presence.ts";
import { LocalTally } from "../../routes/accounts/local_tally.ts";
import { FakeClock } from "../support/fake_clock.ts";
import { testBus, type TestEvent } from "./bus_contract.ts";
import { testInviteStore } from "./invites_contract.ts";
import { linkPair, openBehindLink } from "./isolates.ts";
import { testMessageStore } from "./messages_contract.ts";
import type { OpenedStore } from "./opened.ts";
import { testPresence } from "./presence_contract.ts";
import { testSessionStore } from "./sessions_contract.ts";
import { testTally } from "./tally_contract.ts";
import { testLastOwner } from "./owners_contract.ts";
import { testUserStore } from "./users_contract.ts";

const asked = (): Promise<OpenedStore> => openBehindLink({ reads: false });
const read = (): Promise<OpenedStore> => openBehindLink({ reads: true });

for (const [name, open] of [["another isolate's SQLite", asked], ["SQLite, read here", read]] as const) {
  testUserStore(name, open);
  testLastOwner(name, open);
  testSessionStore(name, open);
  testInviteStore(name, open);
  testMessageStore(name, open);
}

testBus("isolates", () => {
  const { here, there } = linkPair();
  const bus = new IsolateBus<TestEvent>({ local: new LocalBus(), links: [here], clock: systemClock });
  const other = new IsolateBus<TestEvent>({ local: new LocalBus(), links: [there], clock: systemClock });
  return Promise.resolve(Object.assign(bus, {
    async [Symbol.asyncDispose](): Promise<void> {
      await IsolateBus.prototype[Symbol.asyncDispose].call(bus);
      await other[Symbol.asyncDispose]();
    },
  }));
});

testPresence("another isolate's", () => {
  const clock = new FakeClock();
  const memory = new PresenceMemory(clock);
  const links = new DisposableStack();
  return Promise.resolve({
    instance: (instanceId) => {
      const { here, there } = links.use(linkPair());
      servePresence(there, new LocalPresence(memory, instanceId));
      return Promise.resolve(remotePresence(here, instanceId));
    },
    letLeasesEnd: () => clock.advance(LEASE_MS),
    letClaimsEnd: () => clock.advance(CLAIM_MS),
    [Symbol.asyncDispose]: () => Promise.resolve(links.dispose()),
  });
});

testTally("another isolate's", () => {
  const clock = new FakeClock();
  const { here, there, ...links } = linkPair();
  serveTally(there, new LocalTally(clock));
  return Promise.resolve({
    tally: remoteTally(here),
    letPass: (ms) => clock.advance(ms),
    [Symbol.asyncDispose]: () => Promise.resolve(links[Symbol.dispose]()),
  });
});
