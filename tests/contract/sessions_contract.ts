/**
 * The contract of a session store.
 *
 * @module
 */
import { strict as assert } from "node:assert";
import type { Session } from "../../db/model.ts";
import { SESSION_IDLE_MS } from "../../db/sessions.ts";
import type { OpenStore } from "./opened.ts";

const NOW = 1_800_000_000_000;

function session(id: string, over: Partial<Session> = {}): Session {
  return {
    id,
    userId: 7,
    device: "Firefox on Linux",
    address: "192.0.2.1",
    createdAt: NOW,
    lastUsedAt: NOW,
    expiresAt: NOW + 90 * 86_400_000,
    ...over,
  };
}

/** Runs the suite against a backend. */
export function testSessionStore(name: string, open: OpenStore): void {
  testLooking(name, open);
  testEnding(name, open);
  testUsing(name, open);
}

function testLooking(name: string, open: OpenStore): void {
  Deno.test(`${name}: SessionStore.find() gives a session back until it ends by time or by idleness`, async () => {
    await using opened = await open();
    const { sessions } = opened.store;
    const one = session("one", { device: "机 📱", expiresAt: NOW + SESSION_IDLE_MS + 1_000 });
    await sessions.create(one);
    assert.deepEqual(await sessions.find("one", NOW), one);
    assert.deepEqual(await sessions.find("one", NOW + SESSION_IDLE_MS - 1), one);
    assert.equal(await sessions.find("one", NOW + SESSION_IDLE_MS), null, "not used for too long");
    await sessions.touch(["one"], NOW + 5_000);
    assert.notEqual(await sessions.find("one", NOW + SESSION_IDLE_MS + 999), null);
    assert.equal(await sessions.find("one", NOW + SESSION_IDLE_MS + 1_000), null, "at its end");
    assert.equal(await sessions.find("ONE", NOW), null);
    assert.equal(await sessions.find("", NOW), null);
  });

  Deno.test(`${name}: SessionStore.findNow(), where there is one, says the same as find()`, async () => {
    await using opened = await open();
    const { sessions } = opened.store;
    await sessions.create(session("one"));
    if (sessions.findNow === undefined) return;
    assert.deepEqual(sessions.findNow("one", NOW), session("one"));
    assert.equal(sessions.findNow("one", NOW + SESSION_IDLE_MS), null);
    assert.equal(sessions.findNow("two", NOW), null);
    await sessions.end(7, { ids: ["one"] });
    assert.equal(sessions.findNow("one", NOW), null);
  });

  Deno.test(`${name}: SessionStore.list() shows a user's live sessions, newest use first`, async () => {
    await using opened = await open();
    const { sessions } = opened.store;
    await sessions.create(session("old", { lastUsedAt: NOW - 10 }));
    await sessions.create(session("new", { lastUsedAt: NOW }));
    await sessions.create(session("expired", { expiresAt: NOW }));
    await sessions.create(session("idle", { lastUsedAt: NOW - SESSION_IDLE_MS }));
    await sessions.create(session("other's", { userId: 8 }));
    assert.deepEqual((await sessions.list(7, NOW)).map((one) => one.id), ["new", "old"]);
    assert.deepEqual(await sessions.list(9, NOW), []);
  });

  Deno.test(`${name}: SessionStore.live() answers which of many are live`, async () => {
    await using opened = await open();
    const { sessions } = opened.store;
    for (const id of ["a", "b"]) await sessions.create(session(id));
    await sessions.create(session("expired", { expiresAt: NOW }));
    await sessions.create(session("idle", { lastUsedAt: NOW - SESSION_IDLE_MS }));
    const many = Array.from({ length: 9_990 }, (_, at) => `unknown ${at}`);
    const live = await sessions.live(["a", "expired", "idle", ...many, "b"], NOW);
    assert.deepEqual([...live].sort(), ["a", "b"]);
    assert.equal((await sessions.live([], NOW)).size, 0);
  });
}

function testEnding(name: string, open: OpenStore): void {
  Deno.test(`${name}: SessionStore.end() ends one's own sessions and nobody else's`, async () => {
    await using opened = await open();
    const { sessions } = opened.store;
    for (const id of ["a", "b", "c"]) await sessions.create(session(id));
    await sessions.create(session("other's", { userId: 8 }));
    assert.deepEqual(await sessions.end(7, { ids: ["a", "other's", "unknown"] }), ["a"]);
    assert.deepEqual(await sessions.end(7, { ids: ["a"] }), [], "ended once");
    assert.deepEqual(await sessions.end(7, { ids: [] }), []);
    assert.equal(await sessions.find("a", NOW), null);
    assert.notEqual(await sessions.find("other's", NOW), null);
  });

  Deno.test(`${name}: SessionStore.end() ends all but one, or all`, async () => {
    await using opened = await open();
    const { sessions } = opened.store;
    for (const id of ["a", "b", "c"]) await sessions.create(session(id));
    await sessions.create(session("other's", { userId: 8 }));
    assert.deepEqual([...await sessions.end(7, { exceptId: "b" })].sort(), ["a", "c"]);
    assert.deepEqual((await sessions.list(7, NOW)).map((one) => one.id), ["b"]);
    assert.deepEqual(await sessions.end(7, { exceptId: null }), ["b"]);
    assert.deepEqual(await sessions.list(7, NOW), []);
    assert.equal((await sessions.list(8, NOW)).length, 1);
  });
}

function testUsing(name: string, open: OpenStore): void {
  Deno.test(`${name}: SessionStore.touch() moves use forward only`, async () => {
    await using opened = await open();
    const { sessions } = opened.store;
    for (const id of ["a", "b"]) await sessions.create(session(id));
    await sessions.touch(["a", "unknown"], NOW + 100);
    await sessions.touch(["a", "b"], NOW + 50);
    const used = (await sessions.list(7, NOW + 100)).map((one) => [one.id, one.lastUsedAt - NOW]);
    assert.deepEqual(used, [["a", 100], ["b", 50]]);
  });

  Deno.test(`${name}: SessionStore.touch() removes what has expired and revives nothing`, async () => {
    await using opened = await open();
    const { sessions } = opened.store;
    await sessions.create(session("idle", { lastUsedAt: NOW - SESSION_IDLE_MS }));
    await sessions.create(session("expired", { expiresAt: NOW }));
    await sessions.create(session("live"));
    await sessions.touch(["idle", "expired"], NOW);
    // Asked for a time when both were good, only what was kept is there.
    assert.equal(await sessions.find("idle", NOW - SESSION_IDLE_MS), null);
    assert.equal(await sessions.find("expired", NOW - 1), null);
    assert.notEqual(await sessions.find("live", NOW), null);
  });
}
