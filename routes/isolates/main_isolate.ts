/**
 * The isolate that owns what a process has once, and starts those that take connections.
 *
 * @module
 */
import type { Checked } from "../../db/checked.ts";
import { getLogger } from "@logtape/logtape";
import type { Clock } from "../../db/clock.ts";
import { StoreUnavailableError } from "../../db/errors.ts";
import { Link } from "../../db/isolates/link.ts";
import { servePresence, serveTally } from "../../db/isolates/presence.ts";
import { StoreOffice } from "../../db/isolates/store.ts";
import { LocalPresence, PresenceMemory } from "../../db/local/presence.ts";
import type { Store } from "../../db/store.ts";
import type { Tally } from "../../db/tally.ts";
import { type Figures, type Hasher, LocalTally, sumOf } from "../mod.ts";
import type { Descriptors } from "../server/descriptors.ts";
import type { Settings } from "../server/settings.ts";
import type { TlsTexts } from "../server/tls.ts";
import { ERRORS } from "./errors.ts";
import { Registrar } from "./headcount.ts";
import {
  type CommonOrders,
  HASH_CALLS,
  type HashCalls,
  ISOLATE_CALLS,
  type IsolateCalls,
  MAIN_CALLS,
  type MainCalls,
  type Orders,
  packSettings,
} from "./orders.ts";
import { Watch } from "./watch.ts";

const log = getLogger(["chat", "isolates"]);

/** Beside the time that databases are tried: what an isolate may take to load the program, in ms. */
const LOADED_MS = 30_000;
/** What an isolate may take to say whether it works, or what it counts, in ms: with the link's own looks under the 2 s of /readyz. */
const TOLD_MS = 1_000;

/** What isolates are started for. Nothing of it is ended with them. */
export interface IsolatesOptions extends CommonOrders {
  /** The port is one that is free. */
  readonly settings: Settings;
  readonly descriptors: Descriptors;
  readonly hasher: Hasher;
  /** What all write to. */
  readonly store: Store;
  /** Whether each opens store and wires of its own instead, as another process would. */
  readonly ownStores: boolean;
  /** Whether they may read the embedded store for themselves. */
  readonly mayRead: boolean;
  readonly clock: Clock;
  /** Figures of the process as a whole. */
  readonly ofProcess: () => Figures;
  /** Called once where an isolate ended or fell silent by itself: the process must not go on without it. */
  readonly onDeath: (reason: string) => void;
}

interface Member {
  readonly link: Link;
  readonly worker: Worker;
  readonly calls: IsolateCalls;
  /** Asked while somebody waits for the answer. */
  readonly quick: IsolateCalls;
}

/** The isolates that take connections at one port. */
export class Isolates {
  readonly #options: IsolatesOptions;
  readonly #members: readonly Member[];
  readonly #office: StoreOffice;
  readonly #registrar: Registrar;
  readonly #presence: PresenceMemory;
  readonly #tally: Tally;
  /** Of each isolate, by its number. */
  readonly #sockets: Int32Array;
  readonly #watches: Watch[] = [];
  #isEnding = false;

  /** Starts `count` of them. */
  constructor(count: number, options: IsolatesOptions) {
    const { store, clock, settings } = options;
    this.#options = options;
    this.#office = new StoreOffice(store);
    this.#registrar = new Registrar(settings.limits.connections);
    this.#presence = new PresenceMemory(clock);
    this.#tally = new LocalTally(clock);
    this.#sockets = new Int32Array(new SharedArrayBuffer(4 * count));
    this.#members = mesh(count).map((neighbours, number) => this.#hire(number, neighbours));
  }

  /** Has all of them open what they need, then the port; answers its origin. Throws what ends a start. */
  async listen(): Promise<string> {
    await Promise.all(this.#members.map(({ calls }) => calls.open()));
    const [origin = ""] = await Promise.all(this.#members.map(({ calls }) => calls.listen()));
    for (const [number, { quick }] of this.#members.entries()) {
      const onSilent = (): void => this.#died(number, "it does not answer");
      this.#watches.push(
        new Watch({ ask: () => quick.notReady(), clock: this.#options.clock, onSilent }),
      );
    }
    return origin;
  }

  /** What one of them can do for all. */
  get any(): Pick<IsolateCalls, "firstOwnerInvite" | "publish"> {
    const [first] = this.#members;
    if (first === undefined) throw new Error("Cannot use isolates: none was started");
    return first.calls;
  }

  /** Has each make the page ready. */
  async prepare(): Promise<void> {
    await Promise.all(this.#members.map(({ calls }) => calls.prepare()));
  }

  /** Has each listen with a new certificate. */
  async renewTls(tls: TlsTexts): Promise<void> {
    await Promise.all(this.#members.map(({ calls }) => calls.renewTls(tls)));
  }

  /** Has each drain its sockets and end. */
  async end(): Promise<void> {
    this.#isEnding = true;
    for (const watch of this.#watches) watch[Symbol.dispose]();
    await Promise.allSettled(this.#members.map(({ calls }) => calls.end()));
    for (const { link, worker } of this.#members) {
      link[Symbol.dispose]();
      worker.terminate();
    }
  }

  #hire(number: number, neighbours: readonly MessagePort[]): Member {
    const { settings, clock, store, ownStores, mayRead, descriptors: { available, isExact } } = this.#options;
    const { secrets, tls, dataDir, staticRoot, version, hasTelemetry, isTerminal } = this.#options;
    const { port1, port2 } = new MessageChannel();
    const link = new Link({ port: port1, clock, errors: ERRORS });
    const instanceId = crypto.randomUUID();
    const worker = new Worker(new URL("./worker.ts", import.meta.url), {
      type: "module",
      name: `chat ${number}`,
    });
    worker.onerror = (event) => {
      event.preventDefault();
      this.#died(number, event.message);
    };
    const { epoch, usedInDebug, copiedFrom } = store.facts;
    const orders: Orders = {
      settings: packSettings(settings),
      ...{
        secrets,
        tls,
        dataDir,
        staticRoot,
        version,
        hasTelemetry,
        isTerminal,
        number,
        instanceId,
        neighbours,
      },
      sockets: this.#sockets,
      store: ownStores ? null : { facts: { epoch, usedInDebug, copiedFrom }, mayRead },
      descriptors: { available, isExact },
      port: port2,
    };
    this.#serve(link, instanceId, number);
    worker.postMessage(orders, [port2, ...neighbours]);
    const openedMs = settings.startTimeout * 1_000 + LOADED_MS;
    return {
      link,
      worker,
      calls: link.remote<IsolateCalls>("isolate", ISOLATE_CALLS, openedMs),
      quick: link.remote<IsolateCalls>("isolate", ISOLATE_CALLS, TOLD_MS),
    };
  }

  #serve(link: Link, instanceId: string, number: number): void {
    this.#office.serve(link);
    this.#registrar.serve(link);
    servePresence(link, new LocalPresence(this.#presence, instanceId));
    serveTally(link, this.#tally);
    link.offer<HashCalls>("hasher", this.#options.hasher, HASH_CALLS);
    link.offer<MainCalls>("main", {
      everywhere: (own) => this.#everywhere(own, number),
      check: () => this.#check(),
    }, MAIN_CALLS);
  }

  /** An isolate that does not answer in time is left out: what is there to be seen is told. */
  async #everywhere(own: Figures, asking: number): Promise<Figures> {
    const others = this.#members.filter((_, number) => number !== asking);
    const told = await Promise.allSettled(others.map(({ quick }) => quick.figures()));
    const figures = told.flatMap((one) => one.status === "fulfilled" ? [one.value] : []);
    const sum = sumOf([own, ...figures, new Map([["memory_heap_bytes", Deno.memoryUsage().heapUsed]])]);
    const here = this.#members.length - 1;
    return new Map([
      ...sum,
      // Each counted the others of this process.
      ["other_instances", Math.max(0, (own.get("other_instances") ?? 0) - here)],
      ["memory_high", Math.min(1, sum.get("memory_high") ?? 0)],
      ...[...this.#sockets].map((count, number) =>
        [`isolate_connections{isolate="${number}"}`, count] as const
      ),
      ...this.#options.hasher.figures(),
      ...this.#options.ofProcess(),
    ]);
  }

  async #check(): Promise<readonly Checked[]> {
    const told = this.#members.map(({ quick }) => quick.notReady());
    const checked = await this.#options.store.check();
    for (const reason of await Promise.all(told)) {
      if (reason !== null) throw new StoreUnavailableError(reason);
    }
    return checked;
  }

  #died(number: number, reason: string): void {
    if (this.#isEnding) return;
    this.#isEnding = true;
    log.fatal("Isolate {number} is lost, and so the program ends: {reason}", { number, reason });
    this.#options.onDeath(reason);
  }
}

/** For each of `count` isolates a port to every other. */
function mesh(count: number): readonly (readonly MessagePort[])[] {
  const ports = Array.from({ length: count }, (): MessagePort[] => []);
  for (const [one, own] of ports.entries()) {
    for (const others of ports.slice(one + 1)) {
      const { port1, port2 } = new MessageChannel();
      own.push(port1);
      others.push(port2);
    }
  }
  return ports;
}
