import { createDatabaseOn, MariadbServer } from "../../support/mariadb.ts";
import { FLOOD_SETTINGS, floodWhileSilent } from "../../support/flood.ts";
import { startServer } from "../../support/server.ts";

Deno.test("MariaDB is silent under a flood: what waits is bounded, and everything is acknowledged once after", async () => {
  // What it does not sync it does not lose by being stopped.
  await using mariadb = await MariadbServer.start(["--innodb-flush-log-at-trx-commit=0"]);
  const { url } = await createDatabaseOn((database) => mariadb.place(database));
  await using server = await startServer({ env: { ...FLOOD_SETTINGS, CHAT_MYSQL_URL: url } });
  await floodWhileSilent(server, "MariaDB silent under a flood", mariadb);
});
