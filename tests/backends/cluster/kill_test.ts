/** kill -9 in the middle of everything: nothing acknowledged is lost, nothing is doubled, the order stays. */
import { shareMariadb } from "../../support/mariadb.ts";
import { Talk } from "../../support/talking.ts";
import { until } from "../../support/until.ts";
import { type Started, startServers } from "./started.ts";

await shareMariadb();

/** Messages of each person before and after. */
const MESSAGES = 30;

/** Everybody talks, and `strike` happens in the middle. */
async function talkThrough(
  started: Started,
  what: string,
  strike: (talk: Talk) => Promise<void>,
): Promise<void> {
  await using talk = new Talk(() => started.nextServer());
  await talk.everyoneGoesOn(MESSAGES);
  await strike(talk);
  await talk.everyoneGoesOn(MESSAGES);
  await talk.end(what);
}

function cameBack(talk: Talk): number {
  return talk.people.filter((one) => one.connections > 1).length;
}

async function loseOne(started: Started, what: string): Promise<void> {
  await talkThrough(started, what, async (talk) => {
    const before = cameBack(talk);
    await started.kill(1);
    // They took the servers in turn.
    await until("those of the killed one are on another", () => cameBack(talk) >= before + 3, 30_000);
  });
}

Deno.test("one of three is killed: nobody misses or doubles a message, and the order stays", async () => {
  await using started = await startServers(3);
  await loseOne(started, "one of three killed");
});

Deno.test("one of three is killed with messages in MongoDB: the same holds", async () => {
  await using started = await startServers(3, { mongodb: true });
  await loseOne(started, "one of three killed, messages in MongoDB");
});

Deno.test("one of two is ended in order and another one started: the same holds", async () => {
  await using started = await startServers(2);
  await talkThrough(started, "one of two ended, another started", async () => {
    await started.add();
    await started.stop(0);
  });
});

Deno.test("Redis is killed and comes back: the same holds", async () => {
  await using started = await startServers(2);
  await talkThrough(started, "Redis killed and back", async (talk) => {
    await started.redis.kill();
    await talk.everyoneGoesOn(MESSAGES);
    await started.redis.restart();
  });
});
