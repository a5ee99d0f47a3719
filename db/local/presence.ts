/**
 * Presence inside one process: rosters in memory, shared by the instances that are opened over the same memory.
 *
 * @module
 */
import type { Clock } from "../clock.ts";
import type { UserId } from "../model.ts";
import {
  type Census,
  CLAIM_MS,
  type InstanceState,
  LEASE_MS,
  type Person,
  type PresenceStore,
  type Roster,
  type RosterChange,
} from "../presence.ts";

/** What the memory holds of one instance. */
interface Kept {
  version: number;
  readonly people: Map<UserId, Person>;
  leaseEnds: number;
  hasLeft: boolean;
  claimEnds: number;
}

/** The rosters of this process. */
export class PresenceMemory {
  readonly clock: Clock;
  readonly instances: Map<string, Kept> = new Map();

  constructor(clock: Clock) {
    this.clock = clock;
  }

  /** The state of an instance; null where it has no roster. */
  stateOf(instanceId: string): InstanceState | null {
    const kept = this.instances.get(instanceId);
    if (kept === undefined) return null;
    if (kept.hasLeft) return "left";
    return kept.leaseEnds > this.clock.now() ? "alive" : "lost";
  }
}

/** One instance's way to a {@link PresenceMemory}. */
export class LocalPresence implements PresenceStore {
  readonly instanceId: string;
  readonly #memory: PresenceMemory;
  #hasLeft = false;

  constructor(memory: PresenceMemory, instanceId: string) {
    this.#memory = memory;
    this.instanceId = instanceId;
  }

  renew(): Promise<Census> {
    const kept = this.#own();
    if (!this.#hasLeft) kept.leaseEnds = this.#memory.clock.now() + LEASE_MS;
    const others = [...this.#memory.instances].flatMap(([instanceId, { version }]) => {
      const state = this.#memory.stateOf(instanceId);
      return instanceId === this.instanceId || state === null ? [] : [{ instanceId, version, state }];
    });
    return Promise.resolve({ version: kept.version, others });
  }

  write(change: RosterChange): Promise<boolean> {
    const kept = this.#own();
    if (!change.isWhole && kept.version !== change.version - 1) return Promise.resolve(false);
    if (change.isWhole) kept.people.clear();
    for (const userId of change.left) kept.people.delete(userId);
    for (const person of change.came) kept.people.set(person.userId, person);
    kept.version = change.version;
    return Promise.resolve(true);
  }

  read(instanceId: string): Promise<Roster | null> {
    const kept = this.#memory.instances.get(instanceId);
    return Promise.resolve(
      kept === undefined ? null : { version: kept.version, people: [...kept.people.values()] },
    );
  }

  claim(instanceId: string): Promise<boolean> {
    const kept = this.#gone(instanceId);
    const now = this.#memory.clock.now();
    if (kept === null || kept.claimEnds > now) return Promise.resolve(false);
    kept.claimEnds = now + CLAIM_MS;
    return Promise.resolve(true);
  }

  remove(instanceId: string): Promise<boolean> {
    if (this.#gone(instanceId) === null) return Promise.resolve(false);
    return Promise.resolve(this.#memory.instances.delete(instanceId));
  }

  leave(): Promise<void> {
    this.#hasLeft = true;
    this.#own().hasLeft = true;
    return Promise.resolve();
  }

  [Symbol.asyncDispose](): Promise<void> {
    // The memory belongs to whoever made it.
    return Promise.resolve();
  }

  /** What is kept of an instance that is not alive. */
  #gone(instanceId: string): Kept | null {
    const state = this.#memory.stateOf(instanceId);
    if (state === null || state === "alive") return null;
    return this.#memory.instances.get(instanceId) ?? null;
  }

  #own(): Kept {
    let kept = this.#memory.instances.get(this.instanceId);
    if (kept === undefined) {
      kept = { version: 0, people: new Map(), leaseEnds: 0, hasLeft: this.#hasLeft, claimEnds: 0 };
      this.#memory.instances.set(this.instanceId, kept);
    }
    return kept;
  }
}
