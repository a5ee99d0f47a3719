/**
 * The contract of an account store.
 *
 * @module
 */
import { strict as assert } from "node:assert";
import { EmailTakenError, InviteInvalidError, UsernameTakenError } from "../../db/errors.ts";
import type { User, UserRole } from "../../db/model.ts";
import type { NewUser, UserStore } from "../../db/users.ts";
import type { OpenStore } from "./opened.ts";

/** Runs the suite against a backend. */
export function testUserStore(name: string, open: OpenStore): void {
  testCreating(name, open);
  testInvited(name, open);
  testFinding(name, open);
  testChanging(name, open);
}

/** Somebody to add, as different from others as must be. */
export function newUser(username: string, over: Partial<NewUser> = {}): NewUser {
  return {
    username,
    email: `${username.toLowerCase()}@example.org`,
    phone: "",
    passwordDigest: `digest of ${username}`,
    createdAt: 1_000,
    ...over,
  };
}

/** Whether so many accounts are active, and not one more. */
async function hasActive(users: UserStore, count: number): Promise<boolean> {
  const isEnough = count === 0 || await users.hasMoreActiveThan(count - 1);
  return isEnough && !await users.hasMoreActiveThan(count);
}

function testCreating(name: string, open: OpenStore): void {
  Deno.test(`${name}: UserStore.create() makes the first account the owner and the others members`, async () => {
    await using opened = await open();
    const { users } = opened.store;
    const ann = await users.create(newUser("Ann", { phone: "123" }));
    assert.deepEqual(ann, {
      id: 1,
      username: "Ann",
      email: "ann@example.org",
      phone: "123",
      avatar: "",
      status: "active",
      role: "owner",
      lastSeenAt: null,
    });
    const bob = await users.create(newUser("bob"));
    assert.deepEqual([bob.id, bob.role], [2, "member"]);
    assert.deepEqual(await users.find({ id: 1 }), { ...ann, passwordDigest: "digest of Ann" });
    assert.ok(await hasActive(users, 2));
  });

  for (
    const [taken, tried] of [
      ["Ann", "ann"],
      ["straße", "STRASSE"],
      ["Ａnn", "ann"],
      ["Éva", "e\u0301va"],
      ["ΣΊΣΥΦΟΣ", "σίσυφος"],
      ["Ann", "ANN"],
    ] as const
  ) {
    Deno.test(`${name}: UserStore.create() refuses "${tried}" beside "${taken}"`, async () => {
      await using opened = await open();
      const { users } = opened.store;
      await users.create(newUser(taken));
      await assert.rejects(users.create(newUser(tried, { email: "other@example.org" })), UsernameTakenError);
      assert.ok(await hasActive(users, 1));
    });
  }

  Deno.test(`${name}: UserStore.create() refuses an e-mail address that differs only by case`, async () => {
    await using opened = await open();
    const { users } = opened.store;
    await users.create(newUser("ann"));
    await assert.rejects(users.create(newUser("bob", { email: "ANN@Example.ORG" })), EmailTakenError);
    assert.equal(await users.find({ login: "bob" }), null);
  });

  Deno.test(`${name}: UserStore.create() lets one of many who want a name at once have it`, async () => {
    await using opened = await open();
    const { users } = opened.store;
    const tries = Array.from(
      { length: 8 },
      (_, at) => users.create(newUser("ann", { email: `${at}@x.org` })),
    );
    const results = await Promise.allSettled(tries);
    assert.equal(results.filter((one) => one.status === "fulfilled").length, 1);
    for (const one of results) {
      if (one.status === "rejected") assert.ok(one.reason instanceof UsernameTakenError);
    }
    assert.equal((await users.create(newUser("bob"))).role, "member");
  });
}

function testInvited(name: string, open: OpenStore): void {
  const invite = (id: string, role: UserRole, usesLeft: number): Parameters<InviteCreate>[0] => ({
    id,
    role,
    usesLeft,
    expiresAt: 5_000,
    createdAt: 1,
    createdBy: null,
  });

  Deno.test(`${name}: UserStore.create() takes one use of an invite and gives its role`, async () => {
    await using opened = await open();
    const { users, invites } = opened.store;
    await users.create(newUser("ann"));
    await invites.create(invite("i", "owner", 2));
    assert.equal((await users.create(newUser("bob", { inviteId: "i" }))).role, "owner");
    assert.equal((await invites.find("i", 2_000))?.usesLeft, 1);
    await users.create(newUser("eve", { inviteId: "i" }));
    await assert.rejects(users.create(newUser("dan", { inviteId: "i" })), InviteInvalidError);
    assert.equal(await users.find({ login: "dan" }), null);
  });

  Deno.test(`${name}: UserStore.create() takes no use when the account is refused`, async () => {
    await using opened = await open();
    const { users, invites } = opened.store;
    await users.create(newUser("ann"));
    await invites.create(invite("i", "member", 1));
    await assert.rejects(users.create(newUser("Ann", { inviteId: "i" })), UsernameTakenError);
    assert.equal((await invites.find("i", 2_000))?.usesLeft, 1);
  });

  Deno.test(`${name}: UserStore.create() refuses an unknown and an expired invite`, async () => {
    await using opened = await open();
    const { users, invites } = opened.store;
    await invites.create(invite("i", "member", 1));
    await assert.rejects(users.create(newUser("ann", { inviteId: "j" })), InviteInvalidError);
    await assert.rejects(
      users.create(newUser("ann", { inviteId: "i", createdAt: 5_000 })),
      InviteInvalidError,
    );
    assert.equal(
      (await users.create(newUser("ann", { inviteId: "i" }))).role,
      "owner",
      "the first is the owner",
    );
  });

  Deno.test(`${name}: UserStore.create() spends the last use of an invite once`, async () => {
    await using opened = await open();
    const { users, invites } = opened.store;
    await invites.create(invite("i", "member", 1));
    const tries = ["a1", "b2", "c3"].map((one) => users.create(newUser(one, { inviteId: "i" })));
    const results = await Promise.allSettled(tries);
    assert.equal(results.filter((one) => one.status === "fulfilled").length, 1);
    assert.ok(await hasActive(users, 1));
  });
}

type InviteCreate = Awaited<ReturnType<OpenStore>>["store"]["invites"]["create"];

function testFinding(name: string, open: OpenStore): void {
  Deno.test(`${name}: UserStore.find() knows a person by number, name and e-mail address`, async () => {
    await using opened = await open();
    const { users } = opened.store;
    const ann = await users.create(newUser("Ann"));
    for (const by of [{ id: ann.id }, { login: "ANN" }, { login: "ann@EXAMPLE.org" }]) {
      assert.equal((await users.find(by))?.id, ann.id);
    }
    for (
      const by of [{ id: 2 }, { login: "" }, { login: "an" }, { login: "ann " }, { login: "' or 1=1 --" }]
    ) {
      assert.equal(await users.find(by), null);
    }
  });

  Deno.test(`${name}: UserStore.byIds() passes over whom it does not know`, async () => {
    await using opened = await open();
    const { users } = opened.store;
    for (const name of ["ann", "bob", "eve"]) await users.create(newUser(name));
    const found = await users.byIds([3, 99, 1, 4_294_967_295]);
    assert.deepEqual(found.map((user) => user.username).sort(), ["ann", "eve"]);
    assert.deepEqual(await users.byIds([]), []);
    assert.equal((await users.byIds(Array.from({ length: 1_000 }, (_, at) => at + 1))).length, 3);
  });

  Deno.test(`${name}: UserStore.search() finds by the beginning of a name, in pages`, async () => {
    await using opened = await open();
    const { users } = opened.store;
    for (const name of ["Anna", "annika", "bob", "ANDI", "andy%", "an_a", "周杰伦", "周迅"]) {
      await users.create(newUser(name));
    }
    await users.update(4, { status: "disabled" }, 2_000);
    const names = async (prefix: string, over = {}): Promise<readonly string[]> =>
      (await users.search({ prefix, afterId: 0, limit: 20, activeOnly: true, ...over }))
        .users.map((user: User) => user.username);
    assert.deepEqual(await names("AN"), ["Anna", "annika", "andy%", "an_a"]);
    assert.deepEqual(await names("an", { activeOnly: false }), ["Anna", "annika", "ANDI", "andy%", "an_a"]);
    assert.deepEqual(await names("%"), []);
    assert.deepEqual(await names("an_"), ["an_a"]);
    assert.deepEqual(await names("周"), ["周杰伦", "周迅"]);
    assert.equal((await names("")).length, 7);
    assert.deepEqual(await names("an", { afterId: 1, limit: 2 }), ["annika", "andy%"]);
    const page = { prefix: "an", afterId: 0, activeOnly: true };
    assert.equal((await users.search({ ...page, limit: 3 })).hasMore, true);
    assert.equal((await users.search({ ...page, limit: 4 })).hasMore, false);
  });
}

function testChanging(name: string, open: OpenStore): void {
  Deno.test(`${name}: UserStore.update() changes what is given and leaves the rest`, async () => {
    await using opened = await open();
    const { users } = opened.store;
    await users.create(newUser("ann", { phone: "1" }));
    const changed = await users.update(1, { username: "Anne", avatar: "/a.png" }, 2_000);
    assert.deepEqual([changed?.username, changed?.avatar, changed?.phone], ["Anne", "/a.png", "1"]);
    assert.equal((await users.find({ login: "anne" }))?.passwordDigest, "digest of ann");
    assert.equal(await users.find({ login: "ann" }), null, "the old name is free");
    await users.update(1, { passwordDigest: "new", role: "member", status: "disabled" }, 3_000);
    const account = await users.find({ id: 1 });
    assert.deepEqual([account?.passwordDigest, account?.role, account?.status], [
      "new",
      "member",
      "disabled",
    ]);
    assert.ok(await hasActive(users, 0));
    assert.equal(
      (await users.update(1, { username: "ANNE" }, 4_000))?.username,
      "ANNE",
      "one's own name is free",
    );
    assert.equal((await users.update(1, {}, 4_000))?.username, "ANNE");
    assert.equal(await users.update(2, { phone: "1" }, 4_000), null);
  });

  Deno.test(`${name}: UserStore.update() changes nothing where the digest is not the one it must be`, async () => {
    await using opened = await open();
    const { users } = opened.store;
    await users.create(newUser("ann", { passwordDigest: "first" }));
    const to = (passwordDigest: string, passwordDigestWas: string): Promise<User | null> =>
      users.update(1, { passwordDigest, passwordDigestWas, phone: passwordDigest }, 2_000);
    const changed = await Promise.all([to("second", "first"), to("third", "first")]);
    assert.equal(changed.filter((user) => user !== null).length, 1);
    const account = await users.find({ id: 1 });
    assert.equal(account?.phone, account?.passwordDigest);
    assert.equal(await to("fourth", "first"), null);
    assert.equal((await users.find({ id: 1 }))?.passwordDigest, account?.passwordDigest);
  });

  Deno.test(`${name}: UserStore.update() refuses what another has, and then changes nothing`, async () => {
    await using opened = await open();
    const { users } = opened.store;
    for (const name of ["ann", "bob"]) await users.create(newUser(name));
    await assert.rejects(users.update(2, { username: "Ann", phone: "1" }, 2_000), UsernameTakenError);
    await assert.rejects(users.update(2, { email: "ANN@example.org", phone: "1" }, 2_000), EmailTakenError);
    await assert.rejects(
      users.update(2, { username: "bobby", email: "ann@example.org" }, 2_000),
      EmailTakenError,
    );
    const bob = await users.find({ id: 2 });
    assert.deepEqual([bob?.username, bob?.email, bob?.phone], ["bob", "bob@example.org", ""]);
  });

  Deno.test(`${name}: UserStore.hasMoreActiveThan() knows who is active, also among many who are not`, async () => {
    await using opened = await open();
    const { users } = opened.store;
    assert.equal(await users.hasMoreActiveThan(0), false, "an empty store");
    for (const name of ["ann", "bob", "eve", "dan"]) await users.create(newUser(name));
    assert.ok(await hasActive(users, 4));
    for (const id of [1, 3]) await users.update(id, { status: "disabled" }, 2_000);
    assert.ok(await hasActive(users, 2));
    await users.update(1, { status: "active" }, 3_000);
    assert.ok(await hasActive(users, 3));
    assert.equal(await users.hasMoreActiveThan(1_000_000), false);
  });

  Deno.test(`${name}: UserStore.touch() notes when people were last seen, forward only`, async () => {
    await using opened = await open();
    const { users } = opened.store;
    for (const name of ["ann", "bob"]) await users.create(newUser(name));
    await users.touch([1, 99], 5_000);
    await users.touch([1, 2], 4_000);
    await users.touch([], 9_000);
    const seen = (await users.byIds([1, 2])).map((user) => user.lastSeenAt);
    assert.deepEqual(seen.sort(), [4_000, 5_000]);
    await users.touch(Array.from({ length: 1_200 }, (_, at) => at + 1), 6_000);
    assert.deepEqual((await users.byIds([1, 2])).map((user) => user.lastSeenAt), [6_000, 6_000]);
  });
}
