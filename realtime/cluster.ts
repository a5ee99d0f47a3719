/**
 * This instance among others: renews its lease, follows what the others say about who is where, and notices when one
 * of them is gone.
 *
 * @module
 */
import { getLogger } from "@logtape/logtape";
import type { Bus } from "../db/bus.ts";
import type { Clock, Timer } from "../db/clock.ts";
import { LEASE_MS, type Neighbour, type Person, type PresenceStore } from "../db/presence.ts";
import {
  type ChatEvent,
  type InstanceEndedEvent,
  type PresenceEvent,
  type RosterEvent,
  USERS_TOPIC,
} from "./events.ts";
import type { Neighbours } from "./neighbours.ts";
import type { OwnRoster } from "./own_roster.ts";
import type { Presence } from "./presence.ts";
import type { Takeover } from "./takeover.ts";

const log = getLogger(["chat", "presence"]);

/** How often the lease is renewed, in ms; and how soon again after a failure. */
const RENEW_MS = 5_000;
const RETRY_MS = 1_000;
/** A roster whose news skipped a version is read after this long, in ms: more news may be on their way. */
const READ_DELAY_MS = 200;

interface ClusterDeps {
  readonly store: PresenceStore;
  readonly bus: Bus<ChatEvent>;
  readonly clock: Clock;
  readonly neighbours: Neighbours;
  readonly presence: Pick<Presence, "heard">;
  readonly roster: OwnRoster;
  readonly takeover: Takeover;
  /** Asks the devices here to sync: hints may have been lost. */
  readonly resync: () => void;
}

/** What is known of another instance beside its roster. */
interface Known {
  /** When it was last seen alive; null: never. */
  aliveAt: number | null;
  /** The version it had at the last look. */
  reported: number;
  /** When it was last in the census. */
  listedAt: number;
  /** When it was gone, as near as can be told; null: it is there. */
  goneAt: number | null;
}

/** Keeps the copies of other instances true. */
export class Cluster implements AsyncDisposable {
  readonly #deps: ClusterDeps;
  readonly #known = new Map<string, Known>();
  readonly #reading = new Map<string, Timer>();
  #timer: Timer | null = null;
  #round: Promise<void> | null = null;
  /** Whether another look is asked for, and whether it is to read everything that is newer. */
  #isWanted = false;
  #isHasty = false;
  /** Until then nobody is taken for dead: after a failure of the store everybody needs a moment to come back. */
  #patientUntil: number;
  #disposed = false;

  constructor(deps: ClusterDeps) {
    this.#deps = deps;
    this.#patientUntil = deps.clock.now() + LEASE_MS;
  }

  /** How many other instances were alive at the last look. */
  get size(): number {
    return [...this.#known.values()].filter((known) => known.aliveAt === known.listedAt).length;
  }

  /** Takes the lease and reads who is where; resolves also where the store does not answer. */
  begin(): Promise<void> {
    return this.#look(true);
  }

  /** Takes in what an instance says. */
  hear(event: PresenceEvent): void {
    const isOwn = event.instanceId === this.#deps.store.instanceId;
    if (event.type === "roster") return isOwn ? undefined : this.#change(event);
    if (event.type === "instance_ended" && !isOwn) return this.#end(event);
    // One said goodbye and is to be claimed; or this one was taken for dead, and writes itself anew.
    if (event.type === "instance_ended" || !isOwn) void this.#look(false);
  }

  /** The bus was interrupted: news of every kind may have been lost. */
  gap(): void {
    this.#patientUntil = this.#deps.clock.now() + LEASE_MS;
    this.#deps.resync();
    void this.#look(true);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#disposed = true;
    this.#timer?.cancel();
    for (const timer of this.#reading.values()) timer.cancel();
    await this.#round;
    const { store, roster, takeover, bus } = this.#deps;
    takeover[Symbol.dispose]();
    await roster[Symbol.asyncDispose]();
    try {
      await store.leave();
      bus.publish(USERS_TOPIC, { type: "instance_left", instanceId: store.instanceId });
    } catch (error) {
      log.warn("The goodbye to other instances was not said: {error}", { error: String(error) });
    }
  }

  /** One look at a time; resolves when nobody asks for another any more. */
  #look(isHasty: boolean): Promise<void> {
    this.#isWanted = true;
    this.#isHasty ||= isHasty;
    this.#timer?.cancel();
    this.#round ??= this.#lookAround().finally(() => this.#round = null);
    return this.#round;
  }

  async #lookAround(): Promise<void> {
    let next = RENEW_MS;
    while (this.#isWanted && !this.#disposed) {
      const isHasty = this.#isHasty;
      this.#isWanted = this.#isHasty = false;
      try {
        await this.#takeCensus(isHasty);
        next = RENEW_MS;
      } catch (error) {
        this.#patientUntil = this.#deps.clock.now() + LEASE_MS;
        log.warn("Other instances were not looked for: {error}", { error: String(error) });
        next = RETRY_MS;
      }
    }
    if (!this.#disposed) this.#timer = this.#deps.clock.after(next, () => void this.#look(false));
  }

  async #takeCensus(isHasty: boolean): Promise<void> {
    const { store, roster, clock } = this.#deps;
    const expected = roster.settledVersion;
    const { version, others } = await store.renew();
    roster.retry();
    if (expected !== null && roster.settledVersion === expected && version !== expected) roster.rewrite();
    const now = clock.now();
    for (const other of others) await this.#meet(other, { now, isHasty });
    this.#dropUnlisted(now);
  }

  async #meet(
    other: Neighbour,
    { now, isHasty }: { readonly now: number; readonly isHasty: boolean },
  ): Promise<void> {
    const { instanceId, version, state } = other;
    const known = this.#knownAs(instanceId);
    known.listedAt = now;
    if (state === "alive") {
      const copied = this.#deps.neighbours.versionOf(instanceId);
      // What was reported a look ago has had the time to arrive; what is newer may be on its way.
      const isBehind = version > copied && (isHasty || known.aliveAt === null || known.reported > copied);
      Object.assign(known, { aliveAt: now, reported: version, goneAt: null });
      if (isBehind) await this.#read(instanceId);
      return;
    }
    const isNews = known.goneAt === null;
    known.goneAt ??= state === "lost" ? now - LEASE_MS : now;
    if (known.aliveAt !== null && isNews && state === "lost") this.#deps.resync();
    if (state === "lost" && now < this.#patientUntil) return;
    await this.#deps.takeover.consider(instanceId, known.aliveAt === null ? null : known.goneAt);
  }

  #knownAs(instanceId: string): Known {
    const first = { aliveAt: null, reported: 0, listedAt: this.#deps.clock.now(), goneAt: null };
    const known = this.#known.get(instanceId) ?? first;
    this.#known.set(instanceId, known);
    return known;
  }

  /** Whoever is in no census for a lease is gone, though the news of the end were lost. */
  #dropUnlisted(now: number): void {
    for (const [instanceId, known] of this.#known) {
      if (now - known.listedAt < LEASE_MS) continue;
      this.#known.delete(instanceId);
      const people = this.#deps.neighbours.remove(instanceId);
      this.#tell(people, known.aliveAt ?? now);
    }
  }

  #change(event: RosterEvent): void {
    const { neighbours, presence } = this.#deps;
    this.#knownAs(event.instanceId);
    const applied = neighbours.apply(event);
    if (applied === "old") return;
    if (applied === "gap") return this.#readSoon(event.instanceId);
    for (const [at, departure] of event.left.entries()) {
      const person = applied[at];
      if (person !== undefined) presence.heard(person, departure);
    }
    for (const { person, to } of event.came) presence.heard(person, { at: person.since, to });
  }

  #end({ instanceId, left, isLast }: InstanceEndedEvent): void {
    const { neighbours, presence } = this.#deps;
    for (const departure of left) {
      const person = neighbours.forget(instanceId, departure.userId);
      if (person !== undefined) presence.heard(person, departure);
    }
    if (!isLast) return;
    const at = this.#known.get(instanceId)?.aliveAt ?? this.#deps.clock.now();
    this.#known.delete(instanceId);
    this.#tell(neighbours.remove(instanceId), at);
  }

  #readSoon(instanceId: string): void {
    if (this.#reading.has(instanceId) || this.#disposed) return;
    const timer = this.#deps.clock.after(READ_DELAY_MS, () => {
      this.#reading.delete(instanceId);
      this.#read(instanceId).catch((error) =>
        log.warn("Who is on instance {instanceId} was not read: {error}", {
          instanceId,
          error: String(error),
        })
      );
    });
    this.#reading.set(instanceId, timer);
  }

  async #read(instanceId: string): Promise<void> {
    const { store, neighbours, clock } = this.#deps;
    const roster = await store.read(instanceId);
    if (roster === null || this.#disposed) return;
    this.#tell(neighbours.replace(instanceId, roster), clock.now());
  }

  #tell(people: readonly Person[], at: number): void {
    for (const person of people) this.#deps.presence.heard(person, { at, to: null });
  }
}
