/**
 * Opens the store that the settings ask for. A backend that is not configured is not even loaded.
 *
 * @module
 */
import type { BackupSource } from "./backup/source.ts";
import type { Decode } from "./bus.ts";
import type { Clock } from "./clock.ts";
import { type Backend, CombinedStore } from "./combined_store.ts";
import { LocalBus } from "./local/bus.ts";
import { LocalPresence, PresenceMemory } from "./local/presence.ts";
import type { MongoMessages } from "./mongodb/mod.ts";
import type { MongoPlace, MysqlPlace, RedisPlace } from "./places.ts";
import type { RedisBackend, RedisOptions } from "./redis/mod.ts";
import type { SessionStore } from "./sessions.ts";
import { SqliteReader } from "./sql/sqlite/reader.ts";
import { SqliteStore } from "./sql/sqlite/store.ts";
import type { Store, StoreReader } from "./store.ts";
import type { Wires } from "./wires.ts";

const ANSWER_MS = 5_000;

/** What is used of a Redis that is already open; the store does not end it. */
export interface OpenRedis {
  openSessions(): Promise<SessionStore>;
  check(): Promise<void>;
}

/** Hears of migrations: once which are to run, maybe none, and a sentence before and after each. */
export interface MigrationListener {
  readonly pending: (names: readonly string[]) => void;
  readonly tell: (text: string) => void;
}

/** Where the store is. */
export interface StoreOptions {
  /** Holds the embedded database where there is no other; made when it is missing, for its owner alone. */
  readonly dataDir: string;
  readonly clock: Clock;
  /** Names this store apart from every other; random when absent. */
  readonly newId?: () => string;
  /** How long a server that cannot be reached is tried, in ms; default 30 000. */
  readonly startTimeoutMs?: number;
  /** How long one answer of a server may take, in ms; default 5 000. */
  readonly answerMs?: number;
  /** Everything is here instead of in the embedded database. */
  readonly mysql?: MysqlPlace | null;
  /** Messages are here; accounts and what belongs to them stay where they would be without. */
  readonly mongodb?: MongoPlace | null;
  /** Hears of migrations instead of the log. */
  readonly migrating?: MigrationListener;
  /** Sessions are here, and several instances may share the rest. */
  readonly redis?: OpenRedis | null;
}

/**
 * Opens the store and brings its schema up to date.
 *
 * Throws {@link StoreRefusedError} when another process has it, when a newer version of this program wrote it, when
 * it cannot be read, or when a server cannot be reached: a sentence to end the start with.
 */
export async function openStore(options: StoreOptions): Promise<Store> {
  const { mongodb = null, redis = null } = options;
  const base = await openBase(options);
  if (mongodb === null && redis === null) return base;
  const backends: Backend[] = [];
  try {
    const mongo = mongodb === null ? null : await openMessages(mongodb, base, options);
    if (mongo !== null) backends.push(mongo);
    if (redis !== null) {
      const end = (): Promise<void> => Promise.resolve();
      backends.push({ name: "redis", check: () => redis.check(), [Symbol.asyncDispose]: end });
    }
    return new CombinedStore(base, {
      ...(mongo === null ? {} : { messages: mongo.messages }),
      ...(redis === null ? {} : { sessions: await redis.openSessions() }),
      backends,
      clock: options.clock,
    });
  } catch (error) {
    await Promise.allSettled([...backends, base].map((one) => one[Symbol.asyncDispose]()));
    throw error;
  }
}

async function openMessages(
  place: MongoPlace,
  base: Store,
  options: StoreOptions,
): Promise<MongoMessages> {
  const { clock, newId = () => crypto.randomUUID(), mysql = null, redis = null } = options;
  const { MongoMessages } = await import("./mongodb/mod.ts");
  return await MongoMessages.open({
    place,
    clock,
    newId,
    startTimeoutMs: options.startTimeoutMs ?? 30_000,
    answerMs: options.answerMs ?? ANSWER_MS,
    // The embedded accounts have one owner, whatever else there is.
    shared: mysql !== null && redis !== null,
    accounts: base.facts.epoch,
    witness: base.witness,
  });
}

/** The store that has all parts: MySQL's, or the embedded one. */
async function openBase(options: StoreOptions): Promise<Store> {
  const { dataDir, clock, newId = () => crypto.randomUUID(), mysql = null } = options;
  const { migrating } = options;
  const heard = migrating === undefined ? {} : { migrating };
  if (mysql === null) return await SqliteStore.open({ dataDir, clock, newId, ...heard });
  const { MysqlStore } = await import("./sql/mysql/store.ts");
  return await MysqlStore.open({
    place: mysql,
    clock,
    newId,
    ...heard,
    startTimeoutMs: options.startTimeoutMs ?? 30_000,
    answerMs: options.answerMs ?? ANSWER_MS,
    shared: (options.redis ?? null) !== null,
  });
}

/**
 * Opens a store to be backed up, beside whoever serves from it: writes nothing, takes no lock. Throws
 * {@link StoreRefusedError}.
 */
export async function openBackupSource(options: StoreOptions): Promise<BackupSource> {
  const { mongodb = null, clock, startTimeoutMs = 30_000, answerMs = ANSWER_MS } = options;
  if (mongodb === null) return await openBaseSource(options);
  await using opened = new AsyncDisposableStack();
  // Asked now for what it says of the store, and again after the messages for the accounts.
  const { epoch, schema, usedInDebug } = await factsOf(options);
  const { openMongoSource } = await import("./mongodb/source.ts");
  const { messages } = opened.use(
    await openMongoSource({ place: mongodb, clock, startTimeoutMs, answerMs }),
  );
  const owned = opened.move();
  return {
    epoch,
    schema,
    usedInDebug,
    messages,
    isMoving: true,
    openAccounts: async () => await owned.use(await openBaseSource(options)).openAccounts(),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

async function factsOf(
  options: StoreOptions,
): Promise<Pick<BackupSource, "epoch" | "schema" | "usedInDebug">> {
  await using base = await openBaseSource(options);
  return base;
}

async function openBaseSource(options: StoreOptions): Promise<BackupSource> {
  const { dataDir, clock, mysql = null, startTimeoutMs = 30_000, answerMs = ANSWER_MS } = options;
  if (mysql === null) {
    const { openSqliteSource } = await import("./sql/sqlite/snapshot.ts");
    return await openSqliteSource(dataDir, clock);
  }
  const { openMysqlSource } = await import("./sql/mysql/snapshot.ts");
  return await openMysqlSource({ place: mysql, clock, startTimeoutMs, answerMs });
}

/** Opens a Redis. Throws {@link StoreRefusedError} when it cannot be reached, or does not let us in. */
export async function openRedis(options: RedisOptions): Promise<RedisBackend> {
  const { RedisBackend } = await import("./redis/mod.ts");
  return await RedisBackend.open(options);
}

/** What the wires are made of. */
export interface WiresOptions<E> {
  /** Belongs to the wires from here on. */
  readonly redis: RedisBackend | null;
  /** Whether other instances may work on the same store; it takes a Redis. */
  readonly shared: boolean;
  readonly clock: Clock;
  /** Names this run of this instance apart from every other. */
  readonly instanceId: string;
  readonly decode: Decode<E>;
}

/** By Redis where others may be; where nobody is, only what is to outlive this run is there. */
export async function openWires<E>(options: WiresOptions<E>): Promise<Wires<E>> {
  const { redis, shared, clock, instanceId, decode } = options;
  const local = new LocalBus<E>();
  const remote = redis !== null && shared ? await redis.openBus(local, decode) : null;
  const bus = remote ?? local;
  return {
    bus,
    presence: redis !== null && shared
      ? redis.openPresence()
      : new LocalPresence(new PresenceMemory(clock), instanceId),
    ...(redis === null ? {} : { tally: redis.openTally() }),
    async requireCommon(secrets): Promise<void> {
      if (redis !== null && shared) await redis.requireCommon(secrets);
    },
    figures: () => remote?.figures() ?? new Map(),
    async [Symbol.asyncDispose](): Promise<void> {
      await bus[Symbol.asyncDispose]();
      await redis?.[Symbol.asyncDispose]();
    },
  };
}

/** What a store and its wires are made of. */
export interface GroundOptions<E> extends Omit<StoreOptions, "redis"> {
  readonly redis: RedisPlace | null;
  /** Names this run of this instance apart from every other. */
  readonly instanceId: string;
  readonly decode: Decode<E>;
}

/** A store, and what instances that share it tell each other by. */
export interface OpenedGround<E> {
  readonly store: Store;
  readonly wires: Wires<E>;
  /** What an operator is to be told of the databases, each one sentence. */
  readonly warnings: () => Promise<readonly string[]>;
}

/** Opens both. Throws {@link StoreRefusedError}. */
export async function openGround<E>(options: GroundOptions<E>): Promise<OpenedGround<E>> {
  const { redis: place, mysql = null, clock, instanceId, decode, startTimeoutMs = 30_000 } = options;
  const redis = place === null
    ? null
    : await openRedis({ place, clock, withinMs: startTimeoutMs, instanceId });
  const store = await openStore({ ...options, redis });
  // The embedded store has one owner.
  const shared = redis !== null && mysql !== null;
  const wires = await openWires({ redis, shared, clock, instanceId, decode });
  return { store, wires, warnings: async () => await redis?.warnings() ?? [] };
}

/** Opens the embedded store to be read beside its owner, who has it open. Throws what SQLite throws. */
export function openReader({ dataDir, clock }: Pick<StoreOptions, "dataDir" | "clock">): StoreReader {
  return new SqliteReader(dataDir, clock);
}
