/**
 * What the people of a run stand on: one instance or several on one directory, what these tell each other by, and
 * time; and the ways in which they end.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { Bus } from "../../db/bus.ts";
import { LocalBus } from "../../db/local/bus.ts";
import { LocalPresence, PresenceMemory } from "../../db/local/presence.ts";
import type { Batch, Outcome } from "../../db/messages.ts";
import { SqliteStore } from "../../db/sql/sqlite/store.ts";
import { type ChatEvent, decodeEvent } from "../../realtime/mod.ts";
import { delegated, inTurn } from "../support/cluster.ts";
import { DiskImage } from "../support/disk_image.ts";
import { FakeClock } from "../support/fake_clock.ts";
import { endWhile, risingIds } from "../support/instance.ts";
import { CALM, LossyBus, LossyNetwork, seeded, type Weather } from "../support/lossy_bus.ts";
import { FailingPresence, type InstanceStore, type Member, startMember } from "../support/member.ts";
import { Life, MortalClock } from "../support/mortal.ts";
import type { Place } from "./place.ts";
import type { Setting, WeatherKind } from "./scenario.ts";
import { Delays, slowStore } from "./slow_store.ts";

/** One instance. */
export type Server = Member<Bus<ChatEvent>>;

/** An instance that falls silent is taken for gone after this long, in ms, by when it last took its lease. */
const SHORTEST_LEASE_MS = 10_000;
const LONGEST_LEASE_MS = 21_000;

/** What the network does to hints. Only what was lost is followed by a notice, when it is over. */
const WEATHERS: Readonly<Record<WeatherKind, Weather>> = {
  calm: CALM,
  late: { lose: 0, repeat: 0, delayMs: 400 },
  doubled: { lose: 0, repeat: 0.4, delayMs: 100 },
  lossy: { lose: 0.3, repeat: 0, delayMs: 0 },
  storm: { lose: 0.3, repeat: 0.3, delayMs: 400 },
};

interface GroundDeps {
  readonly setting: Setting;
  readonly place: Place;
  /** Told of an instance that died by itself, right after. */
  readonly onDeath: (server: Server) => void;
}

/** The open store, and what of it ends with a kill. */
interface Opened {
  readonly store: SqliteStore;
  readonly life: Life;
  /** As all instances see it, but for their deaths. */
  readonly shared: InstanceStore;
}

/** Instances, a store and a network. */
export class Ground implements Disposable {
  readonly clock = new FakeClock();
  readonly #deps: GroundDeps;
  readonly #newId = risingIds();
  readonly #presence = new PresenceMemory(this.clock);
  readonly #network: LossyNetwork<ChatEvent>;
  readonly #doomed = new Set<Server>();
  #delays = new Delays([]);
  #opened: Opened | null = null;
  #alive: Server[] = [];
  #started = 0;
  /** When the network last did anything but carry, in ms. */
  #roughAt = -Infinity;
  /** What instances stored while they were cut off, messages and marks, of those that are cut off. */
  readonly #unsaid = new Map<Server, string[]>();
  /** The same of those that ended before they could tell, and until when others need not hear of it, in ms. */
  readonly #untold = new Map<string, number>();
  /** Since when instances are cut off, in ms. */
  readonly #cutAt = new Map<Server, number>();

  constructor(deps: GroundDeps) {
    this.#deps = deps;
    const random = seeded(deps.setting.seed);
    this.#network = new LossyNetwork({ clock: this.clock, decode: decodeEvent, random });
    this.#network.weather = WEATHERS[deps.setting.weather];
  }

  /** Whether there may be several instances. */
  get isShared(): boolean {
    return this.#deps.setting.instances > 1;
  }

  /** The store, while it is open. */
  get store(): SqliteStore {
    assert.ok(this.#opened !== null, "the store is closed");
    return this.#opened.store;
  }

  /** What the store's answers take. */
  get delays(): Delays {
    return this.#delays;
  }

  /** The instances that are there; at least one between {@link begin} and the end of all. */
  get alive(): readonly Server[] {
    return this.#alive;
  }

  /** Whether hints were lost, late or doubled at this time or after. */
  wasRough(since: number): boolean {
    const isRough = this.#network.weather !== CALM || this.#alive.some((one) => isCut(one));
    return this.isShared && (isRough || this.#roughAt >= since);
  }

  /**
   * Whether others need not have heard of a message: it was stored by an instance that was cut off, and ended so. They
   * hear of it when its lease is over, unless they had taken it for gone before.
   */
  isUntold(conversation: string, seq: number): boolean {
    return this.#isUntold(placeOf(conversation, seq));
  }

  /** The same of how far somebody has read and received. */
  isMarkUntold(conversation: string, userId: number): boolean {
    return this.#isUntold(placeOfMark(conversation, userId));
  }

  /** Opens the store and starts all instances. */
  async begin(): Promise<void> {
    const life = new Life();
    const store = await SqliteStore.open({
      dataDir: this.#deps.place.path,
      clock: new MortalClock(this.clock, life),
      newId: () => crypto.randomUUID(),
    });
    const { facts, users, sessions } = store;
    this.#delays = new Delays(this.#deps.setting.delays);
    const shared = slowStore({ facts, users, sessions, messages: inTurn(store.messages) }, this.#delays);
    this.#opened = { store, life, shared };
    for (let n = 0; n < this.#deps.setting.instances; n++) await this.startOne();
  }

  /** Starts an instance; it has met the others when this resolves. */
  async startOne(): Promise<Server> {
    assert.ok(this.#opened !== null, "an instance without a store");
    const { mode, everyoneBelow, messages, frames, connections, buffer } = this.#deps.setting;
    const { shared } = this.#opened;
    const server: Server = await startMember<Bus<ChatEvent>>({
      store: { ...partsOf(shared), messages: this.#mayDie(shared.messages, () => server) },
      clock: this.clock,
      bus: this.isShared ? this.#network.join() : new LocalBus<ChatEvent>(),
      presence: new FailingPresence(new LocalPresence(this.#presence, `i${++this.#started}`)),
      newId: this.#newId,
      mode,
      presenceEveryoneBelow: everyoneBelow,
      limits: { messages, frames, connections, buffer },
    });
    this.#alive.push(server);
    return server;
  }

  /** Kills an instance: what it had in hand is lost, and nobody is told. */
  killOne(server: Server): void {
    server.kill();
    this.#forget(server);
  }

  /** Ends an instance as it wants to be ended; the clock moves on by what that takes. */
  async stopOne(server: Server): Promise<void> {
    this.#forget(server);
    await endWhile(this.clock, server.stop());
    await server.bus[Symbol.asyncDispose]();
  }

  /** Has an instance die after its next commit, before it tells anybody. */
  armDeath(server: Server): void {
    this.#doomed.add(server);
  }

  /** Nobody will die by themselves. */
  disarm(): void {
    this.#doomed.clear();
  }

  /** Kills everything, and with it the store, of which stays what was synced. */
  killAll(): void {
    const { store } = this;
    for (const server of [...this.#alive]) this.killOne(server);
    this.#opened?.life.end();
    this.#opened = null;
    const image = DiskImage.take(this.#deps.place.path);
    store.abandon();
    image.restore();
  }

  /** Ends everything as it wants to be ended. */
  async stopAll(): Promise<void> {
    const { store, alive } = this;
    for (const server of alive) this.#forget(server);
    await endWhile(this.clock, Promise.all(alive.map((server) => server.stop())));
    for (const { bus } of alive) await bus[Symbol.asyncDispose]();
    this.#opened = null;
    await endWhile(this.clock, store[Symbol.asyncDispose]());
  }

  /** What the network does from now on. */
  weather(kind: WeatherKind): void {
    this.#noteRough();
    if (kind === "calm") this.#network.calm();
    else this.#network.weather = WEATHERS[kind];
  }

  /** Cuts an instance off from the others, rosters included, as both go over one link; false: it is already. */
  cut(server: Server): boolean {
    const { bus, presence } = server;
    if (!(bus instanceof LossyBus) || bus.isCut) return false;
    this.#cutAt.set(server, this.clock.now());
    bus.cut();
    presence.isAway = true;
    return true;
  }

  /** Ends all cuts; answers whether there were any. */
  heal(): boolean {
    this.#noteRough();
    const cut = this.#alive.filter((one) => isCut(one));
    this.#unsaid.clear();
    for (const { bus, presence } of cut) {
      presence.isAway = false;
      if (bus instanceof LossyBus) bus.heal();
    }
    return cut.length > 0;
  }

  /** Lets go of the directory, wherever the run was. */
  [Symbol.dispose](): void {
    this.#opened?.store.abandon();
  }

  #forget(server: Server): void {
    if (isCut(server)) this.#noteRough();
    const cutFor = this.clock.now() - (this.#cutAt.get(server) ?? 0);
    const until = cutFor >= SHORTEST_LEASE_MS ? Infinity : this.clock.now() + LONGEST_LEASE_MS;
    for (const place of this.#unsaid.get(server) ?? []) this.#untold.set(place, until);
    this.#unsaid.delete(server);
    this.#alive = this.#alive.filter((one) => one !== server);
    this.#doomed.delete(server);
  }

  #noteRough(): void {
    if (this.wasRough(Infinity)) this.#roughAt = this.clock.now();
  }

  #isUntold(place: string): boolean {
    return (this.#untold.get(place) ?? 0) > this.clock.now();
  }

  #noteUnsaid(server: Server, { marks }: Batch, { appended, marked }: Outcome): void {
    const messages = appended.flatMap((one) =>
      "message" in one && one.created ? [placeOf(one.message.conversation.id, one.message.seq)] : []
    );
    const moved = marks.flatMap(({ conversation, userId }, at) =>
      marked[at]?.moved === true ? [placeOfMark(conversation.id, userId)] : []
    );
    this.#unsaid.set(server, [...this.#unsaid.get(server) ?? [], ...messages, ...moved]);
  }

  /** A message store whose instance may die when it has stored something. The last one stays. */
  #mayDie(messages: InstanceStore["messages"], server: () => Server): InstanceStore["messages"] {
    return delegated(messages, {
      commit: async (batch) => {
        const outcome = await messages.commit(batch);
        if (isCut(server())) this.#noteUnsaid(server(), batch, outcome);
        if (!this.#doomed.delete(server()) || this.#alive.length === 1) return outcome;
        this.killOne(server());
        this.#deps.onDeath(server());
        return outcome;
      },
    });
  }
}

function placeOf(conversation: string, seq: number): string {
  return `${conversation} ${seq}`;
}

function placeOfMark(conversation: string, userId: number): string {
  return `${conversation} of ${userId}`;
}

function isCut({ bus }: Server): boolean {
  return bus instanceof LossyBus && bus.isCut;
}

/** The parts of a store one by one, as they may be seen through something. */
function partsOf({ facts, users, sessions }: InstanceStore): Omit<InstanceStore, "messages"> {
  return { facts, users, sessions };
}
