import assert from "node:assert/strict";
import { configure, type LogRecord, reset } from "@logtape/logtape";
import { StoreRefusedError } from "../../../db/errors.ts";
import { openAt } from "../../contract/mysql.ts";
import { createDatabase, shareMariadb } from "../../support/mariadb.ts";
import { startServer } from "../../support/server.ts";
import { DOCUMENTED, goChatDatabase, PASSWORD } from "./go_chat.ts";

await shareMariadb();

/** What the store says while a test runs. */
async function listen(): Promise<AsyncDisposable & { readonly lines: readonly string[] }> {
  const lines: string[] = [];
  const note = (record: LogRecord): void => void lines.push(record.message.map(String).join(""));
  await configure({
    sinks: { note },
    loggers: [
      { category: ["chat"], sinks: ["note"], lowestLevel: "info" },
      { category: ["logtape", "meta"], lowestLevel: "error" },
    ],
  });
  return { lines, [Symbol.asyncDispose]: reset };
}

Deno.test("MysqlStore.open() takes over the accounts of go-chat with all they have", async () => {
  await using database = await goChatDatabase([
    ...DOCUMENTED,
    { name: "gone", email: "gone@example.com", deletedAt: "2026-11-23 08:00:00" },
    { name: "idle", email: "idle@example.com", status: "inactive" },
    { name: "Éva 周", email: "eva@example.com" },
  ]);
  const columns = "id, user_name, password_digest, email, avatar, phone, status, created_at, deleted_at";
  const before = await database.run(`select ${columns} from user order by id`);
  await using store = await openAt(database.place);
  assert.deepEqual(await database.run(`select ${columns} from user order by id`), before);

  const alice = await store.users.find({ login: "ALICE_S" });
  assert.ok(alice !== null);
  assert.deepEqual(
    [alice.id, alice.username, alice.email, alice.phone, alice.status, alice.role],
    [1, "alice_s", "alice_s@example.com", "13800138000", "active", "owner"],
  );
  assert.match(alice.passwordDigest, /^\$2a\$12\$6\/NJ1GBf/);
  assert.equal((await store.users.find({ login: "Bob_S@Example.com" }))?.role, "member");
  assert.equal((await store.users.find({ login: "éVA 周" }))?.id, 6);
  assert.equal(await store.users.find({ login: "gone" }), null);
  assert.equal(await store.users.find({ id: 4 }), null);
  assert.equal((await store.users.find({ id: 5 }))?.status, "disabled");
  assert.deepEqual([await store.users.hasMoreActiveThan(3), await store.users.hasMoreActiveThan(4)], [
    true,
    false,
  ]);
  // The name of a removed account is free, and new text has all of Unicode.
  const next = { email: "new@example.com", phone: "", passwordDigest: "d", createdAt: 1 };
  const user = await store.users.create({ ...next, username: "gone" });
  assert.equal(user.id, 7);
  assert.equal((await store.users.update(7, { username: "𝒢one𠮷" }, 2))?.username, "𝒢one𠮷");
});

Deno.test("MysqlStore.open() finds what it took over as it left it, and takes nothing over twice", async () => {
  await using database = await goChatDatabase(DOCUMENTED);
  {
    await using store = await openAt(database.place);
    await store.users.update(1, { username: "alice", role: "member" }, 5);
    await store.users.update(2, { role: "owner" }, 5);
  }
  await using store = await openAt(database.place);
  assert.equal((await store.users.find({ login: "alice" }))?.role, "member");
  assert.equal(await store.users.find({ login: "alice_s" }), null);
});

Deno.test("MysqlStore.open() leaves a name to the older of two accounts, and one line lists the others", async () => {
  await using log = await listen();
  await using database = await goChatDatabase([
    { name: "ann", email: "first@example.com" },
    { name: "ANN", email: "second@example.com" },
    { name: "bob", email: "SHARED@example.com" },
    { name: "eve", email: "shared@example.com" },
    { name: "ａｎｎ", email: "First@Example.com" },
    { name: "ann", email: "removed@example.com", deletedAt: "2026-11-23 08:00:00" },
    { name: "", email: null },
    { name: null, email: "" },
  ]);
  await using store = await openAt(database.place);
  const idOf = async (login: string): Promise<number | undefined> => (await store.users.find({ login }))?.id;
  assert.deepEqual(
    [
      await idOf("ann"),
      await idOf("second@example.com"),
      await idOf("shared@example.com"),
      await idOf("eve"),
    ],
    [1, 2, 3, 4],
  );
  assert.equal((await database.run("select count(*) as n from user"))[0]?.n, 8, "nothing is dropped");
  const lines = log.lines.filter((line) => line.includes("older account"));
  assert.equal(lines.length, 1, log.lines.join("\n"));
  assert.match(
    lines[0] ?? "",
    /3 accounts .*: 2 \(name "ANN"\); 4 \(e-mail "shared@example.com"\); 5 \(name "ａｎｎ", e-mail "First@Example.com"\)\./,
  );

  // A new name of its own, and it signs in by it.
  await store.users.update(2, { username: "ann2" }, 5);
  assert.equal(await idOf("ann2"), 2);
});

Deno.test("MysqlStore.open() goes on where taking over was cut short", async () => {
  await using database = await goChatDatabase(
    Array.from({ length: 1_200 }, (_, at) => ({ name: `user${at % 1_000}`, email: `u${at}@example.com` })),
  );
  {
    await using _ = await openAt(database.place);
  }
  // As if it had ended between two steps: the columns are there, some keys are not, and nobody noted that it is done.
  await database.run(
    "update user set name_key = null, email_key = null where id > 700",
    "drop index user_email_key on user",
    "drop table fact, message",
    "delete from kysely_migration",
  );
  await using store = await openAt(database.place);
  assert.equal((await store.users.find({ login: "user999" }))?.id, 1_000);
  assert.equal((await store.users.find({ login: "user5" }))?.id, 6, "the older one has the name");
  assert.equal((await store.users.find({ login: "u1199@example.com" }))?.id, 1_200);
  const [row] = await database.run("select count(*) as n from user where name_key is null");
  assert.equal(row?.n, 200);
});

Deno.test("MysqlStore.open() refuses a table of accounts that is not go-chat's, and leaves it alone", async () => {
  await using database = await createDatabase();
  await database.run("create table user (id int primary key, name text)", "insert into user values (1, 'x')");
  await assert.rejects(openAt(database.place), (error) => {
    assert.ok(error instanceof StoreRefusedError);
    assert.match(error.message, /its table "user" is not one of go-chat, it has no created_at/);
    return true;
  });
  assert.deepEqual(await database.run("select * from user"), [{ id: 1, name: "x" }]);
});

Deno.test("People of a go-chat database sign in with the passwords they had", async () => {
  await using database = await goChatDatabase(DOCUMENTED);
  await using server = await startServer({
    mode: "release",
    env: { CHAT_MYSQL_URL: database.url, CHAT_BCRYPT_COST: "10" },
  });
  for (const { name, email } of DOCUMENTED) {
    for (const username of [name, email]) {
      const answer = await fetch(new URL("/api/v1/auth/login", server.url), {
        method: "POST",
        body: JSON.stringify({ username, password: PASSWORD }),
      });
      assert.equal(answer.status, 200, await answer.text());
    }
  }
  assert.ok(!server.stderr().includes(PASSWORD));
});
