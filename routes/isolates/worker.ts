/// <reference no-default-lib="true" />
/// <reference lib="deno.worker" />
/**
 * An isolate that takes connections beside others: an instance of the chat, whose store and passwords are the main
 * isolate's.
 *
 * @module
 */
import { getLogger } from "@logtape/logtape";
import { systemClock } from "../../db/clock.ts";
import { IsolateBus } from "../../db/isolates/bus.ts";
import { Link } from "../../db/isolates/link.ts";
import { remotePresence, remoteTally } from "../../db/isolates/presence.ts";
import { remoteStore } from "../../db/isolates/store.ts";
import { LocalBus } from "../../db/local/bus.ts";
import { openGround, openReader } from "../../db/open.ts";
import type { ServingStore } from "../../db/store.ts";
import type { Wires } from "../../db/wires.ts";
import { type ChatEvent, decodeEvent } from "../../realtime/mod.ts";
import type { Hasher } from "../mod.ts";
import { CONNECTION_SHARE, leavesRoom } from "../server/descriptors.ts";
import { ChatInstance } from "../server/instance.ts";
import { keepRunning } from "../server/last_net.ts";
import { configureLog, writeStandardError } from "../server/log.ts";
import { runShutdown, STEP_MS } from "../server/shutdown.ts";
import type { TlsTexts } from "../server/tls.ts";
import { ERRORS } from "./errors.ts";
import { RemoteHeadcount } from "./headcount.ts";
import {
  HASH_CALLS,
  type HashCalls,
  ISOLATE_CALLS,
  type IsolateCalls,
  MAIN_CALLS,
  type MainCalls,
  type Orders,
  unpackSettings,
} from "./orders.ts";

const log = getLogger(["chat", "isolates"]);
const clock = systemClock;
/** The highest cost takes 4 s, and up to 20 jobs wait for each worker. */
const HASHED_MS = 120_000;

self.onmessage = ({ data }: MessageEvent<Orders>): void => {
  const { settings: { logLevel }, isTerminal, port } = data;
  configureLog({ level: logLevel, human: isTerminal, write: writeStandardError });
  keepRunning();
  const link = new Link({ port, clock, errors: ERRORS });
  link.offer<IsolateCalls>("isolate", new Isolate(data, link), ISOLATE_CALLS);
};

/** What an isolate works on. */
interface Ground extends AsyncDisposable {
  readonly store: ServingStore;
  readonly wires: Pick<Wires<ChatEvent>, "bus" | "presence" | "tally" | "figures">;
}

/** This isolate, as the main one sees it. */
class Isolate implements IsolateCalls {
  readonly #orders: Orders;
  readonly #link: Link;
  readonly #headcount: RemoteHeadcount;
  #ground: Ground | null = null;
  #instance: ChatInstance | null = null;

  constructor(orders: Orders, link: Link) {
    this.#orders = orders;
    this.#link = link;
    const { settings: { limits }, sockets, number } = orders;
    this.#headcount = new RemoteHeadcount({ link, clock, limits, sockets, number });
  }

  async open(): Promise<void> {
    const { settings: packed, secrets, tls, staticRoot, version, hasTelemetry, descriptors } = this.#orders;
    const settings = unpackSettings(packed);
    const main = this.#link.remote<MainCalls>("main", MAIN_CALLS);
    this.#ground = this.#orders.store === null
      ? await ownGround(this.#orders)
      : remoteGround(this.#orders, this.#link, main, this.#orders.store);
    const { store, wires } = this.#ground;
    this.#instance = await ChatInstance.open({
      settings,
      secrets,
      store,
      wires,
      hasher: remoteHasher(this.#link, settings.bcryptCost),
      tls,
      clock,
      staticRoot,
      version,
      hasTelemetry,
      mayOpen: (here) => leavesRoom(here + this.#headcount.elsewhere, descriptors),
      mayAccept: (here) => leavesRoom(here + this.#headcount.elsewhere, descriptors, CONNECTION_SHARE),
      others: { headcount: this.#headcount, everywhere: (own) => main.everywhere(own) },
    });
    this.#headcount.follow(this.#instance.realtime);
  }

  listen(): Promise<string> {
    return this.#started().listen();
  }

  prepare(): Promise<void> {
    return this.#started().prepare();
  }

  renewTls(tls: TlsTexts): Promise<void> {
    return this.#started().renewTls(tls);
  }

  firstOwnerInvite(base: string): ReturnType<IsolateCalls["firstOwnerInvite"]> {
    return this.#started().accounts.firstOwnerInvite(new URL(base));
  }

  figures(): ReturnType<IsolateCalls["figures"]> {
    return Promise.resolve(this.#started().figures());
  }

  notReady(): Promise<string | null> {
    return Promise.resolve(this.#started().notReady());
  }

  publish(topic: string, event: ChatEvent): Promise<void> {
    this.#ground?.wires.bus.publish(topic, event);
    return Promise.resolve();
  }

  async end(): Promise<void> {
    const ground = this.#ground;
    await runShutdown([
      ...this.#instance?.end() ?? [],
      {
        name: "what an isolate works on",
        withinMs: STEP_MS.wires,
        run: () => ground?.[Symbol.asyncDispose](),
      },
    ], clock);
    this.#headcount[Symbol.dispose]();
    log.debug("Isolate {number} has ended", { number: this.#orders.number });
  }

  #started(): ChatInstance {
    if (this.#instance === null) throw new Error("Cannot use an isolate that was not opened");
    return this.#instance;
  }
}

/** Store and wires of the main isolate; what can be read beside it is read here. */
function remoteGround(
  { dataDir, instanceId, neighbours }: Orders,
  link: Link,
  main: MainCalls,
  { facts, mayRead }: NonNullable<Orders["store"]>,
): Ground {
  const reader = mayRead ? openReader({ dataDir, clock }) : null;
  const links = neighbours.map((port) => new Link({ port, clock, errors: ERRORS }));
  const bus = new IsolateBus<ChatEvent>({ local: new LocalBus<ChatEvent>(), links, clock });
  return {
    store: { ...remoteStore(link, facts, reader), check: () => main.check() },
    wires: {
      bus,
      presence: remotePresence(link, instanceId),
      tally: remoteTally(link),
      figures: () => bus.figures(),
    },
    async [Symbol.asyncDispose](): Promise<void> {
      await bus[Symbol.asyncDispose]();
      await reader?.[Symbol.asyncDispose]();
    },
  };
}

/** Connections of its own to databases that several instances share. */
async function ownGround({ settings, dataDir, instanceId }: Orders): Promise<Ground> {
  const { mysql, mongodb, redis, startTimeout } = settings;
  const { store, wires } = await openGround({
    dataDir,
    clock,
    startTimeoutMs: startTimeout * 1_000,
    mysql,
    mongodb,
    redis,
    instanceId,
    decode: decodeEvent,
  });
  return {
    store,
    wires,
    async [Symbol.asyncDispose](): Promise<void> {
      await wires[Symbol.asyncDispose]();
      await store[Symbol.asyncDispose]();
    },
  };
}

function remoteHasher(link: Link, cost: number): Hasher {
  const { hash, verify } = link.remote<HashCalls>("hasher", HASH_CALLS, HASHED_MS);
  return { cost, hash, verify, figures: () => new Map() };
}
