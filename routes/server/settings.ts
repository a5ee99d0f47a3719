/**
 * The settings of one run: read once, checked whole, frozen.
 *
 * @module
 */
import type { TransportName } from "./transport.ts";
import { DEFAULT_LIMITS, type Limits } from "../../realtime/limits.ts";
import type { MongoPlace, MysqlPlace, RedisPlace } from "../../db/places.ts";
import { isLoopback } from "./loopback.ts";
import { readMongoPlace } from "./mongo_place.ts";
import { readMysqlPlace } from "./mysql_place.ts";
import { readRedisPlace } from "./redis_place.ts";
import { refuseWeak } from "./release_rules.ts";
import { SETTINGS } from "./setting_rows.ts";
import { find, type Given, unknownNames, valueOf, wrongSetting } from "./sources.ts";

/** How much is logged, least to most important. */
export type LogLevel = "trace" | "debug" | "info" | "warning" | "error" | "fatal";

/** Every setting of a run, checked. */
export interface Settings {
  readonly mode: "debug" | "release";
  readonly modeSource: string;
  readonly host: string;
  /** 0: a free one. */
  readonly port: number;
  /** Where the port comes from, for the sentence that says it is taken. */
  readonly portSource: string;
  /** Whether only this machine can reach the listener. */
  readonly loopback: boolean;
  readonly dataDir: string;
  readonly dataDirSource: string;
  /** The first signs, all verify; null: generated and kept in the data directory. */
  readonly secrets: readonly string[] | null;
  readonly publicUrl: URL | null;
  /** Addresses and CIDRs whose X-Forwarded-For is believed; empty: off. */
  readonly trustProxy: readonly string[];
  readonly bcryptCost: number;
  readonly logLevel: LogLevel;
  readonly limits: Limits;
  /** What the process may have of the machine's memory before it lets nobody more in, in MiB; 0: off. */
  readonly limitMemory: number;
  /** Failed sign-ins per account and address in 15 minutes; 0: off. */
  readonly limitLogin: number;
  /** Registrations per address and hour; 0: off. */
  readonly limitRegister: number;
  readonly registration: "open" | "invite" | "closed";
  /** Seconds that an unreachable backend is retried at start. */
  readonly startTimeout: number;
  readonly presenceEveryoneBelow: number;
  /** 0: for ever. */
  readonly retentionDays: number;
  readonly metricsToken: string | null;
  /** Paths of PEM files; null: plain http. */
  readonly tls: { readonly cert: string; readonly key: string } | null;
  /** Accounts and messages are there; null: in the embedded store. */
  readonly mysql: MysqlPlace | null;
  /** Messages are there; null: with the accounts. */
  readonly mongodb: MongoPlace | null;
  /** Sessions are there, and with a database that instances can share, so is what they tell each other; null: none. */
  readonly redis: RedisPlace | null;
  /** Isolates that take connections; 1: this one alone. */
  readonly workers: number;
  /** By which HTTP server and which sockets. */
  readonly transport: TransportName;
  /** Given names that are no settings. */
  readonly unknown: readonly string[];
}

/** What {@link readSettings} reads. `dev` chooses the defaults of development, weaker than anything given. */
export interface SettingsInput extends Given {
  readonly dev: boolean;
}

/** Reads all settings. Throws {@link SettingsError} on the first that cannot be used. Touches nothing outside. */
export function readSettings(given: SettingsInput): Settings {
  const mode = valueOf(given, SETTINGS.mode, given.dev ? "debug" : "release");
  const debug = mode === "debug";
  const host = valueOf(given, SETTINGS.host, debug ? "127.0.0.1" : "0.0.0.0");
  const settings: Settings = {
    mode,
    modeSource: find(given, SETTINGS.mode)?.source ?? "the default",
    host,
    port: valueOf(given, SETTINGS.port, 8080),
    portSource: find(given, SETTINGS.port)?.source ?? "the default",
    loopback: isLoopback(host),
    dataDir: valueOf(given, SETTINGS.dataDir, given.dev ? "./data/dev" : "./data"),
    dataDirSource: find(given, SETTINGS.dataDir)?.source ?? "the default",
    secrets: valueOf(given, SETTINGS.secrets, null),
    publicUrl: valueOf(given, SETTINGS.publicUrl, null),
    trustProxy: valueOf(given, SETTINGS.trustProxy, []),
    bcryptCost: valueOf(given, SETTINGS.bcryptCost, 12),
    logLevel: valueOf(given, SETTINGS.logLevel, "info"),
    limits: readLimits(given),
    limitMemory: valueOf(given, SETTINGS.limitMemory, 0),
    limitLogin: valueOf(given, SETTINGS.limitLogin, debug ? 0 : 10),
    limitRegister: valueOf(given, SETTINGS.limitRegister, debug ? 0 : 20),
    registration: valueOf(given, SETTINGS.registration, debug ? "open" : "invite"),
    startTimeout: valueOf(given, SETTINGS.startTimeout, 30),
    presenceEveryoneBelow: valueOf(given, SETTINGS.presenceEveryoneBelow, 500),
    retentionDays: valueOf(given, SETTINGS.retentionDays, 0),
    metricsToken: valueOf(given, SETTINGS.metricsToken, null),
    tls: readTls(given),
    mysql: readMysqlPlace(given),
    mongodb: readMongoPlace(given),
    redis: readRedisPlace(given),
    workers: valueOf(given, SETTINGS.workers, 1),
    transport: valueOf(given, SETTINGS.transport, "native"),
    unknown: unknownNames(given),
  };
  refuseWeak(settings, given);
  return Object.freeze(settings);
}

function readLimits(given: Given): Limits {
  return Object.freeze({
    messages: valueOf(given, SETTINGS.limitMessages, DEFAULT_LIMITS.messages),
    frames: valueOf(given, SETTINGS.limitFrames, DEFAULT_LIMITS.frames),
    connections: valueOf(given, SETTINGS.limitConnections, DEFAULT_LIMITS.connections),
    buffer: valueOf(given, SETTINGS.limitBuffer, DEFAULT_LIMITS.buffer),
  });
}

function readTls(given: Given): Settings["tls"] {
  const cert = valueOf(given, SETTINGS.tlsCert, null);
  const key = valueOf(given, SETTINGS.tlsKey, null);
  if (cert !== null && key !== null) return { cert, key };
  if (cert === null && key === null) return null;
  const [present, absent] = cert === null
    ? [SETTINGS.tlsKey, SETTINGS.tlsCert]
    : [SETTINGS.tlsCert, SETTINGS.tlsKey];
  throw wrongSetting(present, find(given, present), `only together with ${absent.env}`);
}
