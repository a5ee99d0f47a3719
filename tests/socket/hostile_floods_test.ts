/** Everything that a crowd may ask for within its limits, at once: two people go on writing to each other. */
import assert from "node:assert/strict";
import { Memory } from "../support/memory.ts";
import { say } from "../support/say.ts";
import { startServer } from "../support/server.ts";
import { SocketClient } from "../support/socket_client.ts";
import { statusOf } from "../support/status.ts";
import { Victim } from "../support/victim.ts";

const CROWD = 25;
/** Of each of the crowd: within the burst of a connection (contract §3.3.6). */
const FRAMES = 150;
const MESSAGES = 55;
const REQUESTS = 400;
/** What a flood of small things may cost for a moment, in MiB. */
const SLACK_MIB = 192;

/** Few enough that all the answers together fit into what may wait for one reader. */
const EVERYBODY = Array.from({ length: 50 }, (_, n) => n + 1);
/** A frame of the crowd; `n` counts those of one. */
type Flood = (n: number, userId: number) => object;
const FLOODS: Readonly<Record<string, Flood>> = {
  heartbeat: () => ({ type: "heartbeat", content: "x".repeat(1_000) }),
  typing: (n) => ({ type: "typing", to_user_id: 1 + n, data: { active: n % 2 === 0 } }),
  watch: (n) => ({ type: "watch", data: n % 2 === 0 ? { add: EVERYBODY } : { remove: EVERYBODY } }),
  read: (n, userId) => ({ type: "read", to_user_id: userId + 1, data: { seq: n } }),
  delivered: (n, userId) => ({
    type: "delivered",
    data: { conversation_id: `${userId}-${userId + 1}`, seq: n },
  }),
  sync: () => ({ type: "sync", data: { limit: 200 } }),
  history: (n, userId) => ({ type: "history", to_user_id: userId + 1, data: { before_seq: n + 1 } }),
};

Deno.test(`floods of ${CROWD} people within their limits leave a victim's messages acknowledged and in order`, async (t) => {
  await using server = await startServer({ env: { CHAT_BCRYPT_COST: "10" } });
  const victim = await Victim.start(server.url);
  const memory = await Memory.of(server.pid);
  const crowd = Array.from({ length: CROWD }, (_, at) => 1_000 + at);

  await t.step("private", async () => {
    await flood(server.url, crowd, MESSAGES, (n, userId) => ({
      type: "private",
      to_user_id: userId + 1,
      content: `${n} ${"x".repeat(2_000)}`,
    }));
    say(`private: ${victim.lap()}`);
  });
  for (const [what, frame] of Object.entries(FLOODS)) {
    await t.step(what, async () => {
      await flood(server.url, crowd, FRAMES, frame);
      await victim.writes(1);
      say(`${what}: ${victim.lap()}`);
    });
  }
  for (const path of ["login", "register"]) {
    await t.step(path, async () => {
      const statuses = await Promise.all(Array.from({ length: REQUESTS }, (_, n) => {
        const body = JSON.stringify({
          username: `crowd_${n}`,
          email: `crowd_${n}@example.com`,
          password: "a good password",
        });
        const init = { method: "POST", body, signal: AbortSignal.timeout(60_000) };
        return statusOf(new URL(`/api/v1/auth/${path}`, server.url), init);
      }));
      const known = path === "login" ? [401, 429, 503] : [200, 429, 503];
      for (const status of statuses) assert.ok(known.includes(status), String(status));
      await victim.writes(1);
      say(`${path}, ${statuses.filter((one) => one < 429).length} of ${REQUESTS} worked: ${victim.lap()}`);
    });
  }
  say(await memory.told("floods within the limits", 1));
  assert.ok(await memory.peak() <= memory.before + SLACK_MIB);
  await victim.stop();
});

/** Everybody sends as much at once, and reads what comes. Nobody is closed, and nothing fails. */
async function flood(url: URL, crowd: readonly number[], count: number, frame: Flood): Promise<void> {
  await Promise.all(crowd.map(async (userId) => {
    await using client = await SocketClient.as(url, userId);
    for (let n = 0; n < count; n++) client.send(frame(n, userId));
    await client.settled();
    for (const { data } of client.frames.filter(({ type }) => type === "error")) {
      // More reads than may wait, and marks of what is not there.
      assert.equal(data?.["code"], 429, JSON.stringify(data));
    }
  }));
}
