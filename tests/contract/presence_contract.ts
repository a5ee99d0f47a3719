/**
 * The contract of presence over several instances.
 *
 * @module
 */
import { strict as assert } from "node:assert";
import type { InstanceState, Person, PresenceStore, RosterChange } from "../../db/presence.ts";

/** A backend, empty, for one test. */
export interface PresenceBackend extends AsyncDisposable {
  /** An instance of it; the test disposes it. */
  instance(instanceId: string): Promise<PresenceStore>;
  /** Resolves when every lease that nobody renewed since has run out; claims run out no sooner. */
  letLeasesEnd(): Promise<void>;
  /** Resolves when every claim made before has run out; leases run out with them. */
  letClaimsEnd(): Promise<void>;
}

const ANN: Person = { userId: 1, username: "ann", avatar: "/a/1.png", since: 1_000 };
const BOB: Person = { userId: 4_294_967_295, username: "bøb \u{1f600}", avatar: "", since: 2_000 };

function change(version: number, came: readonly Person[], rest: Partial<RosterChange> = {}): RosterChange {
  return { version, came, left: [], isWhole: false, ...rest };
}

async function stateOf(store: PresenceStore, instanceId: string): Promise<InstanceState | undefined> {
  return (await store.renew()).others.find((one) => one.instanceId === instanceId)?.state;
}

async function idsOf(store: PresenceStore, instanceId: string): Promise<readonly number[] | null> {
  const roster = await store.read(instanceId);
  return roster === null ? null : roster.people.map((person) => person.userId).toSorted((a, b) => a - b);
}

/** Runs the suite against a backend. */
export function testPresence(name: string, open: () => Promise<PresenceBackend>): void {
  const test = (what: string, run: (backend: PresenceBackend) => Promise<void>): void =>
    Deno.test(`${name}: ${what}`, async () => {
      await using backend = await open();
      await run(backend);
    });
  testRosters(test);
  testLeases(test);
}

type Test = (what: string, run: (backend: PresenceBackend) => Promise<void>) => void;

function testRosters(test: Test): void {
  test("PresenceStore.read() answers what another instance wrote, as it was", async (backend) => {
    await using a = await backend.instance("a");
    await using b = await backend.instance("b");
    assert.equal(await b.read("a"), null);
    await a.renew();
    assert.equal(await a.write(change(1, [ANN, BOB])), true);
    const roster = await b.read("a");
    assert.equal(roster?.version, 1);
    const people = roster?.people.toSorted((one, other) => one.userId - other.userId);
    assert.deepEqual(people, [ANN, BOB]);
  });

  test("PresenceStore.write() applies who came, changed and left, and nothing of others", async (backend) => {
    await using a = await backend.instance("a");
    await using b = await backend.instance("b");
    await a.write(change(1, [ANN, BOB]));
    await b.write(change(1, [ANN]));
    await a.write(change(2, [{ ...ANN, username: "anna" }], { left: [BOB.userId, 77] }));
    assert.deepEqual(await b.read("a"), { version: 2, people: [{ ...ANN, username: "anna" }] });
    assert.deepEqual(await a.read("b"), { version: 1, people: [ANN] });
  });

  test("PresenceStore.write() writes nothing where a version is missing or comes twice", async (backend) => {
    await using a = await backend.instance("a");
    await a.write(change(1, [ANN]));
    assert.equal(await a.write(change(3, [BOB])), false);
    assert.equal(await a.write(change(1, [BOB])), false);
    assert.deepEqual(await a.read("a"), { version: 1, people: [ANN] });
  });

  test("PresenceStore.write() of a whole roster replaces it at any higher version", async (backend) => {
    await using a = await backend.instance("a");
    await a.write(change(1, [ANN]));
    assert.equal(await a.write(change(9, [BOB], { isWhole: true })), true);
    assert.deepEqual(await a.read("a"), { version: 9, people: [BOB] });
    assert.equal(await a.write(change(10, [], { isWhole: true })), true);
    assert.deepEqual(await a.read("a"), { version: 10, people: [] });
    assert.equal(await a.write(change(11, [ANN])), true);
  });

  test("PresenceStore.write() takes thousands of people at once", async (backend) => {
    await using a = await backend.instance("a");
    const people = Array.from({ length: 5_000 }, (_, n) => ({ ...ANN, userId: n + 1 }));
    assert.equal(await a.write(change(1, people, { isWhole: true })), true);
    assert.equal((await a.read("a"))?.people.length, 5_000);
    const left = people.map((person) => person.userId);
    assert.equal(await a.write(change(2, [BOB], { left })), true);
    assert.deepEqual(await idsOf(a, "a"), [BOB.userId]);
  });

  test("PresenceStore.renew() tells the own version, and those of all others", async (backend) => {
    await using a = await backend.instance("a");
    await using b = await backend.instance("b");
    assert.deepEqual(await a.renew(), { version: 0, others: [] });
    await a.write(change(1, [ANN]));
    const first = await b.renew();
    assert.deepEqual(first, { version: 0, others: [{ instanceId: "a", version: 1, state: "alive" }] });
    const { version, others } = await a.renew();
    assert.equal(version, 1);
    assert.deepEqual(others, [{ instanceId: "b", version: 0, state: "alive" }]);
  });
}

function testLeases(test: Test): void {
  test("an instance that stops renewing is lost, with everybody still in its roster", async (backend) => {
    await using a = await backend.instance("a");
    await using b = await backend.instance("b");
    await a.renew();
    await a.write(change(1, [ANN]));
    await b.renew();
    await backend.letLeasesEnd();
    assert.equal(await stateOf(b, "a"), "lost");
    assert.deepEqual(await idsOf(b, "a"), [ANN.userId]);
  });

  test("an instance that renews again is alive again, with its roster", async (backend) => {
    await using a = await backend.instance("a");
    await using b = await backend.instance("b");
    await a.renew();
    await a.write(change(1, [ANN]));
    await backend.letLeasesEnd();
    assert.equal(await stateOf(b, "a"), "lost");
    assert.equal((await a.renew()).version, 1);
    assert.equal(await stateOf(b, "a"), "alive");
    assert.equal(await b.remove("a"), false);
    assert.deepEqual(await idsOf(b, "a"), [ANN.userId]);
  });

  test("PresenceStore.claim() is true for one, and for nobody while the instance is alive", async (backend) => {
    await using a = await backend.instance("a");
    await using b = await backend.instance("b");
    await using c = await backend.instance("c");
    await a.renew();
    await a.write(change(1, [ANN]));
    assert.equal(await b.claim("a"), false);
    assert.equal(await b.claim("nobody"), false);
    await backend.letLeasesEnd();
    const claims = await Promise.all([b.claim("a"), c.claim("a")]);
    assert.deepEqual(claims.toSorted(), [false, true]);
    await backend.letClaimsEnd();
    assert.equal(await c.claim("a"), true, "whoever claimed may have died as well");
  });

  test("PresenceStore.remove() removes a lost roster once, and its owner writes it whole", async (backend) => {
    await using a = await backend.instance("a");
    await using b = await backend.instance("b");
    await a.renew();
    await a.write(change(1, [ANN]));
    assert.equal(await b.remove("a"), false);
    await backend.letLeasesEnd();
    assert.equal(await b.remove("a"), true);
    assert.equal(await b.remove("a"), false);
    assert.equal(await b.read("a"), null);
    assert.equal(await stateOf(b, "a"), undefined);
    assert.equal(await a.write(change(2, [BOB])), false);
    assert.equal((await a.renew()).version, 0);
    assert.equal(await a.write(change(2, [ANN, BOB], { isWhole: true })), true);
    assert.deepEqual(await idsOf(b, "a"), [ANN.userId, BOB.userId]);
  });

  test("PresenceStore.leave() says goodbye at once, and renewing takes nothing back", async (backend) => {
    await using a = await backend.instance("a");
    await using b = await backend.instance("b");
    await a.renew();
    await a.write(change(1, [ANN]));
    await a.leave();
    assert.equal(await stateOf(b, "a"), "left");
    await a.renew();
    assert.equal(await stateOf(b, "a"), "left");
    assert.deepEqual(await idsOf(b, "a"), [ANN.userId]);
    assert.equal(await b.claim("a"), true);
    assert.equal(await b.remove("a"), true);
    assert.equal(await stateOf(b, "a"), undefined);
  });

  test("an instance that ends without goodbye stays in the census", async (backend) => {
    const a = await backend.instance("a");
    await a.renew();
    await a.write(change(1, [ANN]));
    await a[Symbol.asyncDispose]();
    await a[Symbol.asyncDispose]();
    await using b = await backend.instance("b");
    assert.equal(await stateOf(b, "a"), "alive");
    await backend.letLeasesEnd();
    assert.equal(await stateOf(b, "a"), "lost");
  });
}
