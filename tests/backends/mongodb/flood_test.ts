import { FerretServer } from "../../support/ferretdb.ts";
import { FLOOD_SETTINGS, floodWhileSilent } from "../../support/flood.ts";
import { startServer } from "../../support/server.ts";

Deno.test("MongoDB is silent under a flood: what waits is bounded, and everything is acknowledged once after", async () => {
  await using mongo = await FerretServer.start();
  await using server = await startServer({ env: { ...FLOOD_SETTINGS, CHAT_MONGODB_URL: mongo.url("chat") } });
  await floodWhileSilent(server, "MongoDB silent under a flood", mongo);
});
