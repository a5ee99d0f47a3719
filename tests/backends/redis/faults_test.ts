import { strict as assert } from "node:assert";
import { StoreUnavailableError } from "../../../db/errors.ts";
import { FakeClock } from "../../support/fake_clock.ts";
import { FaultyProxy } from "../../support/faulty_proxy.ts";
import { RedisServer } from "../../support/redis.ts";
import { until } from "../../support/until.ts";
import { openInstance, type TestInstance } from "./opened.ts";

/** What the contract gives for being back between instances, in ms. */
const BACK_MS = 10_000;
/** A publish that took this long, in ms, waited for something: less than any wait of the bus, more than a busy machine. */
const WAITED_MS = 500;

/** Publishes all the time from one instance, and notes what two hear. */
class Load implements AsyncDisposable {
  readonly there = new Set<number>();
  gaps = 0;
  longestMs = 0;
  #here = 0;
  #count = 0;
  readonly #from: TestInstance;
  readonly #timer: ReturnType<typeof setInterval>;

  private constructor(from: TestInstance, perTick: number) {
    this.#from = from;
    this.#timer = setInterval(() => this.#tick(perTick), 10);
  }

  static async begin(from: TestInstance, to: TestInstance, perTick: number = 10): Promise<Load> {
    const load = new Load(from, perTick);
    await from.bus.subscribe("load", () => load.#here++);
    await to.bus.subscribe("load", ({ text }) => load.there.add(Number(text)));
    to.bus.onGap(() => load.gaps++);
    return load;
  }

  /** Events that were published so far. */
  get count(): number {
    return this.#count;
  }

  /** Resolves when something that is published after this call arrives. */
  async healed(): Promise<void> {
    const from = this.#count;
    await until("events arrive again", () => [...this.there].some((number) => number >= from), BACK_MS);
  }

  [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer);
    assert.equal(this.#here, this.#count, "everything was heard here, at once");
    assert.ok(this.longestMs < WAITED_MS, `publishing waited for ${this.longestMs} ms`);
    return Promise.resolve();
  }

  #tick(perTick: number): void {
    for (let nth = 0; nth < perTick; nth++) {
      const begun = performance.now();
      this.#from.bus.publish("load", { text: `${this.#count++}` });
      this.longestMs = Math.max(this.longestMs, performance.now() - begun);
    }
  }
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

Deno.test("The bus goes on here without Redis, and is back between instances within 10 s of its return", async () => {
  await using server = await RedisServer.start();
  const redis = { place: server.place, prefix: "test" };
  await using one = await openInstance(redis);
  await using other = await openInstance(redis);
  await using load = await Load.begin(one, other);
  await load.healed();
  await server.kill();
  const before = load.count;
  await until("a thousand are published without it", () => load.count > before + 1_000);
  const begun = performance.now();
  const late = await one.bus.subscribe("late", () => {});
  assert.ok(performance.now() - begun < 1_800, "a socket that opens meanwhile does not wait");
  await server.restart();
  await load.healed();
  await until("a gap is told", () => load.gaps > 0, BACK_MS);
  await late.unsubscribe();
});

Deno.test("A subscription that was made without Redis is live once it is back", async () => {
  await using server = await RedisServer.start();
  const redis = { place: server.place, prefix: "test" };
  await using one = await openInstance(redis);
  await using other = await openInstance(redis);
  await server.kill();
  const heard: string[] = [];
  await other.bus.subscribe("late", ({ text }) => heard.push(text));
  let gaps = 0;
  other.bus.onGap(() => gaps++);
  await server.restart();
  await until("the way is back", () => gaps > 0, BACK_MS);
  await until("it is heard", () => {
    one.bus.publish("late", { text: "x" });
    return heard.length > 0;
  }, BACK_MS);
});

Deno.test("A Redis that is frozen makes nobody wait who publishes, and 2 s who asks; then all goes on", async () => {
  await using server = await RedisServer.start();
  const redis = { place: server.place, prefix: "test" };
  await using one = await openInstance(redis);
  await using other = await openInstance(redis);
  await using load = await Load.begin(one, other);
  await load.healed();
  const sessions = await one.backend.openSessions();
  server.freeze();
  const begun = performance.now();
  const waits = [sessions.find("a", Date.now()), sessions.live(["a"], Date.now()), one.backend.check()];
  for (const outcome of await Promise.allSettled(waits)) {
    assert.ok(outcome.status === "rejected" && outcome.reason instanceof StoreUnavailableError);
  }
  const subscribing = performance.now();
  await one.bus.subscribe("late", () => {});
  assert.ok(performance.now() - subscribing < 1_800, "a socket that opens meanwhile does not wait for long");
  assert.ok(performance.now() - begun < 6_000);
  await wait(5_000);
  server.thaw();
  await load.healed();
  assert.equal(await sessions.find("a", Date.now()), null);
});

Deno.test("What waits for Redis is bounded, and those who missed something are told", async () => {
  await using server = await RedisServer.start();
  await using proxy = FaultyProxy.before({ hostname: "127.0.0.1", port: server.port });
  await using one = await openInstance({ place: { ...server.place, port: proxy.port }, prefix: "test" });
  await using other = await openInstance({ place: server.place, prefix: "test" });
  let heard = 0;
  let gaps = 0;
  await other.bus.subscribe("a", () => heard++);
  other.bus.onGap(() => gaps++);
  proxy.refuse();
  for (let nth = 0; nth < 100_000; nth++) one.bus.publish("a", { text: "x".repeat(1_000) });
  const waiting = one.bus.figures().get("bus_waiting") ?? 0;
  assert.ok(waiting > 1_000 && waiting < 9_000, `${waiting} of 100 000 wait: 8 MiB`);
  proxy.heal();
  await until("what waited arrives", () => heard >= waiting, BACK_MS);
  assert.equal(gaps, 1, "told once");
});

Deno.test("What is old news when Redis is back is not told, but that there was some", async () => {
  await using server = await RedisServer.start();
  await using proxy = FaultyProxy.before({ hostname: "127.0.0.1", port: server.port });
  const clock = new FakeClock();
  const place = { ...server.place, port: proxy.port };
  await using one = await openInstance({ place, prefix: "test" }, { clock });
  await using other = await openInstance({ place: server.place, prefix: "test" });
  const heard: string[] = [];
  let gaps = 0;
  await other.bus.subscribe("a", ({ text }) => heard.push(text));
  other.bus.onGap(() => gaps++);
  proxy.refuse();
  await until("the cut is noticed", () => one.backend.check().then(() => false, () => true));
  one.bus.publish("a", { text: "old" });
  await clock.advance(5_000);
  one.bus.publish("a", { text: "young" });
  await clock.advance(4_000);
  proxy.heal();
  await until("what is young arrives", () => heard.length > 0, BACK_MS);
  assert.deepEqual(heard, ["young"]);
  assert.equal(gaps, 1);
});

Deno.test("A line that was cut without a word is noticed while nothing is asked over it", async () => {
  await using server = await RedisServer.start();
  await using proxy = FaultyProxy.before({ hostname: "127.0.0.1", port: server.port });
  const place = { ...server.place, port: proxy.port };
  await using one = await openInstance({ place, prefix: "test" });
  let gaps = 0;
  one.bus.onGap(() => gaps++);
  await one.bus.subscribe("a", () => {});
  const { accepted } = proxy;
  proxy.silence();
  await until("it is given up", () => proxy.accepted > accepted, BACK_MS);
  proxy.heal();
  await until("a gap is told", () => gaps > 0, BACK_MS);
});

Deno.test("A short cut of one instance loses nothing of what it publishes", async () => {
  await using server = await RedisServer.start();
  await using proxy = FaultyProxy.before({ hostname: "127.0.0.1", port: server.port });
  await using one = await openInstance({ place: { ...server.place, port: proxy.port }, prefix: "test" });
  await using other = await openInstance({ place: server.place, prefix: "test" });
  await using load = await Load.begin(one, other, 1);
  for (let cuts = 0; cuts < 5; cuts++) {
    await load.healed();
    proxy.cut();
  }
  await load.healed();
  const { count } = load;
  await until(
    "all arrive",
    () => Array.from({ length: count }, (_, at) => at).every((at) => load.there.has(at)),
  );
  assert.equal(load.gaps, 0, "the other was never cut off");
});

Deno.test("Delays, packets of 8 bytes, cuts and silence on the way to Redis heal within 10 s", async () => {
  await using server = await RedisServer.start();
  await using proxy = FaultyProxy.before({ hostname: "127.0.0.1", port: server.port });
  const redis = { place: { ...server.place, port: proxy.port }, prefix: "test" };
  await using one = await openInstance(redis);
  await using other = await openInstance(redis);
  await using load = await Load.begin(one, other, 2);
  for (
    const [name, fault, ms] of [
      ["slices", () => proxy.slice(8), 1_000],
      ["delay", () => proxy.delay(300), 2_000],
      ["cut", () => proxy.cut(), 0],
      ["silence of the server", () => proxy.silence("answered"), 4_000],
      ["silence of the instance", () => proxy.silence("asked"), 4_000],
      ["refusal", () => proxy.refuse(), 3_000],
    ] as const
  ) {
    fault();
    await wait(ms);
    proxy.heal();
    await load.healed().catch((error) => assert.fail(`${name}: ${error}`));
  }
});

Deno.test("A Redis that comes and goes every 2 s is lived with, and is back at the end", async () => {
  await using server = await RedisServer.start();
  const redis = { place: server.place, prefix: "test" };
  await using one = await openInstance(redis);
  await using other = await openInstance(redis);
  await using load = await Load.begin(one, other);
  const sessions = await other.backend.openSessions();
  for (let flaps = 0; flaps < 3; flaps++) {
    await server.kill();
    await assert.rejects(sessions.find("a", Date.now()), StoreUnavailableError);
    await wait(2_000);
    await server.restart();
    await wait(2_000);
  }
  await load.healed();
  assert.equal(await sessions.find("a", Date.now()), null);
  assert.ok(load.gaps >= 2 && load.gaps <= 20, `${load.gaps} gaps`);
});
