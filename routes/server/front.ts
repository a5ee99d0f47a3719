/**
 * What a run is made of, and what takes its connections.
 *
 * @module
 */
import type { Clock } from "../../db/clock.ts";
import type { MongoPlace, MysqlPlace, RedisPlace } from "../../db/places.ts";
import type { Store, StoreReader } from "../../db/store.ts";
import type { Wires } from "../../db/wires.ts";
import type { ChatEvent } from "../../realtime/mod.ts";
import type { Figures, Hasher, OwnerInvite } from "../mod.ts";
import { CONNECTION_SHARE, type Descriptors } from "./descriptors.ts";
import type { Surroundings } from "./given_settings.ts";
import { ChatInstance } from "./instance.ts";
import type { Settings } from "./settings.ts";
import type { ShutdownStep } from "./shutdown.ts";
import { isTelemetryOn } from "./telemetry.ts";
import type { TlsTexts } from "./tls.ts";

/** Which databases a run works with. */
export interface Databases {
  readonly dataDir: string;
  readonly startTimeoutMs: number;
  readonly mysql: MysqlPlace | null;
  readonly mongodb: MongoPlace | null;
  readonly redis: RedisPlace | null;
  /** Names this run of this instance apart from every other. */
  readonly instanceId: string;
  /** Hears of migrations instead of the log. */
  readonly migrating?: {
    readonly pending: (names: readonly string[]) => void;
    readonly tell: (text: string) => void;
  };
}

/** Databases, opened. */
export interface Opened {
  readonly store: Store;
  readonly wires: Wires<ChatEvent>;
  /** What an operator is to be told of them, each one sentence. */
  readonly warnings: () => Promise<readonly string[]>;
}

/** What a run is made with. */
export interface RunParts {
  readonly clock: Clock;
  readonly programRoot: string;
  readonly version: string;
  readonly surroundings: Surroundings;
  readonly openGround: (databases: Databases) => Promise<Opened>;
  /** Opens the embedded store of a directory beside the server that has it. */
  readonly openReader: (dataDir: string) => StoreReader;
  readonly listenByIsolates: (made: Made, parts: RunParts) => Promise<Front>;
}

/** What a run is made from beside its settings. */
export interface RunGround {
  readonly dataDir: string;
  readonly tls: TlsTexts | null;
  readonly descriptors: Descriptors;
}

/** A program that listens. */
export interface Run {
  readonly origin: string;
  readonly warnings: () => Promise<readonly string[]>;
  readonly firstOwnerInvite: (base: URL) => Promise<OwnerInvite | null>;
  readonly prepare: () => Promise<void>;
  readonly stop: (signal: Deno.Signal) => Promise<void>;
}

/** What takes connections is made from. */
export interface Made extends RunGround {
  readonly settings: Settings;
  readonly secrets: readonly string[];
  readonly store: Store;
  readonly wires: Wires<ChatEvent>;
  readonly hasher: Hasher;
  /** Figures of the process as a whole. */
  readonly ofProcess: () => Figures;
}

/** What takes connections. */
export interface Front extends Pick<Run, "origin" | "firstOwnerInvite" | "prepare"> {
  /** Listens with a new certificate; sockets of the old one are asked to come again. */
  readonly renewTls: (tls: TlsTexts) => Promise<void>;
  readonly end: () => readonly ShutdownStep[];
  /** Reaches whoever takes connections, also in other isolates. */
  readonly news: Pick<Wires<ChatEvent>["bus"], "publish">;
}

/** This isolate listens. Throws {@link SettingsError}. */
export async function listenHere(
  made: Made,
  { clock, programRoot, version, surroundings }: RunParts,
): Promise<Front> {
  const instance = await ChatInstance.open({
    ...made,
    clock,
    mayOpen: (sockets) => made.descriptors.mayOpen(sockets),
    mayAccept: (connections) => made.descriptors.mayOpen(connections, CONNECTION_SHARE),
    staticRoot: `${programRoot}/static`,
    version,
    hasTelemetry: isTelemetryOn(surroundings.env),
  });
  return {
    origin: await instance.listen(),
    firstOwnerInvite: (base) => instance.accounts.firstOwnerInvite(base),
    prepare: () => instance.prepare(),
    renewTls: (tls) => instance.renewTls(tls),
    end: () => instance.end(),
    news: made.wires.bus,
  };
}
