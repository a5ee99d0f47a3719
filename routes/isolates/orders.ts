/**
 * What an isolate is started with, and what it and the main isolate ask of each other.
 *
 * @module
 */
import type { Checked } from "../../db/checked.ts";
import type { ChatEvent } from "../../realtime/mod.ts";
import type { Methods } from "../../db/isolates/link.ts";
import type { StoreFacts } from "../../db/store.ts";
import type { UserId } from "../../db/model.ts";
import type { Figures, Hasher, OwnerInvite } from "../mod.ts";
import type { Settings } from "../server/settings.ts";
import type { TlsTexts } from "../server/tls.ts";

/** What all isolates are told alike. */
export interface CommonOrders {
  readonly secrets: readonly string[];
  readonly tls: TlsTexts | null;
  readonly dataDir: string;
  readonly staticRoot: string;
  readonly version: string;
  readonly hasTelemetry: boolean;
  /** Whether the log is read by a person. */
  readonly isTerminal: boolean;
}

/** What an isolate is started with. It survives structured cloning. */
export interface Orders extends CommonOrders {
  readonly settings: PackedSettings;
  /** Which of the isolates it is, from 0. */
  readonly number: number;
  readonly instanceId: string;
  /** Null: it opens store and wires of its own, as another process would. */
  readonly store: { readonly facts: StoreFacts; readonly mayRead: boolean } | null;
  /** Sockets of each isolate, by its number; shared memory. */
  readonly sockets: Int32Array;
  readonly descriptors: { readonly available: number; readonly isExact: boolean };
  /** To the main isolate. */
  readonly port: MessagePort;
  /** To each other isolate. */
  readonly neighbours: readonly MessagePort[];
}

/** Settings without what cannot be cloned. */
export type PackedSettings = Omit<Settings, "publicUrl"> & { readonly publicUrl: string | null };

/** Settings on their way to an isolate. */
export function packSettings(settings: Settings): PackedSettings {
  return { ...settings, publicUrl: settings.publicUrl?.href ?? null };
}

/** Settings as they were. */
export function unpackSettings(packed: PackedSettings): Settings {
  return { ...packed, publicUrl: packed.publicUrl === null ? null : new URL(packed.publicUrl) };
}

/** What the main isolate asks of each other one. */
export interface IsolateCalls {
  /** Opens everything but the port. Throws what ends a start. */
  open(): Promise<void>;
  /** Takes the port; answers `http://HOST:PORT`. */
  listen(): Promise<string>;
  prepare(): Promise<void>;
  /** Listens with a new certificate. */
  renewTls(tls: TlsTexts): Promise<void>;
  firstOwnerInvite(base: string): Promise<OwnerInvite | null>;
  figures(): Promise<Figures>;
  notReady(): Promise<string | null>;
  /** Publishes on the bus between the isolates, for the main one, which is not on it. */
  publish(topic: string, event: ChatEvent): Promise<void>;
  /** Drains the sockets and ends. */
  end(): Promise<void>;
}

/** All of them. */
export const ISOLATE_CALLS: Methods<IsolateCalls> = {
  open: true,
  listen: true,
  prepare: true,
  renewTls: true,
  firstOwnerInvite: true,
  figures: true,
  notReady: true,
  publish: true,
  end: true,
};

/** What each isolate asks of the main one, beside the store. */
export interface MainCalls {
  /** Adds to what an isolate counts what all others count. */
  everywhere(own: Figures): Promise<Figures>;
  /** As that of the store; rejects with a sentence also where an isolate takes no work. */
  check(): Promise<readonly Checked[]>;
}

/** All of them. */
export const MAIN_CALLS: Methods<MainCalls> = { everywhere: true, check: true };

/** The hash pool, which there is once. */
export type HashCalls = Pick<Hasher, "hash" | "verify">;

/** All of its calls. */
export const HASH_CALLS: Methods<HashCalls> = { hash: true, verify: true };

/** Notes about people, by name: see {@link Headcount}. The main isolate hears and sends them. */
export const NOTES = { came: "came", left: "left", sent: "sent", replace: "replace" } as const;

/** How many messages people sent, as a note carries it. */
export type SentCounts = readonly (readonly [userId: UserId, count: number])[];
