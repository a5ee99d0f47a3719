/**
 * The contract of accounts and erasures that an active owner is always left.
 *
 * @module
 */
import { strict as assert } from "node:assert";
import { LastOwnerError } from "../../db/errors.ts";
import type { OpenStore } from "./opened.ts";
import { newUser } from "./users_contract.ts";

/** Runs the suite against a backend. */
export function testLastOwner(name: string, open: OpenStore): void {
  Deno.test(`${name}: UserStore.update() with keepsOwner, and an erasure, leave an active owner`, async () => {
    await using opened = await open();
    const { users, erasures } = opened.store;
    const [ann, bob, eve] = [
      await users.create(newUser("ann")),
      await users.create(newUser("bob")),
      await users.create(newUser("eve")),
    ];
    const demote = { role: "member", keepsOwner: true } as const;
    for (const patch of [demote, { status: "disabled", keepsOwner: true } as const]) {
      await assert.rejects(users.update(ann.id, patch, 2_000), LastOwnerError);
    }
    await assert.rejects(erasures.begin(ann.id, { now: 2_000, againAt: 2_000 }), LastOwnerError);
    assert.equal((await users.find({ id: ann.id }))?.role, "owner", "Nothing changed");
    await users.update(eve.id, { role: "owner", status: "disabled" }, 2_000);
    await assert.rejects(users.update(ann.id, demote, 2_000), LastOwnerError, "a disabled owner is none");
    assert.equal((await users.update(bob.id, demote, 2_000))?.role, "member", "others may be what they are");
    await users.update(bob.id, { role: "owner" }, 2_000);
    const both = await Promise.allSettled([ann, bob].map(({ id }) => users.update(id, demote, 2_000)));
    assert.deepEqual(both.map(({ status }) => status).sort(), ["fulfilled", "rejected"]);
    const left = both.findIndex(({ status }) => status === "rejected") === 0 ? ann : bob;
    assert.equal(
      (await users.update(left.id, { role: "member" }, 2_000))?.role,
      "member",
      "unless it is forced",
    );
  });
}
