import { strict as assert } from "node:assert";
import { DatabaseSync } from "node:sqlite";
import { databasePath } from "../../db/sql/sqlite/files.ts";
import type { SqliteStore } from "../../db/sql/sqlite/store.ts";
import { StoreUnavailableError } from "../../db/errors.ts";
import {
  AB,
  AE,
  ANN,
  append,
  appendAll,
  BOB,
  draft,
  mark,
  messageOf,
  ROOM,
  seqs,
  texts,
  viewOf,
} from "./drafts.ts";
import { openIn, openSqlite, TemporaryDirectory } from "./sqlite.ts";

const user = { username: "ann", email: "ann@example.org", phone: "", passwordDigest: "", createdAt: 1 };

/** Lets the database have no more pages than now. */
function fillDisk(store: SqliteStore): void {
  const { pages } = store.database.raw.prepare("select page_count as pages from pragma_page_count").get() ??
    {};
  store.database.raw.exec(`pragma max_page_count = ${Number(pages)}`);
}

function emptyDisk(store: SqliteStore): void {
  store.database.raw.exec("pragma max_page_count = 1000000");
}

/** Another program that has the write lock. */
function otherWriter(path: string): Disposable {
  const other = new DatabaseSync(path);
  other.exec("begin immediate");
  return { [Symbol.dispose]: () => other.close() };
}

Deno.test("SqliteMessageStore.commit() stores nothing of a batch when the disk is full, and goes on after", async () => {
  await using opened = await openSqlite();
  const { messages } = opened.store;
  await appendAll(messages, ...texts(3));
  fillDisk(opened.store);
  const big = "x".repeat(5_000);
  const batch = [
    draft("small", { clientId: "s" }),
    draft("new conversation", { conversation: AE }),
    ...texts(30, { content: big }),
  ];
  for (let round = 0; round < 3; round++) {
    await assert.rejects(append(messages, ...batch), StoreUnavailableError);
  }
  assert.deepEqual(seqs((await messages.list(AB, { limit: 50, maxBytes: ROOM })).messages), [1, 2, 3]);
  assert.equal((await messages.conversations(AE.high, { limit: 5 })).conversations.length, 0);
  await assert.rejects(
    messages.commit({
      drafts: texts(30, { content: big }),
      marks: [{ conversation: AB, userId: BOB, read: { seq: 1 }, at: 5_000 }],
    }),
    StoreUnavailableError,
  );
  assert.equal((await viewOf(messages, BOB)).readSeq, 0, "the mark went with its batch");

  emptyDisk(opened.store);
  const stored = await append(messages, ...batch);
  assert.deepEqual(stored.slice(0, 2).map((one) => messageOf(one).seq), [4, 1]);
  assert.equal((await viewOf(messages, BOB)).unread, 34);
});

Deno.test("SqlUserStore.create() changes nothing when the disk is full, and goes on after", async () => {
  await using opened = await openSqlite();
  const { users, invites } = opened.store;
  await invites.create({ id: "i", role: "member", usesLeft: 1, expiresAt: 9, createdAt: 1, createdBy: null });
  fillDisk(opened.store);
  const huge = { ...user, phone: "1".repeat(20_000), inviteId: "i" };
  await assert.rejects(users.create(huge), StoreUnavailableError);
  assert.equal(await users.find({ login: "ann" }), null);
  assert.equal((await invites.find("i", 1))?.usesLeft, 1);
  emptyDisk(opened.store);
  assert.equal((await users.create(huge)).id, 1);
});

Deno.test("SqliteStore answers reads and refuses writes within bounds while another program has the lock", async () => {
  await using directory = await TemporaryDirectory.make();
  await using store = await openIn(directory.path);
  await appendAll(store.messages, ...texts(2));
  {
    using _other = otherWriter(databasePath(directory.path));
    const startedAt = performance.now();
    const writes = [
      append(store.messages, draft("one")),
      mark(store.messages, { read: "newest" }),
      store.users.create(user),
      store.sessions.touch(["x"], 5),
      store.noteDebugUse(),
      store.check(),
    ];
    assert.equal((await store.messages.list(AB, { limit: 5, maxBytes: ROOM })).messages.length, 2);
    assert.equal(store.sessions.findNow?.("x", 5), null);
    for (const result of await Promise.allSettled(writes)) {
      assert.ok(result.status === "rejected" && result.reason instanceof StoreUnavailableError);
    }
    const ms = performance.now() - startedAt;
    assert.ok(ms < 5_000, `all six together waited ${ms} ms`);
  }
  await store.check();
  assert.equal(store.facts.usedInDebug, false);
  assert.deepEqual(seqs(await appendAll(store.messages, draft("three"))), [3]);
  assert.equal((await mark(store.messages, { read: "newest" }))?.unread, 0);
});

Deno.test("SqliteMessageStore.commit() waits for a lock that is given back", async () => {
  await using directory = await TemporaryDirectory.make();
  await using store = await openIn(directory.path);
  const other = otherWriter(databasePath(directory.path));
  const waiting = appendAll(store.messages, draft("patient"));
  // The first try has failed by the time a read is answered.
  await store.messages.list(AB, { limit: 1, maxBytes: ROOM });
  other[Symbol.dispose]();
  assert.deepEqual(seqs(await waiting), [1]);
});

Deno.test("SqliteMessageStore.commit() refuses a draft by itself when the database does", async () => {
  await using opened = await openSqlite();
  const { messages, users } = opened.store;
  opened.store.database.raw.exec(
    "create trigger refuse before insert on message when new.content = 'no' begin select raise(abort, 'no'); end",
  );
  const results = await append(
    messages,
    draft("a"),
    draft("no"),
    draft("no", { conversation: AE }),
    draft("b"),
  );
  assert.deepEqual(results.map((one) => "error" in one), [false, true, true, false]);
  assert.deepEqual(seqs((await messages.list(AB, { limit: 5, maxBytes: ROOM })).messages), [1, 2]);
  assert.equal((await messages.conversations(ANN, { limit: 5 })).conversations.length, 1);
  assert.equal(await users.hasMoreActiveThan(0), false);
});

Deno.test("SqliteStore refuses everything once it is closed, and closes twice", async () => {
  await using directory = await TemporaryDirectory.make();
  const store = await openIn(directory.path);
  await store[Symbol.asyncDispose]();
  await store[Symbol.asyncDispose]();
  await assert.rejects(append(store.messages, draft("late")), StoreUnavailableError);
  await assert.rejects(store.users.hasMoreActiveThan(0), StoreUnavailableError);
  await assert.rejects(store.check(), StoreUnavailableError);
  assert.throws(() => store.sessions.findNow?.("x", 1), StoreUnavailableError);
});

Deno.test("SqliteStore closes while writes run: each is whole or refused", async () => {
  await using directory = await TemporaryDirectory.make();
  const store = await openIn(directory.path);
  const writes = Array.from({ length: 20 }, (_, at) => append(store.messages, draft(`text ${at}`)));
  const closing = store[Symbol.asyncDispose]();
  const results = await Promise.allSettled(writes);
  await closing;
  const stored = results.filter((one) => one.status === "fulfilled").length;
  await using again = await openIn(directory.path);
  assert.equal((await again.messages.list(AB, { limit: 50, maxBytes: ROOM })).messages.length, stored);
});
