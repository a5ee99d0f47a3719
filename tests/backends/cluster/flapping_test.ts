/** A Redis that comes and goes while everybody talks: publishing keeps nobody waiting, and hints heal. */
import assert from "node:assert/strict";
import { shareMariadb } from "../../support/mariadb.ts";
import { SocketClient } from "../../support/socket_client.ts";
import { Talk } from "../../support/talking.ts";
import { until } from "../../support/until.ts";
import { type Started, startServers } from "./started.ts";

await shareMariadb();

const FLAPS = 8;
const FLAP_MS = 2_000;
/** As long as a question to Redis may take, so whoever waited for it would wait longer; in ms. */
const QUICK_MS = 1_900;
/** What the contract gives for being back between instances, in ms. */
const BACK_MS = 10_000;

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, FLAP_MS));
}

/** Goes and comes, killed and silent in turns. */
async function flap({ redis }: Started, round: number): Promise<void> {
  const isKilled = round % 2 === 0;
  if (isKilled) await redis.kill();
  else redis.freeze();
  await pause();
  if (isKilled) await redis.restart();
  else redis.thaw();
  await pause();
}

/** What is said to one server is heard by a person on another who asks for nothing. */
async function hintsCross(started: Started): Promise<void> {
  await using ann = await SocketClient.as(started.server(0).url, 901);
  await using bob = await SocketClient.as(started.server(1).url, 902);
  await until("a message is heard on the other server", async () => {
    await ann.ask({ type: "private", id: crypto.randomUUID(), to_user_id: 902, content: "hear this" });
    return bob.frames.some((frame) => frame.type === "private");
  }, BACK_MS);
}

Deno.test("Redis flaps every 2 s for half a minute: acknowledgements stay quick, nothing is lost, and hints heal", async () => {
  await using started = await startServers(2);
  await using talk = new Talk(() => started.nextServer());
  await talk.everyoneGoesOn(10);
  for (let round = 0; round < FLAPS; round++) {
    const going = talk.everyoneGoesOn(1);
    await flap(started, round);
    await going;
  }
  const longestMs = Math.round(talk.longestMs);
  await hintsCross(started);
  await talk.everyoneGoesOn(10);
  await talk.end(`Redis away ${FLAPS} times, longest wait ${longestMs} ms`);
  for (const { connections } of talk.people) assert.equal(connections, 1, "no socket closed");
  assert.ok(longestMs < QUICK_MS, `an acknowledgement took ${longestMs} ms`);
});
