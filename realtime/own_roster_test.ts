import assert from "node:assert/strict";
import { LocalBus } from "../db/local/bus.ts";
import { LocalPresence, PresenceMemory } from "../db/local/presence.ts";
import type { Person } from "../db/presence.ts";
import { FakeClock, settle } from "../tests/support/fake_clock.ts";
import { type ChatEvent, type RosterEvent, USERS_TOPIC } from "./events.ts";
import { Neighbours } from "./neighbours.ts";
import { OwnRoster } from "./own_roster.ts";

function person(userId: number): Person {
  return { userId, username: `user${userId}`, avatar: "", since: 1_000 };
}

/** A roster, what it publishes, and a copy that only hears of it. */
async function stage(): Promise<
  {
    readonly clock: FakeClock;
    readonly store: LocalPresence & { isAway?: boolean };
    readonly roster: OwnRoster;
    readonly here: Person[];
    readonly heard: (readonly [RosterEvent, ReturnType<Neighbours["apply"]>])[];
  }
> {
  const clock = new FakeClock();
  const store: LocalPresence & { isAway?: boolean } = new LocalPresence(new PresenceMemory(clock), "own");
  const write = store.write.bind(store);
  store.write = (change) => store.isAway ? Promise.reject(new Error("The store is away")) : write(change);
  await store.renew();
  const bus = new LocalBus<ChatEvent>();
  const here: Person[] = [];
  const copies = new Neighbours();
  const heard: (readonly [RosterEvent, ReturnType<Neighbours["apply"]>])[] = [];
  await bus.subscribe(USERS_TOPIC, (event) => {
    if (event.type === "roster") heard.push([event, copies.apply(event)]);
  });
  const contactsOf = (userId: number): Promise<readonly number[]> => Promise.resolve([userId + 1, 99]);
  const audience = { isEveryone: false, contactsOf };
  const isOnline = (userId: number): boolean => userId !== 99;
  return {
    clock,
    store,
    here,
    heard,
    roster: new OwnRoster({ store, bus, clock, audience, isOnline, here: () => here }),
  };
}

Deno.test("OwnRoster gathers changes, writes them before it tells of them, and names who may know", async () => {
  const { clock, store, roster, heard } = await stage();
  roster.came(person(1), { isNews: true });
  roster.came(person(2), { isNews: false });
  roster.came(person(3), { isNews: true });
  roster.left(3, { at: 7, isNews: true });
  assert.equal(heard.length, 0);
  await clock.advance(20);
  assert.equal(heard.length, 1);
  assert.deepEqual(heard[0]?.[0], {
    type: "roster",
    instanceId: "own",
    version: 1,
    came: [{ person: person(1), to: [2] }, { person: person(2), to: null }],
    left: [{ userId: 3, at: 7, to: [4] }],
  });
  assert.deepEqual(await store.read("own"), { version: 1, people: [person(1), person(2)] });
  assert.equal(roster.settledVersion, 1);
});

Deno.test("OwnRoster sends every copy to read again after a whole write, which takes in what waited", async () => {
  const { clock, store, roster, here, heard } = await stage();
  roster.came(person(1), { isNews: true });
  await clock.advance(20);
  here.push(person(1), person(2));
  roster.came(person(2), { isNews: true });
  roster.rewrite();
  await clock.advance(20);
  assert.deepEqual(heard.map(([, applied]) => applied === "gap"), [false, true]);
  assert.equal((await store.read("own"))?.people.length, 2);
});

Deno.test("OwnRoster writes whole what was not written while the store was away, once it answers", async () => {
  const { clock, store, roster, here, heard } = await stage();
  store.isAway = true;
  here.push(person(1));
  roster.came(person(1), { isNews: true });
  await clock.advance(20);
  here.push(person(2));
  roster.came(person(2), { isNews: true });
  await clock.advance(60_000);
  assert.equal(heard.length, 0);
  assert.equal(clock.waiting, 0, "nothing is tried before the store answers");
  assert.equal(roster.settledVersion, null);
  store.isAway = false;
  roster.retry();
  await clock.advance(20);
  assert.deepEqual((await store.read("own"))?.people, [person(1), person(2)]);
  assert.equal(heard.at(-1)?.[1], "gap");
});

Deno.test("OwnRoster writes everything anew when what it wrote is gone", async () => {
  const { clock, store, roster, here } = await stage();
  here.push(person(1));
  roster.came(person(1), { isNews: true });
  await clock.advance(20);
  await store.write({ version: 40, came: [], left: [], isWhole: true });
  here.push(person(2));
  roster.came(person(2), { isNews: true });
  await clock.advance(20);
  await settle();
  assert.deepEqual((await store.read("own"))?.people, [person(1), person(2)]);
});
