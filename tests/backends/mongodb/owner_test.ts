import { strict as assert } from "node:assert";
import { systemClock } from "../../../db/clock.ts";
import { StoreRefusedError, StoreUnavailableError } from "../../../db/errors.ts";
import { openStore } from "../../../db/open.ts";
import type { Witness } from "../../../db/store.ts";
import { append, appendAll, draft } from "../../contract/drafts.ts";
import { FakeClock } from "../../support/fake_clock.ts";
import { FerretServer, openTestMongo } from "../../support/ferretdb.ts";
import { TemporaryDirectory } from "../../support/temporary_directory.ts";
import { until } from "../../support/until.ts";
import { openMessages, withDatabase } from "./opened.ts";

Deno.test("MongoDB: a second program with other accounts is refused while the first one lives", async () => {
  await using mongo = await openTestMongo();
  await using _first = await openMessages(mongo.url, { accounts: "one" });
  const startedAt = performance.now();
  await assert.rejects(openMessages(mongo.url, { accounts: "two" }), (error) => {
    assert.ok(error instanceof StoreRefusedError);
    assert.match(
      error.message,
      /^Cannot open MongoDB at .+: another Go Chat with other accounts is using it/,
    );
    return true;
  });
  assert.ok(performance.now() - startedAt < 14_000, "as soon as the first one is seen to live");
});

Deno.test("MongoDB: two data directories cannot own one database, one after the other can", async () => {
  await using mongo = await openTestMongo();
  await using one = await TemporaryDirectory.make();
  await using two = await TemporaryDirectory.make();
  const open = (dataDir: string): ReturnType<typeof openStore> =>
    openStore({ dataDir, clock: systemClock, mongodb: { url: mongo.url } });
  const first = await open(one.path);
  await assert.rejects(open(two.path), StoreRefusedError);
  await first[Symbol.asyncDispose]();
  await using second = await open(two.path);
  await second.check();
});

Deno.test("MongoDB: what a killed program leaves is taken over at once with its accounts, else after 15 s", async () => {
  await using mongo = await openTestMongo();
  const ago = (ms: number): Promise<void> =>
    withDatabase(mongo.url, async (db) => {
      await db.collection<{ _id: string }>("fact").replaceOne(
        { _id: "owner" },
        { holder: "dead", accounts: "one", renewedAt: new Date(Date.now() - ms) },
        { upsert: true },
      );
    });
  await ago(0);
  await (await openMessages(mongo.url, { accounts: "one" }))[Symbol.asyncDispose]();
  await ago(15_000);
  await (await openMessages(mongo.url, { accounts: "two" }))[Symbol.asyncDispose]();
  await ago(13_000);
  const startedAt = performance.now();
  await (await openMessages(mongo.url, { accounts: "two" }))[Symbol.asyncDispose]();
  const ms = performance.now() - startedAt;
  assert.ok(ms > 1_500 && ms < 13_000, `waited ${ms} ms for the rest of it`);
});

Deno.test("MongoDB: a program that has lost the database writes nothing more, and says so", async () => {
  await using mongo = await openTestMongo();
  const clock = new FakeClock();
  await using opened = await openMessages(mongo.url, { clock });
  await appendAll(opened.messages, draft("mine"));
  await withDatabase(mongo.url, async (db) => {
    await db.collection<{ _id: string }>("fact").updateOne({ _id: "owner" }, { $set: { holder: "other" } });
  });
  await clock.advance(5_000);
  await until("it notices", () => opened.check().then(() => false, () => true));
  await assert.rejects(append(opened.messages, draft("late")), StoreUnavailableError);
  await assert.rejects(opened.messages.removeBefore(9_000, 1), StoreUnavailableError);
  await assert.rejects(opened.check(), StoreUnavailableError);
});

Deno.test("MongoDB: a program that could not renew its lease for 15 s writes nothing until it could", async () => {
  await using server = await FerretServer.start();
  const clock = new FakeClock();
  await using opened = await openMessages(server.url("lease"), { clock });
  server.freeze();
  await clock.advance(15_000);
  await assert.rejects(append(opened.messages, draft("late")), /the lease on it has run out/);
  server.thaw();
  await until("it could", async () => {
    await clock.advance(1_000);
    return await opened.check().then(() => true, () => false);
  });
  await appendAll(opened.messages, draft("again"));
});

Deno.test("MongoDB: instances that share it come and go; others are refused", async () => {
  await using mongo = await openTestMongo();
  const shared = { shared: true, accounts: "ours" };
  const first = await openMessages(mongo.url, shared);
  await using second = await openMessages(mongo.url, shared);
  await appendAll(first.messages, draft("one"));
  await appendAll(second.messages, draft("two"));
  await first[Symbol.asyncDispose]();
  await appendAll(second.messages, draft("three"));
  await second.check();
  await assert.rejects(openMessages(mongo.url, { accounts: "others" }), StoreRefusedError);
});

/** What the SQL store remembers, over several openings. */
function memory(): Witness & { text: string | null } {
  return {
    text: null,
    read(): Promise<string | null> {
      return Promise.resolve(this.text);
    },
    write(text): Promise<void> {
      this.text = text;
      return Promise.resolve();
    },
  };
}

async function epochOf(url: string, witness: Witness): Promise<string> {
  await using opened = await openMessages(url, { witness });
  return opened.messages.epoch;
}

Deno.test("MongoDB: the epoch stays over restarts, and changes when an older state was put back", async () => {
  await using mongo = await openTestMongo();
  const witness = memory();
  const epoch = await epochOf(mongo.url, witness);
  assert.equal(await epochOf(mongo.url, witness), epoch);
  const old = await withDatabase(mongo.url, (db) => db.collection("fact").find().toArray());
  assert.equal(await epochOf(mongo.url, witness), epoch);
  await withDatabase(mongo.url, async (db) => {
    await db.collection("fact").deleteMany({});
    await db.collection("fact").insertMany(old);
  });
  const restored = await epochOf(mongo.url, witness);
  assert.notEqual(restored, epoch);
  assert.equal(await epochOf(mongo.url, witness), restored);
});

Deno.test("MongoDB: the epoch changes when the messages lie in another collection than they did", async () => {
  await using mongo = await openTestMongo();
  const witness = memory();
  const epoch = await epochOf(mongo.url, witness);
  await withDatabase(mongo.url, async (db) => {
    // As a restored dump does: the same documents in a collection made anew.
    await db.dropCollection("message");
  });
  assert.notEqual(await epochOf(mongo.url, witness), epoch);
});

Deno.test("MongoDB: two instances that find a restored database agree on its epoch", async () => {
  await using mongo = await openTestMongo();
  const witness = memory();
  const open = (): ReturnType<typeof openMessages> => openMessages(mongo.url, { shared: true, witness });
  const before = await epochOf(mongo.url, witness);
  witness.text = witness.text?.replace(/\d+$/, "1000000") ?? null;
  const both = await Promise.all([open(), open()]);
  const [one, other] = both.map((opened) => opened.messages.epoch);
  for (const opened of both) await opened[Symbol.asyncDispose]();
  assert.notEqual(one, before);
  assert.equal(one, other);
});

Deno.test("MongoDB: the epoch of the store is that of accounts and messages together", async () => {
  await using mongo = await openTestMongo();
  await using directory = await TemporaryDirectory.make();
  const open = (url: string): ReturnType<typeof openStore> =>
    openStore({ dataDir: directory.path, clock: systemClock, mongodb: { url } });
  const epochs: string[] = [];
  for (const url of [mongo.url, mongo.url, mongo.other("other")]) {
    await using store = await open(url);
    epochs.push(store.facts.epoch);
  }
  assert.equal(epochs[0], epochs[1]);
  assert.notEqual(epochs[1], epochs[2], "other messages, other caches");
});
