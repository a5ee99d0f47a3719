/**
 * This instance's roster: written where the others find it, and told to them.
 *
 * @module
 */
import { getLogger } from "@logtape/logtape";
import type { Bus } from "../db/bus.ts";
import type { Clock, Timer } from "../db/clock.ts";
import type { UserId } from "../db/model.ts";
import type { Person, PresenceStore } from "../db/presence.ts";
import type { Audience } from "./audience.ts";
import {
  type Arrival,
  type ChatEvent,
  type Departure,
  type PresenceAudience,
  USERS_TOPIC,
} from "./events.ts";
import type { OnHere } from "./presence.ts";

const log = getLogger(["chat", "presence"]);

/** Changes wait this long for company, in ms. */
const GATHER_MS = 20;
/** Changes of one write and one event. */
const MAX_CHANGES = 200;

interface OwnRosterDeps {
  readonly store: PresenceStore;
  readonly bus: Bus<ChatEvent>;
  readonly clock: Clock;
  readonly audience: Pick<Audience, "isEveryone" | "contactsOf">;
  readonly isOnline: (userId: UserId) => boolean;
  /** Everybody on this instance. */
  readonly here: () => Iterable<Person>;
}

/** A change that was not written yet; `person` is null for somebody who left. */
interface Pending {
  readonly person: Person | null;
  readonly at: number;
  readonly isNews: boolean;
}

/** Writes one's own roster, one write at a time, and publishes what was written. */
export class OwnRoster implements OnHere, AsyncDisposable {
  readonly #deps: OwnRosterDeps;
  readonly #pending = new Map<UserId, Pending>();
  /** The version of what was last written, or tried. */
  #version = 0;
  /** Whether the whole roster is to be written: what is stored is not known to be what is here. */
  #isWhole = false;
  /** Whether the last write failed: nothing is tried before the store answers again. */
  #isAway = false;
  #timer: Timer | null = null;
  #running: Promise<void> | null = null;
  #disposed = false;

  constructor(deps: OwnRosterDeps) {
    this.#deps = deps;
  }

  /** The version that must be stored now; null while that is not certain. */
  get settledVersion(): number | null {
    return this.#running !== null || this.#isWhole ? null : this.#version;
  }

  came(person: Person, { isNews }: { readonly isNews: boolean }): void {
    this.#note(person.userId, { person, at: person.since, isNews });
  }

  left(userId: UserId, { at, isNews }: { readonly at: number; readonly isNews: boolean }): void {
    this.#note(userId, { person: null, at, isNews });
  }

  /** Writes everything anew, because what is stored was lost. */
  rewrite(): void {
    this.#isWhole = true;
    this.retry();
  }

  /** Goes on after a failure, now that the store answers. */
  retry(): void {
    this.#isAway = false;
    if (this.#isWhole) this.#schedule();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#disposed = true;
    this.#timer?.cancel();
    await this.#running;
  }

  #note(userId: UserId, pending: Pending): void {
    // After a failure everything is written anyway.
    if (this.#isAway) return;
    this.#pending.set(userId, pending);
    this.#schedule();
  }

  #schedule(): void {
    if (this.#disposed || this.#isAway || this.#timer !== null || this.#running !== null) return;
    this.#timer = this.#deps.clock.after(GATHER_MS, () => {
      this.#timer = null;
      this.#running = this.#run().finally(() => {
        this.#running = null;
        if (this.#pending.size > 0) this.#schedule();
      });
    });
  }

  async #run(): Promise<void> {
    try {
      while (this.#isWhole || this.#pending.size > 0) {
        if (this.#isWhole) await this.#writeWhole();
        else await this.#writeChanges();
      }
    } catch (error) {
      this.#isWhole = true;
      this.#isAway = true;
      this.#pending.clear();
      log.warn("Who is here was not told to other instances: {error}", { error: String(error) });
    }
  }

  async #writeWhole(): Promise<void> {
    // What waited is in it.
    this.#pending.clear();
    this.#isWhole = false;
    // One is left out: every copy has to be read again.
    const version = this.#version += 2;
    await this.#deps.store.write({ version, came: [...this.#deps.here()], left: [], isWhole: true });
    this.#publish(version, [], []);
  }

  async #writeChanges(): Promise<void> {
    const taken = [...this.#pending].slice(0, MAX_CHANGES);
    for (const [userId] of taken) this.#pending.delete(userId);
    const version = ++this.#version;
    const came = taken.flatMap(([, { person }]) => person ?? []);
    const left = taken.flatMap(([userId, { person }]) => person === null ? [userId] : []);
    if (!await this.#deps.store.write({ version, came, left, isWhole: false })) {
      this.#isWhole = true;
      return;
    }
    const audiences = await this.#audiencesOf(taken.flatMap(([id, { isNews }]) => isNews ? [id] : []));
    const to = (userId: UserId): PresenceAudience => audiences.get(userId) ?? null;
    const arrivals = came.map((person) => ({ person, to: to(person.userId) }));
    const departures = taken.flatMap(([userId, { person, at }]) =>
      person === null ? [{ userId, at, to: to(userId) }] : []
    );
    this.#publish(version, arrivals, departures);
  }

  /** Those of everybody's conversations who are online; empty where everybody is told, absent where not known. */
  async #audiencesOf(userIds: readonly UserId[]): Promise<ReadonlyMap<UserId, readonly UserId[]>> {
    const { audience, isOnline } = this.#deps;
    const audiences = new Map<UserId, readonly UserId[]>();
    if (audience.isEveryone) return audiences;
    try {
      for (const userId of userIds) {
        audiences.set(userId, (await audience.contactsOf(userId)).filter((id) => isOnline(id)));
      }
    } catch (error) {
      log.warn("Whom to tell of changes is left to other instances: {error}", { error: String(error) });
    }
    return audiences;
  }

  #publish(version: number, came: readonly Arrival[], left: readonly Departure[]): void {
    const { bus, store } = this.#deps;
    bus.publish(USERS_TOPIC, { type: "roster", instanceId: store.instanceId, version, came, left });
  }
}
