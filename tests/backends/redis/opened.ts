/**
 * Stores on a Redis of their own, for tests.
 *
 * @module
 */
import { z } from "zod";
import { systemClock } from "../../../db/clock.ts";
import type { Clock } from "../../../db/clock.ts";
import { LocalBus } from "../../../db/local/bus.ts";
import { openStore } from "../../../db/open.ts";
import type { RedisBus } from "../../../db/redis/bus.ts";
import { RedisBackend } from "../../../db/redis/mod.ts";
import { openTestRedis, type TestRedis } from "../../support/redis.ts";
import { TemporaryDirectory } from "../../support/temporary_directory.ts";
import type { TestEvent } from "../../contract/bus_contract.ts";
import type { OpenedStore } from "../../contract/opened.ts";

/** How an instance is opened. */
export interface BackendOptions {
  readonly clock?: Clock;
  readonly instanceId?: string;
}

/** Opens one instance's way to a Redis. */
export function openBackend(
  { place, prefix }: Pick<TestRedis, "place" | "prefix">,
  { clock = systemClock, instanceId = crypto.randomUUID() }: BackendOptions = {},
): Promise<RedisBackend> {
  return RedisBackend.open({ place, prefix, instanceId, clock, withinMs: 5_000 });
}

/** The embedded store with its sessions in Redis. */
export async function openRedisSessions(): Promise<OpenedStore> {
  const redis = await openTestRedis();
  const backend = await openBackend(redis);
  const directory = await TemporaryDirectory.make();
  const store = await openStore({ dataDir: directory.path, clock: systemClock, redis: backend });
  return {
    store,
    async [Symbol.asyncDispose](): Promise<void> {
      for (const one of [store, directory, backend, redis]) await one[Symbol.asyncDispose]();
    },
  };
}

const Event = z.object({ text: z.string() });

/** One instance: its links, and its bus. */
export interface TestInstance extends AsyncDisposable {
  readonly backend: RedisBackend;
  readonly bus: RedisBus<TestEvent>;
}

/** Opens an instance; disposing it ends its bus and its links. */
export async function openInstance(
  redis: Pick<TestRedis, "place" | "prefix">,
  options: BackendOptions = {},
): Promise<TestInstance> {
  const backend = await openBackend(redis, options);
  const bus = await backend.openBus(
    new LocalBus<TestEvent>(),
    (value) => Event.safeParse(value).data ?? null,
  );
  return {
    backend,
    bus,
    async [Symbol.asyncDispose](): Promise<void> {
      await bus[Symbol.asyncDispose]();
      await backend[Symbol.asyncDispose]();
    },
  };
}
