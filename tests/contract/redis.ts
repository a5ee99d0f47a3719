/**
 * Stores on a Redis of their own, for tests.
 *
 * @module
 */
import { systemClock } from "../../db/clock.ts";
import type { Clock } from "../../db/clock.ts";
import { RedisBackend } from "../../db/redis/mod.ts";
import type { SessionStore } from "../../db/sessions.ts";
import type { Store } from "../../db/store.ts";
import { openTestRedis, type TestRedis } from "../support/redis.ts";
import type { OpenedStore } from "./opened.ts";
import { openSqlite } from "./sqlite.ts";

/** Opens one instance's way to a Redis. */
export function openBackend(
  { place, prefix }: Pick<TestRedis, "place" | "prefix">,
  { clock = systemClock, instanceId = crypto.randomUUID() }: {
    readonly clock?: Clock;
    readonly instanceId?: string;
  } = {},
): Promise<RedisBackend> {
  return RedisBackend.open({ place, prefix, instanceId, clock, withinMs: 5_000 });
}

/** The embedded store with its sessions in Redis. */
export async function openRedisSessions(): Promise<OpenedStore> {
  const sqlite = await openSqlite();
  const redis = await openTestRedis();
  const backend = await openBackend(redis);
  const store = withSessions(sqlite.store, await backend.openSessions());
  return {
    store,
    async [Symbol.asyncDispose](): Promise<void> {
      for (const one of [backend, redis, sqlite]) await one[Symbol.asyncDispose]();
    },
  };
}

function withSessions(store: Store, sessions: SessionStore): Store {
  const { facts, users, invites, messages, archive } = store;
  return {
    facts,
    users,
    sessions,
    invites,
    messages,
    archive,
    noteCopy: (from) => store.noteCopy(from),
    noteDebugUse: () => store.noteDebugUse(),
    check: () => store.check(),
    [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
  };
}
