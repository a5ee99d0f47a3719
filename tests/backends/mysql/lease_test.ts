import assert from "node:assert/strict";
import { StoreRefusedError, StoreUnavailableError } from "../../../db/errors.ts";
import type { MysqlPlace } from "../../../db/places.ts";
import { MysqlConnection } from "../../../db/sql/mysql/connection.ts";
import { lockName } from "../../../db/sql/mysql/lease.ts";
import { append, appendAll, draft, seqs } from "../../contract/drafts.ts";
import { openAt } from "../../contract/mysql.ts";
import { createDatabase, shareMariadb } from "../../support/mariadb.ts";
import { runProgram } from "../../support/program.ts";
import { startServer } from "../../support/server.ts";
import { until } from "../../support/until.ts";

await shareMariadb();

const ALONE = { shared: false };

/** Somebody else's connection that has the server's lock. */
async function holdLock(place: MysqlPlace): Promise<AsyncDisposable> {
  const connection = await MysqlConnection.open({ place });
  await connection.run("select get_lock(?, 0)", [lockName(place)]);
  return { [Symbol.asyncDispose]: () => connection.end() };
}

Deno.test("MysqlStore.open() refuses a database that another process has, and the owner goes on", async () => {
  await using database = await createDatabase();
  await using owner = await openAt(database.place, ALONE);
  await assert.rejects(openAt(database.place, ALONE), (error) => {
    assert.ok(error instanceof StoreRefusedError);
    assert.match(error.message, /is taken, another Go Chat is using it: stop that one/);
    return true;
  });
  // Sharing a Redis does not help where the other does not.
  await assert.rejects(openAt(database.place), StoreRefusedError);
  assert.deepEqual(seqs(await appendAll(owner.messages, draft("still mine"))), [1]);
});

Deno.test("MysqlStore.open() refuses to be alone where instances share the database", async () => {
  await using database = await createDatabase();
  await using one = await openAt(database.place);
  await using other = await openAt(database.place);
  await assert.rejects(openAt(database.place, ALONE), /instances of Go Chat that share a Redis are using it/);
  assert.deepEqual(seqs(await appendAll(one.messages, draft("a"))), [1]);
  assert.deepEqual(seqs(await appendAll(other.messages, draft("b"))), [2]);
});

Deno.test("MysqlStore.open() has the database at once when the owner has closed it", async () => {
  await using database = await createDatabase();
  for (let run = 0; run < 3; run++) {
    const startedAt = performance.now();
    await using _ = await openAt(database.place, run === 1 ? { shared: true } : ALONE);
    assert.ok(performance.now() - startedAt < 12_000);
  }
  assert.deepEqual(await database.run("select * from lease"), []);
});

Deno.test("A second program on one database without Redis ends with exit code 2 and says why", async () => {
  await using database = await createDatabase();
  const env = { CHAT_MYSQL_URL: database.url };
  await using first = await startServer({ env });
  const dataDir = await Deno.makeTempDir();
  const second = await runProgram({ dataDir, env, args: ["--mode", "debug", "--port", "0"] });
  await Deno.remove(dataDir, { recursive: true });
  assert.equal(second.code, 2, second.stderr);
  assert.match(second.stderr, /Cannot start: MySQL at .* is taken, another Go Chat is using it/);
  const ready = await fetch(new URL("/readyz", first.url));
  assert.equal(ready.status, 200, await ready.text());
});

Deno.test("A program that was killed does not keep the next one waiting", async () => {
  await using database = await createDatabase();
  const env = { CHAT_MYSQL_URL: database.url };
  await using first = await startServer({ env });
  await first.kill();
  const startedAt = performance.now();
  await using _second = await startServer({ env });
  const ms = performance.now() - startedAt;
  assert.ok(ms < 14_000, `the start took ${ms} ms`);
});

Deno.test("An owner that was frozen finds its database taken, stores nothing, and has it back later", async () => {
  await using database = await createDatabase();
  await using frozen = await openAt(database.place, ALONE);
  await appendAll(frozen.messages, draft("before"));
  // As if its process had been stopped for a while: nothing renews, and somebody else takes over.
  await database.run("update lease set holder = 'another', renewed_at = renewed_at + 1");
  const stored = await append(frozen.messages, draft("not mine any more")).catch((error: unknown) => error);
  assert.ok(stored instanceof StoreUnavailableError, String(stored));
  assert.match(stored.message, /was taken by another instance/);
  const user = { username: "ann", email: "a@x.org", phone: "", passwordDigest: "", createdAt: 1 };
  await assert.rejects(frozen.users.create(user), StoreUnavailableError);
  await assert.rejects(frozen.check(), StoreUnavailableError);
  assert.equal((await database.run("select count(*) as n from message"))[0]?.n, 1);

  await database.run("delete from lease");
  await until("The store is ours", () => frozen.check().then(() => true, () => false));
  assert.deepEqual(seqs(await appendAll(frozen.messages, draft("after"))), [2]);
});

Deno.test("MysqlStore.open() waits for an owner that does not renew, and takes over after 15 s", async () => {
  await using database = await createDatabase();
  await using first = await openAt(database.place, ALONE);
  await first[Symbol.asyncDispose]();
  // An owner whose machine is gone: the server still thinks that it is connected, and it renewed 12 s ago.
  const now = "cast(unix_timestamp(current_timestamp(3)) * 1000 as signed)";
  await database.run(`insert into lease (name, holder, renewed_at) values ('owner', 'gone', ${now} - 12000)`);
  await using _lock = await holdLock(database.place);
  const startedAt = performance.now();
  await using _second = await openAt(database.place, ALONE);
  const ms = performance.now() - startedAt;
  assert.ok(ms > 2_000 && ms < 14_000, `taken over after ${ms} ms`);
});

Deno.test("Of one who would be alone and one who would share, that start at one moment, one starts", async () => {
  const opened = await Promise.all(Array.from({ length: 3 }, async (_, round) => {
    await using own = await createDatabase();
    const both = [openAt(own.place), openAt(own.place, ALONE)];
    const settled = await Promise.allSettled(round % 2 === 0 ? both : both.reverse());
    let count = 0;
    for (const one of settled) {
      if (one.status !== "fulfilled") continue;
      count++;
      await one.value[Symbol.asyncDispose]();
    }
    return count;
  }));
  assert.deepEqual(opened, opened.map(() => 1));
});

/** As if nobody had renewed anything for a while. */
async function age(database: { run(text: string): Promise<unknown> }): Promise<void> {
  await database.run("update lease set renewed_at = renewed_at - 20000");
}

Deno.test("An owner that was frozen stores nothing once instances share its database", async () => {
  await using database = await createDatabase();
  await using frozen = await openAt(database.place, ALONE);
  await age(database);
  await using sharing = await openAt(database.place);
  await assert.rejects(append(frozen.messages, draft("not mine any more")), StoreUnavailableError);
  await assert.rejects(frozen.check(), StoreUnavailableError);
  assert.deepEqual(seqs(await appendAll(sharing.messages, draft("ours"))), [1]);
  // Longer than between two renewals.
  await new Promise((resolve) => setTimeout(resolve, 6_000));
  await assert.rejects(frozen.check(), StoreUnavailableError);
  await sharing[Symbol.asyncDispose]();
  await until("it is the owner's again", () => frozen.check().then(() => true, () => false));
});

Deno.test("An instance that was frozen stores nothing once another has the database alone", async () => {
  await using database = await createDatabase();
  await using frozen = await openAt(database.place);
  await age(database);
  await using alone = await openAt(database.place, ALONE);
  await until("it is noticed", () => frozen.check().then(() => false, () => true));
  await assert.rejects(append(frozen.messages, draft("not ours any more")), StoreUnavailableError);
  assert.deepEqual(seqs(await appendAll(alone.messages, draft("mine"))), [1]);
  await alone[Symbol.asyncDispose]();
  await until("it is shared again", () => frozen.check().then(() => true, () => false));
  assert.deepEqual(seqs(await appendAll(frozen.messages, draft("ours"))), [2]);
});
