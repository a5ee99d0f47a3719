import { FerretServer } from "../../support/ferretdb.ts";
import { startServer } from "../../support/server.ts";
import { statusOf } from "../../support/status.ts";
import { Talk } from "../../support/talking.ts";
import { until } from "../../support/until.ts";

const KILLS = 3;
const MESSAGES = 10;

Deno.test("MongoDB is killed while people talk and comes back: nothing is lost, doubled or reordered", async () => {
  await using mongo = await FerretServer.start();
  const env = { CHAT_LIMIT_MESSAGES: "0", CHAT_LIMIT_FRAMES: "0", CHAT_MONGODB_URL: mongo.url("chat") };
  await using server = await startServer({ env });
  const status = (): Promise<number> => statusOf(new URL("/readyz", server.url));
  await using talk = new Talk(() => server.url);
  for (let kill = 0; kill < KILLS; kill++) {
    await talk.everyoneGoesOn(MESSAGES);
    await mongo.kill();
    await until("it is told", async () => await status() === 503);
    await mongo.restart();
    await until("all is well again", async () => await status() === 200, 15_000);
  }
  await talk.everyoneGoesOn(MESSAGES);
  await talk.end(`MongoDB killed ${KILLS} times`);
});
