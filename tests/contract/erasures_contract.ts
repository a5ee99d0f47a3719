/**
 * The contract of erasing accounts.
 *
 * @module
 */
import { strict as assert } from "node:assert";
import type { Session, User } from "../../db/model.ts";
import type { Store } from "../../db/store.ts";
import type { OpenStore } from "./opened.ts";

/** Somebody who may act must be left. */
const OWNER = "boss";
const PAGE = { afterId: 0, limit: 10 };

function create({ users }: Store, username: string): Promise<User> {
  return users.create({
    username,
    email: `${username}@example.org`,
    phone: "+49 30 1",
    passwordDigest: `digest of ${username}`,
    createdAt: 1_000,
  });
}

function session(id: string, userId: number): Session {
  const times = { createdAt: 1_000, lastUsedAt: 1_000, expiresAt: 90_000_000 };
  return { id, userId, device: "Firefox on Linux", address: "192.0.2.1", ...times };
}

/** Runs the suite against a backend. */
export function testErasureStore(name: string, open: OpenStore): void {
  Deno.test(`${name}: an erasure is due from its time on, and can be taken back until it is begun`, async () => {
    await using opened = await open();
    const { erasures } = opened.store;
    const ann = await create(opened.store, "ann");
    assert.equal(await erasures.find(ann.id), null);
    assert.equal(await erasures.schedule(ann.id, 5_000), true);
    assert.equal(await erasures.schedule(ann.id, 5_000), true, "asking twice is asking");
    const asked = { userId: ann.id, dueAt: 5_000, begun: false };
    assert.deepEqual(await erasures.find(ann.id), asked);
    assert.deepEqual(await erasures.due(4_999, PAGE), []);
    assert.deepEqual(await erasures.due(5_000, PAGE), [asked]);
    assert.deepEqual(await erasures.due(5_000, { ...PAGE, afterId: ann.id }), []);
    assert.equal(await erasures.schedule(ann.id, null), true);
    assert.deepEqual([await erasures.find(ann.id), await erasures.due(5_000, PAGE)], [null, []]);
    assert.equal(await erasures.schedule(99, 5_000), false);
  });

  Deno.test(`${name}: a begun erasure leaves a number that nobody answers to`, async () => {
    await using opened = await open();
    const { users, sessions, invites, erasures } = opened.store;
    await create(opened.store, OWNER);
    const ann = await create(opened.store, "ann");
    const bob = await create(opened.store, "bob");
    await sessions.create(session("a", ann.id));
    await sessions.create(session("b", bob.id));
    const invite = { role: "member" as const, usesLeft: 1, expiresAt: 9_000, createdAt: 1_000 };
    await invites.create({ ...invite, id: "hers", createdBy: ann.id });
    await invites.create({ ...invite, id: "his", createdBy: bob.id });
    await invites.create({ ...invite, id: "nobody's", createdBy: null });
    assert.equal(await erasures.begin(ann.id, { now: 2_000, againAt: 60_000 }), true);
    assert.equal(await users.find({ id: ann.id }), null);
    assert.equal(await users.find({ login: "ann" }), null);
    assert.equal(await users.find({ login: "ann@example.org" }), null);
    assert.deepEqual(await users.byIds([ann.id, bob.id]), [bob]);
    assert.equal(await users.update(ann.id, { username: "ann" }, 3_000), null);
    assert.equal((await sessions.list(ann.id, 2_000)).length, 0);
    assert.equal((await sessions.list(bob.id, 2_000)).length, 1);
    const left = (await invites.list(2_000)).map(({ id, createdBy }) => [id, createdBy]).sort();
    assert.deepEqual(left, [["his", bob.id], ["nobody's", null]]);
    await users.touch([ann.id], 4_000);
    const [row] = await opened.store.archive.accounts.users({ after: ann.id - 1, limit: 1 });
    assert.deepEqual(row, {
      id: ann.id,
      username: null,
      passwordDigest: null,
      email: null,
      phone: null,
      avatar: null,
      status: "disabled",
      role: "member",
      nameKey: null,
      emailKey: null,
      createdAt: 1_000,
      updatedAt: 2_000,
      deletedAt: 2_000,
      lastSeenAt: null,
      eraseAt: 60_000,
    });
  });

  Deno.test(`${name}: name and address of an erased account can be taken, its number never`, async () => {
    await using opened = await open();
    const { users, erasures } = opened.store;
    await create(opened.store, OWNER);
    const ann = await create(opened.store, "ann");
    await erasures.begin(ann.id, { now: 2_000, againAt: 60_000 });
    const other = await create(opened.store, "ann");
    assert.ok(other.id > ann.id);
    assert.equal(other.role, "member", "a store that had an owner makes none of the next who comes");
    assert.equal((await users.find({ login: "ann" }))?.id, other.id);
  });

  Deno.test(`${name}: a begun erasure is found until it is over, and begins once`, async () => {
    await using opened = await open();
    const { erasures } = opened.store;
    await create(opened.store, OWNER);
    const ann = await create(opened.store, "ann");
    await erasures.schedule(ann.id, 1_500);
    await erasures.begin(ann.id, { now: 2_000, againAt: 2_000 });
    assert.equal(await erasures.begin(ann.id, { now: 3_000, againAt: 9_000 }), false);
    assert.equal(await erasures.begin(99, { now: 3_000, againAt: 9_000 }), false);
    assert.equal(await erasures.schedule(ann.id, null), false, "there is no way back");
    assert.deepEqual(await erasures.due(2_000, PAGE), [{ userId: ann.id, dueAt: 2_000, begun: true }]);
    await erasures.again(ann.id, 7_000);
    assert.deepEqual(await erasures.due(6_999, PAGE), []);
    assert.equal((await erasures.due(7_000, PAGE)).length, 1);
    await erasures.again(ann.id, null);
    assert.deepEqual([await erasures.due(7_000, PAGE), await erasures.find(ann.id)], [[], null]);
    await erasures.scrub();
  });
}
