/**
 * Copies of the rosters of other instances: who is online elsewhere, answered without asking anyone.
 *
 * @module
 */
import type { UserId } from "../db/model.ts";
import type { Person, Roster } from "../db/presence.ts";
import type { RosterEvent } from "./events.ts";

interface Copy {
  version: number;
  readonly people: Map<UserId, Person>;
}

/** Knows who is on which other instance. */
export class Neighbours {
  readonly #copies = new Map<string, Copy>();

  /** Somebody on another instance, or null. */
  find(userId: UserId): Person | null {
    for (const { people } of this.#copies.values()) {
      const person = people.get(userId);
      if (person !== undefined) return person;
    }
    return null;
  }

  /** The instances of which there is a copy. */
  get instanceIds(): readonly string[] {
    return [...this.#copies.keys()];
  }

  /** The version of a copy; 0: there is none. */
  versionOf(instanceId: string): number {
    return this.#copies.get(instanceId)?.version ?? 0;
  }

  /** Everybody on an instance. */
  peopleOf(instanceId: string): readonly Person[] {
    return [...this.#copies.get(instanceId)?.people.values() ?? []];
  }

  /**
   * Applies a change. `old`: it was known already; `gap`: one before it is missing and nothing was applied; else those
   * who left, as they were, in the order of the event.
   */
  apply(event: RosterEvent): "old" | "gap" | readonly (Person | undefined)[] {
    const version = this.versionOf(event.instanceId);
    if (event.version <= version) return "old";
    if (event.version !== version + 1) return "gap";
    const copy = this.#copies.get(event.instanceId) ?? { version, people: new Map<UserId, Person>() };
    this.#copies.set(event.instanceId, copy);
    copy.version = event.version;
    const left = event.left.map(({ userId }) => copy.people.get(userId));
    for (const { userId } of event.left) copy.people.delete(userId);
    for (const { person } of event.came) copy.people.set(person.userId, person);
    return left;
  }

  /** Replaces a copy by what was read; answers everybody who was or is there. Nothing happens when it is older. */
  replace(instanceId: string, roster: Roster): readonly Person[] {
    if (roster.version < this.versionOf(instanceId)) return [];
    const before = this.#copies.get(instanceId)?.people ?? new Map<UserId, Person>();
    const people = new Map(roster.people.map((person) => [person.userId, person]));
    this.#copies.set(instanceId, { version: roster.version, people });
    return [...new Map([...before, ...people]).values()];
  }

  /** Removes somebody from an instance that is gone; answers them as they were. */
  forget(instanceId: string, userId: UserId): Person | undefined {
    const people = this.#copies.get(instanceId)?.people;
    const person = people?.get(userId);
    people?.delete(userId);
    return person;
  }

  /** Removes an instance; answers everybody who was there. */
  remove(instanceId: string): readonly Person[] {
    const people = this.peopleOf(instanceId);
    this.#copies.delete(instanceId);
    return people;
  }
}
