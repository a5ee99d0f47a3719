/**
 * The contract of an invite store.
 *
 * @module
 */
import { strict as assert } from "node:assert";
import type { Invite } from "../../db/model.ts";
import type { OpenStore } from "./opened.ts";

function invite(id: string, over: Partial<Invite> = {}): Invite {
  return { id, role: "member", usesLeft: 3, expiresAt: 5_000, createdAt: 1_000, createdBy: null, ...over };
}

/** Runs the suite against a backend. */
export function testInviteStore(name: string, open: OpenStore): void {
  Deno.test(`${name}: InviteStore.find() gives an invite back while it may be used`, async () => {
    await using opened = await open();
    const { invites } = opened.store;
    await invites.create(invite("a", { role: "owner" }));
    await invites.create(invite("used up", { usesLeft: 0 }));
    assert.deepEqual(await invites.find("a", 4_999), invite("a", { role: "owner" }));
    assert.equal(await invites.find("a", 5_000), null);
    assert.equal(await invites.find("used up", 1_000), null);
    assert.equal(await invites.find("A", 1_000), null);
  });

  Deno.test(`${name}: InviteStore.list() shows what may be used, newest first`, async () => {
    await using opened = await open();
    const { invites } = opened.store;
    assert.deepEqual(await invites.list(0), []);
    await invites.create(invite("old"));
    await invites.create(invite("new", { createdAt: 2_000 }));
    await invites.create(invite("used up", { usesLeft: 0 }));
    await invites.create(invite("expired", { expiresAt: 3_000 }));
    assert.deepEqual((await invites.list(3_000)).map((one) => one.id), ["new", "old"]);
  });

  Deno.test(`${name}: InviteStore.remove() says whether there was one`, async () => {
    await using opened = await open();
    const { invites } = opened.store;
    await invites.create(invite("a"));
    assert.equal(await invites.remove("a"), true);
    assert.equal(await invites.remove("a"), false);
    assert.equal(await invites.find("a", 1_000), null);
  });
}
