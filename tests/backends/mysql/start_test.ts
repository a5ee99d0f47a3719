import assert from "node:assert/strict";
import { StoreRefusedError } from "../../../db/errors.ts";
import { openAt } from "../../contract/mysql.ts";
import { FaultyProxy } from "../../support/faulty_proxy.ts";
import { createDatabase, createDatabaseOn, MariadbServer, shareMariadb } from "../../support/mariadb.ts";
import { type Ended, runProgram } from "../../support/program.ts";
import { startServer } from "../../support/server.ts";
import { TemporaryDirectory } from "../../support/temporary_directory.ts";

await shareMariadb();

const PASSWORD = "p4ss:w/rd %41";

/** Runs the program until it ends by itself. */
async function startAndEnd(env: Readonly<Record<string, string>>): Promise<Ended & { readonly ms: number }> {
  await using directory = await TemporaryDirectory.make();
  const startedAt = performance.now();
  const args = ["--mode", "debug", "--port", "0"];
  const ended = await runProgram({ dataDir: directory.path, env, args });
  assert.ok(
    !ended.stderr.includes(PASSWORD) && !ended.stderr.includes(encodeURIComponent(PASSWORD)),
    ended.stderr,
  );
  const left = await Array.fromAsync(Deno.readDir(directory.path), ({ name }) => name);
  assert.deepEqual(left.filter((name) => name !== "secret"), [], "nothing is put somewhere else in silence");
  return { ...ended, ms: performance.now() - startedAt };
}

Deno.test("A MySQL that is not there is tried until CHAT_START_TIMEOUT, then the start ends naming it", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port, hostname } = listener.addr;
  listener.close();
  const url = `mysql://chat:${encodeURIComponent(PASSWORD)}@${hostname}:${port}/go_chat`;
  const ended = await startAndEnd({ CHAT_MYSQL_URL: url, CHAT_START_TIMEOUT: "3" });
  assert.equal(ended.code, 2);
  assert.match(
    ended.lines.at(-1) ?? "",
    new RegExp(
      `^Cannot start: MySQL at 127.0.0.1:${port} \\(database "go_chat"\\) cannot be reached, tried for 3 s: `,
    ),
  );
  assert.ok(ended.ms > 2_000 && ended.ms < 25_000, `${ended.ms} ms`);
});

Deno.test("A MySQL that accepts and stays silent is not there either", async () => {
  await using database = await createDatabase();
  const { host, port } = database.place;
  await using proxy = FaultyProxy.before({ hostname: host, port });
  proxy.silence();
  const url = new URL(database.url);
  url.port = String(proxy.port);
  const ended = await startAndEnd({ CHAT_MYSQL_URL: url.href, CHAT_START_TIMEOUT: "3" });
  assert.equal(ended.code, 2);
  assert.match(
    ended.lines.at(-1) ?? "",
    /^Cannot start: MySQL at .* cannot be reached, tried for 3 s: it did not/,
  );
  assert.ok(ended.ms < 25_000, `${ended.ms} ms`);
});

Deno.test("A MySQL that comes up while it is tried is used", async () => {
  await using mariadb = await MariadbServer.start();
  const { url, place } = await createDatabaseOn((database) => mariadb.place(database));
  await mariadb.kill();
  const starting = startServer({ env: { CHAT_MYSQL_URL: url } });
  const refused = openAt(place, { startTimeoutMs: 1_000 });
  await assert.rejects(refused, StoreRefusedError);
  await mariadb.restart();
  await using server = await starting;
  const ready = await fetch(new URL("/readyz", server.url));
  assert.equal(ready.status, 200, await ready.text());
});

Deno.test("A MySQL that refuses the account ends the start at once, and the password is in no line", async () => {
  await using database = await createDatabase();
  const url = new URL(database.url);
  url.username = "nobody";
  url.password = encodeURIComponent(PASSWORD);
  const ended = await startAndEnd({ CHAT_MYSQL_URL: url.href });
  assert.equal(ended.code, 2);
  assert.match(
    ended.lines.at(-1) ?? "",
    /^Cannot start: MySQL at .* refuses us, error 1045 .*Access denied for user/,
  );
  assert.ok(ended.ms < 25_000, `${ended.ms} ms`);
});

Deno.test("A database that does not exist ends the start at once", async () => {
  await using database = await createDatabase();
  const ended = await startAndEnd({ CHAT_MYSQL_URL: `${database.url}_not` });
  assert.equal(ended.code, 2);
  assert.match(ended.lines.at(-1) ?? "", /refuses us, error 1049 .*Unknown database/);
});

Deno.test("A password of any characters works, percent-encoded in the address and raw in config.ini", async () => {
  await using database = await createDatabase();
  const { host, port, database: name } = database.place;
  const user = `u${crypto.randomUUID().slice(0, 8)}`;
  await database.run(
    `create user '${user}'@'%' identified by '${PASSWORD}'`,
    `grant all on ${name}.* to '${user}'@'%'`,
  );
  const url = `mysql://${user}:${encodeURIComponent(PASSWORD)}@${host}:${port}/${name}`;
  {
    await using server = await startServer({ env: { CHAT_MYSQL_URL: url } });
    assert.ok(!server.stderr().includes(PASSWORD));
  }
  await using directory = await TemporaryDirectory.make();
  const config = await directory.write(
    "config.ini",
    `[mysql]\nDbHost = localhost\nDbPort = ${port}\nDbUser = ${user}\nDbPassWord = ${PASSWORD}\nDbName = ${name}\n`,
  );
  await using server = await startServer({
    dataDir: directory.path,
    args: ["--config", config],
  });
  const ready = await fetch(new URL("/readyz", server.url));
  assert.equal(ready.status, 200, await ready.text());
  assert.deepEqual(
    await Array.fromAsync(Deno.readDir(directory.path), ({ name }) => name).then((all) => all.sort()),
    [
      "config.ini",
      "control.sock",
      "secret",
    ],
  );
});

Deno.test("A schema that is newer than the program ends the start", async () => {
  await using database = await createDatabase();
  {
    await using _ = await openAt(database.place);
  }
  await database.run("insert into kysely_migration (name, timestamp) values ('9999_later', '2030-01-01')");
  const ended = await startAndEnd({ CHAT_MYSQL_URL: database.url });
  assert.equal(ended.code, 2);
  assert.match(
    ended.lines.at(-1) ?? "",
    /Cannot open MySQL at .*: a newer version of this program wrote it .*9999_later/,
  );
});

Deno.test("A server that would lose what was acknowledged is told of at the start", async () => {
  await using mariadb = await MariadbServer.start(["--innodb-flush-log-at-trx-commit=2"]);
  const { url } = await createDatabaseOn((database) => mariadb.place(database));
  await using server = await startServer({ env: { CHAT_MYSQL_URL: url } });
  assert.match(
    server.stderr(),
    /innodb_flush_log_at_trx_commit is 2: messages that were acknowledged are lost/,
  );
});
