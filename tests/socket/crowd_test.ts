/** A thousand people whose server is killed: all are back within seconds, and their coming costs nobody much. */
import assert from "node:assert/strict";
import { z } from "zod";
import { systemClock } from "../../db/clock.ts";
import { SqliteStore } from "../../db/sql/sqlite/store.ts";
import { acquaint, neighbours } from "../support/acquainted.ts";
import { CROWD_AFTER } from "../support/crowd.ts";
import { fromFileUrl, ROOT } from "../support/paths.ts";
import { capture, type Captured } from "../support/process.ts";
import { say } from "../support/say.ts";
import { type RunningServer, startServer } from "../support/server.ts";
import { SocketClient } from "../support/socket_client.ts";
import { TemporaryDirectory } from "../support/temporary_directory.ts";
import { until } from "../support/until.ts";
import { Victim } from "../support/victim.ts";

const PEOPLE = 1_000;
/** They come back at random moments within this time, in ms. */
const WITHIN_MS = 5_000;
/** `welcome` and the first list; a list a second, for as long as they come and one is owed; and what came before. */
const MOST_FRAMES = 2 + 15 + 16;
/** Others whom each of them has written to. */
const KNOWN = 120;
/** A list names at most 500 people, of up to some 140 characters each; of those, one is the first, and few follow. */
const MOST_LIST = 501 * 160;
const MOST_LISTS = 5;
/** Messages of the pair after the last one came: longer than news of a crowd is put off. */
const AFTERWARDS = 100;

const Told = z.object({
  frames: z.array(z.number()),
  units: z.array(z.number()),
  lists: z.array(z.number()),
});

function startCrowd(url: URL): Captured {
  return capture({
    program: Deno.execPath(),
    args: [
      ...["run", "--quiet", "--no-prompt", "--allow-net", "tests/support/crowd.ts"],
      ...[url.href, String(PEOPLE), String(WITHIN_MS)],
    ],
    env: {},
    cwd: fromFileUrl(ROOT),
  });
}

/** Resolves when all of the crowd have been there for the `times`th time. */
async function allThere(crowd: Captured, times: number): Promise<void> {
  const count = (): number => crowd.stdout().split("all are there\n").length - 1;
  await until("All of the crowd are there", () => count() >= times, 60_000);
}

/** What the crowd was told since each of it came last; ends it. */
async function told(crowd: Captured): Promise<z.infer<typeof Told>> {
  assert.equal(await crowd.stop(), 0);
  const line = crowd.stdout().split("\n").find((text) => text.startsWith("told "));
  return Told.parse(JSON.parse(line?.slice("told ".length) ?? "null"));
}

function mean(numbers: readonly number[]): number {
  return numbers.reduce((sum, one) => sum + one, 0) / numbers.length;
}

/** Two people of the crowd's server who have not written to each other yet. */
async function pair(server: RunningServer, ids: readonly [number, number]): Promise<Victim> {
  const [writer, reader] = ids;
  return new Victim(
    await SocketClient.as(server.url, writer),
    await SocketClient.as(server.url, reader),
    reader,
  );
}

/** Makes a store in which each of the crowd knows some of the others. */
async function fill(dataDir: string): Promise<void> {
  await using store = await SqliteStore.open({
    dataDir,
    clock: systemClock,
    newId: () => crypto.randomUUID(),
  });
  await acquaint(store.messages, neighbours(CROWD_AFTER + 1, PEOPLE, KNOWN), systemClock.now());
}

for (const [who, everyoneBelow] of [["everybody", "5000"], ["their own people", "0"]] as const) {
  Deno.test(`${PEOPLE} people who see ${who} are back within seconds of a kill, and it costs each a few frames`, async () => {
    await using directory = await TemporaryDirectory.make();
    await fill(directory.path);
    const env = { CHAT_PRESENCE_EVERYONE_BELOW: everyoneBelow };
    const first = await startServer({ dataDir: directory.path, env });
    await using owned = new AsyncDisposableStack();
    const crowd = startCrowd(first.socketUrl);
    owned.defer(() => crowd.kill());
    await allThere(crowd, 1);
    const before = await pair(first, [1, 2]);
    await before.writes(AFTERWARDS);
    say(`${PEOPLE} who see ${who}, at rest: ${await before.stop()}`);

    await first.kill();
    await first[Symbol.asyncDispose]();
    const args = ["--port", first.url.port];
    await using second = await startServer({ dataDir: directory.path, env, args });
    const begun = performance.now();
    const during = await pair(second, [3, 4]);
    await allThere(crowd, 2);
    const took = (performance.now() - begun) / 1_000;
    say(`${PEOPLE} who see ${who}, all back after ${took.toFixed(1)} s, meanwhile: ${during.lap()}`);
    await during.writes(AFTERWARDS);
    say(`${PEOPLE} who see ${who}, after that: ${await during.stop()}`);

    const { frames, units, lists } = await told(crowd);
    const [most, longest] = [Math.max(...frames), Math.max(...units)];
    const total = units.reduce((sum, one) => sum + one, 0) / 1e6;
    say(
      `each of ${PEOPLE} who see ${who} was sent ${most} frames at the most, ${
        mean(frames).toFixed(1)
      } on average, ` +
        `${mean(lists).toFixed(1)} of them lists; ${
          (longest / 1e3).toFixed()
        } KB at the most, ${total.toFixed()} MB all`,
    );
    assert.ok(most <= MOST_FRAMES, `${most} frames`);
    assert.ok(longest <= MOST_LISTS * MOST_LIST, `${longest} characters`);
    assert.equal(frames.length, PEOPLE);
  });
}
