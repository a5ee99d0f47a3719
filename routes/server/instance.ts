/**
 * One instance of the chat: everything between the store and the listener, put together.
 *
 * @module
 */
import { v7 } from "uuid";
import type { Clock } from "../../db/clock.ts";
import type { ServingStore } from "../../db/store.ts";
import type { Wires } from "../../db/wires.ts";
import { type ChatEvent, createRealtime, type Headcount, type Realtime } from "../../realtime/mod.ts";
import {
  type Accounts,
  type App,
  type AppSettings,
  createAccounts,
  createApp,
  type Figures,
  type Hasher,
} from "../mod.ts";
import type { HttpListener } from "./listener.ts";
import { LoopDelay } from "./loop_delay.ts";
import { MemoryMark } from "./memory.ts";
import type { Settings } from "./settings.ts";
import type { TlsTexts } from "./tls.ts";
import { type ShutdownStep, STEP_MS } from "./shutdown.ts";
import { offerFigures, runtimeMeter } from "./telemetry.ts";
import { openTransport, type ServerTransport } from "./transport.ts";

/** What an instance is made of. Nothing of it is ended with the instance. */
export interface InstanceOptions {
  readonly settings: Settings;
  /** The first signs, all verify. */
  readonly secrets: readonly string[];
  readonly store: ServingStore;
  readonly wires: Pick<Wires<ChatEvent>, "bus" | "presence" | "tally" | "figures">;
  readonly hasher: Hasher;
  /** Null: plain http. */
  readonly tls: TlsTexts | null;
  /** Whether descriptors are left for another socket beside so many. */
  readonly mayOpen: (sockets: number) => boolean;
  /** The same of connections of all kinds, which include sockets. */
  readonly mayAccept: (connections: number) => boolean;
  /** Figures of the process as a whole, for /metrics; absent: another isolate tells them. */
  readonly ofProcess?: () => Figures;
  /** The folder of the page. */
  readonly staticRoot: string;
  readonly version: string;
  /** Whether the runtime exports figures by OpenTelemetry. */
  readonly hasTelemetry: boolean;
  readonly clock: Clock;
  /** Where there are other isolates in this process; absent: there is none. */
  readonly others?: OtherIsolates;
}

/** The other isolates of a process that take connections at the same port. */
export interface OtherIsolates {
  readonly headcount: Headcount;
  /** Adds what they count, for /metrics. */
  readonly everywhere: (own: Figures) => Promise<Figures>;
}

/** An instance that may listen. */
export class ChatInstance {
  readonly realtime: Realtime;
  readonly accounts: Accounts;
  readonly #options: InstanceOptions;
  readonly #memory: MemoryMark;
  readonly #delay: LoopDelay;
  readonly #app: App;
  readonly #transport: ServerTransport;
  #listener: HttpListener | null = null;
  #isEnding = false;

  private constructor(
    options: InstanceOptions,
    { memory, realtime, transport }: {
      readonly memory: MemoryMark;
      readonly realtime: Realtime;
      readonly transport: ServerTransport;
    },
  ) {
    const { settings, secrets, store, hasher, tls, wires, clock, staticRoot, version } = options;
    this.#options = options;
    this.#memory = memory;
    this.#transport = transport;
    this.#delay = new LoopDelay({ clock: options.clock, monotonic: () => performance.now() });
    this.realtime = realtime;
    const appSettings: AppSettings = { ...settings, secrets, tls: tls !== null };
    const shared = { store, realtime, hasher, clock };
    this.accounts = createAccounts({ ...shared, settings: appSettings, randomBytes, tally: wires.tally });
    this.#app = createApp({
      settings: appSettings,
      store,
      realtime,
      accounts: this.accounts,
      clock,
      staticRoot,
      version,
      figures: () =>
        new Map([
          ...wires.figures(),
          ["memory_high", memory.isHigh ? 1 : 0],
          ...this.#delay.figures(),
          ...options.ofProcess?.() ?? [],
        ]),
      everywhere: options.others?.everywhere,
      notReady: () => this.notReady(),
    });
  }

  /** Makes an instance that nobody reaches yet. */
  static async open(options: InstanceOptions): Promise<ChatInstance> {
    const { settings, store, wires, clock, mayOpen } = options;
    const transport = await openTransport(settings.transport, clock);
    const memory = new MemoryMark({ clock, limit: settings.limitMemory });
    const realtime = await createRealtime({
      mode: settings.mode,
      store,
      bus: wires.bus,
      presence: wires.presence,
      clock,
      newMessageId: (now) => v7({ msecs: now }),
      newConnectionId: () => crypto.randomUUID(),
      limits: settings.limits,
      presenceEveryoneBelow: settings.presenceEveryoneBelow,
      headcount: options.others?.headcount,
      mayOpen: (sockets) => mayOpen(sockets) && memory.mayOpen(sockets),
      upgrade: transport.upgrade,
    });
    return new ChatInstance(options, { memory, realtime, transport });
  }

  /** Takes the port; answers `http://HOST:PORT`. Rejects with {@link SettingsError} when it cannot be had. */
  async listen(): Promise<string> {
    const { settings: { host, port, portSource }, tls, clock, others, mayAccept } = this.#options;
    const isShared = others !== undefined;
    const { hasTelemetry, version } = this.#options;
    if (hasTelemetry) offerFigures(runtimeMeter(version), () => this.#app.figures());
    const { fetch } = this.#app;
    const place = { host, port, portSource, isShared, tls };
    this.#listener = await this.#transport.listen({ ...place, fetch, clock, mayAccept });
    return this.#listener.origin;
  }

  /** Listens with a new certificate; sockets of the old one are asked to come again, in batches. */
  async renewTls(tls: TlsTexts): Promise<void> {
    await this.#listener?.renew(tls, () => this.realtime.restart(), STEP_MS.listener);
  }

  /** Makes the page ready beforehand, as small as it can be. */
  prepare(): Promise<void> {
    return this.#app.prepare();
  }

  /** Lets nobody in any more, and answers how the rest ends. */
  end(): readonly ShutdownStep[] {
    this.#isEnding = true;
    this.#memory[Symbol.dispose]();
    this.#delay[Symbol.dispose]();
    this.#app[Symbol.dispose]();
    return [
      { name: "the sockets", withinMs: STEP_MS.sockets, run: () => this.realtime[Symbol.asyncDispose]() },
      { name: "the listener", withinMs: STEP_MS.listener, run: () => this.#listener?.close(900) },
    ];
  }

  /** What it counts, by Prometheus name without prefix. */
  figures(): Figures {
    return this.#app.figures();
  }

  /** Why it takes no work now; null: it does. */
  notReady(): string | null {
    if (this.#isEnding) return "restarting";
    return this.#listener?.up === true ? null : "the listener is down";
  }
}

/** Cryptographically strong random bytes. */
export function randomBytes(length: number): Uint8Array<ArrayBuffer> {
  return crypto.getRandomValues(new Uint8Array(length));
}
