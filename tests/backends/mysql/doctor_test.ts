import assert from "node:assert/strict";
import { assertFault, assertWell, type Found, runDoctor } from "../../support/doctored.ts";
import { createDatabaseOn, MariadbServer, type TestDatabase } from "../../support/mariadb.ts";
import { startServer } from "../../support/server.ts";
import { TemporaryDirectory } from "../../support/temporary_directory.ts";

/** A server that syncs what it commits, unlike that of other tests. */
class DurableDatabase implements AsyncDisposable {
  readonly database: TestDatabase;
  readonly #server: MariadbServer;

  private constructor(server: MariadbServer, database: TestDatabase) {
    this.#server = server;
    this.database = database;
  }

  static async start(): Promise<DurableDatabase> {
    const server = await MariadbServer.start(["--innodb-flush-log-at-trx-commit=1"]);
    return new DurableDatabase(server, await createDatabaseOn((name) => server.place(name)));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.database[Symbol.asyncDispose]();
    await this.#server[Symbol.asyncDispose]();
  }
}

async function look(url: string): Promise<readonly Found[]> {
  await using directory = await TemporaryDirectory.make();
  const env = { CHAT_MYSQL_URL: url };
  return await runDoctor({ dataDir: directory.path, env, args: ["--port", "0"] });
}

Deno.test("doctor finds a MySQL that does not sync what it commits, and nothing when it does", async () => {
  await using durable = await DurableDatabase.start();
  const { database } = durable;
  assertWell(await look(database.url));
  await database.run("set global innodb_flush_log_at_trx_commit = 2");
  assertFault(await look(database.url), "MySQL", /innodb_flush_log_at_trx_commit is 2/);
});

Deno.test("doctor finds a user of MySQL who lacks rights", async () => {
  await using durable = await DurableDatabase.start();
  const { database } = durable;
  const name = database.place.database;
  await database.run(`create user reader identified by 'hush'`, `grant select on \`${name}\`.* to reader`);
  const url = new URL(database.url);
  [url.username, url.password] = ["reader", "hush"];
  assertFault(await look(url.href), "MySQL", /lacks rights/);
});

Deno.test("several doctors look at one MySQL at once, and leave nothing there", async () => {
  await using durable = await DurableDatabase.start();
  const { database } = durable;
  const found = await Promise.all(Array.from({ length: 4 }, () => look(database.url)));
  for (const findings of found) assertWell(findings);
  assert.deepEqual(await database.run("show tables"), []);
});

Deno.test("doctor finds a MySQL that does not let us in, and one that a newer version wrote", async () => {
  await using durable = await DurableDatabase.start();
  const { database } = durable;
  const url = new URL(database.url);
  [url.username, url.password] = ["nobody", "hush"];
  assertFault(await look(url.href), "MySQL", /cannot be used/);
  await using server = await startServer({ env: { CHAT_MYSQL_URL: database.url } });
  await server.stop();
  assertWell(await look(database.url));
  await database.run("insert into kysely_migration (name, timestamp) values ('9999_later', '2030')");
  assertFault(await look(database.url), "MySQL", /9999_later/);
});
