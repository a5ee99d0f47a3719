/** What presence promises about time and crowds, on an instance whose clock is moved by hand. */
import assert from "node:assert/strict";
import { acquaint, neighbours } from "../support/acquainted.ts";
import { FakeClock, settle } from "../support/fake_clock.ts";
import { startInstance, type TestInstance } from "../support/instance.ts";
import { TemporaryDirectory } from "../support/temporary_directory.ts";

Deno.test("leave: waits five seconds, and a reload within them is silent", async () => {
  await using instance = await startInstance();
  const ann = await instance.connect(1);
  const bob = await instance.connect(2);
  await instance.clock.advance(1_000);
  await bob.hangUp();
  await instance.clock.advance(4_900);
  assert.equal(ann.of("leave").length, 0);
  const again = await instance.connect(2);
  await instance.clock.advance(10_000);
  assert.equal(ann.of("leave").length, 0);
  assert.equal(ann.of("join").filter((frame) => frame.from_user_id === 2).length, 1);
  await again.hangUp();
  await instance.clock.advance(5_100);
  assert.deepEqual(ann.of("leave").map((frame) => frame.from_user_id), [2]);
});

Deno.test("user_list: a crowd that comes at once costs each reader a few frames", async () => {
  await using instance = await startInstance();
  const ann = await instance.connect(1);
  await instance.clock.advance(2_000);
  const before = ann.frames.length;
  for (let userId = 2; userId <= 201; userId++) await instance.connect(userId);
  await instance.clock.advance(5_000);
  const news = ann.frames.slice(before);
  assert.ok(news.length <= 10, `${news.length} frames for 200 arrivals`);
  const users = news.at(-1)?.data?.["users"];
  assert.ok(Array.isArray(users) && users.length === 201);
});

/** A reader of whom only the number of frames is kept: a crowd's lists are long. */
class Counter {
  readonly bufferedAmount = 0;
  frames = 0;
  send(): void {
    this.frames++;
  }
  close(): void {}
}

/** Lets people come one after the other, evenly, and lets what is left be told; what each of them was sent. */
async function arrive(instance: TestInstance, count: number, seconds: number): Promise<number[]> {
  const counters: Counter[] = [];
  for (let userId = 1; userId <= count; userId++) {
    const counter = new Counter();
    counters.push(counter);
    const identity = { userId, username: `user${userId}`, session: null, language: "en" } as const;
    instance.realtime.accept(identity, counter, false).opened();
    await settle();
    await instance.clock.advance(seconds * 1_000 / count);
  }
  await instance.clock.advance(6_000);
  return counters.map(({ frames }) => frames);
}

/** `welcome` and the first list, one list a second, and two rounds of eight until it is known for a crowd. */
function mostFrames(seconds: number): number {
  return 2 + seconds + 16;
}

for (const count of [400, 800, 1_000]) {
  for (const seconds of [5, 7, 20]) {
    Deno.test(`user_list: ${count} people within ${seconds} s cost each a few frames, however slowly they come`, async () => {
      await using instance = await startInstance({ presenceEveryoneBelow: 5_000 });
      const most = Math.max(...await arrive(instance, count, seconds));
      assert.ok(most <= mostFrames(seconds), `${most} frames`);
    });
  }
}

Deno.test("user_list: a crowd of people who know each other costs each a few frames beyond the threshold too", async () => {
  await using instance = await startInstance({ presenceEveryoneBelow: 0 });
  await acquaint(instance.store.messages, neighbours(1, 301, 300), instance.clock.now());
  const most = Math.max(...await arrive(instance, 301, 5));
  assert.ok(most <= mostFrames(5), `${most} frames`);
});

Deno.test("user_list: beyond the threshold it names at most 500, oneself and the watched before the others", async () => {
  await using instance = await startInstance({ presenceEveryoneBelow: 0 });
  const pairs = Array.from({ length: 600 }, (_, at) => [1_000, at + 1] as const);
  await acquaint(instance.store.messages, pairs, instance.clock.now());
  const viewer = await instance.connect(1_000);
  await viewer.write({ type: "watch", data: { add: [1] } });
  await arrive(instance, 600, 5);
  const users = viewer.of("user_list").at(-1)?.data?.["users"];
  assert.ok(Array.isArray(users));
  const ids: readonly unknown[] = users.map((user) => user["user_id"]);
  assert.equal(ids.length, 500);
  assert.ok(ids.includes(1_000) && ids.includes(1), "oneself, and who is watched");
  assert.ok(ids.includes(600) && !ids.includes(2), "those who were written to last");
});

Deno.test("join: few people are told one by one, at most eight a second", async () => {
  await using instance = await startInstance();
  const ann = await instance.connect(1);
  await instance.clock.advance(2_000);
  const before = ann.frames.length;
  for (let userId = 2; userId <= 4; userId++) await instance.connect(userId);
  await instance.clock.advance(60);
  assert.deepEqual(ann.frames.slice(before).map(({ type }) => type), ["join", "join", "join"]);
  await instance.connect(5);
  await instance.clock.advance(300);
  assert.equal(ann.of("join").filter((frame) => frame.from_user_id === 5).length, 0, "three were just told");
  await instance.clock.advance(100);
  assert.equal(ann.of("join").filter((frame) => frame.from_user_id === 5).length, 1);
});

Deno.test("last seen is known to the minute, although the server was killed", async () => {
  await using directory = await TemporaryDirectory.make();
  const clock = new FakeClock();
  const dataDir = directory.path;
  const killed = await startInstance({ dataDir, clock });
  const { id } = await killed.store.users.create({
    username: "bob",
    email: "bob@example.com",
    phone: "",
    passwordDigest: "x",
    createdAt: clock.now(),
  });
  await killed.connect(id);
  await clock.advance(10 * 60_000 + 17_000);
  const lastSeen = clock.now();
  killed.kill();
  const later = new FakeClock(lastSeen + 3 * 3_600_000);
  await using instance = await startInstance({ dataDir, clock: later });
  const ann = await instance.connect(id + 1);
  await ann.write({ type: "watch", data: { add: [id] } });
  const users = ann.of("presence")[0]?.data?.["users"];
  assert.ok(Array.isArray(users));
  const [bob] = users;
  assert.equal(bob["status"], "offline");
  const off = lastSeen - Date.parse(bob["last_seen"]);
  assert.ok(off >= 0 && off <= 60_000, `${off} ms off`);
});

Deno.test("close 4413: a reader who takes nothing once 1 MiB waits; presence and typing are dropped before", async () => {
  await using instance = await startInstance();
  const ann = await instance.connect(1);
  const bob = await instance.connect(2);
  bob.bufferedAmount = 1_048_570;
  await ann.write({ type: "typing", "to_user_id": 2 });
  assert.equal(bob.of("typing").length, 0);
  assert.equal(bob.closedWith, null);
  await ann.write({ type: "private", "to_user_id": 2, content: "one too many" });
  assert.equal(bob.closedWith, 4413);
});
