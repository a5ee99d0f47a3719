/**
 * Who is really there: counts how often people came and went, so that what observers are told can be held against it.
 *
 * @module
 */

/** A leave waits this long (docs/protocol.md). */
const LEAVE_AFTER_MS = 5_000;

interface Person {
  connections: number;
  /** When the last connection went; null: some are there, or it was told. */
  leftAt: number | null;
  isHere: boolean;
  arrivals: number;
  departures: number;
  arrivedAt: number;
  departedAt: number;
}

/** How often somebody came and went. */
export interface Moves {
  readonly arrivals: number;
  readonly departures: number;
  /** When they last did, in ms. */
  readonly arrivedAt: number;
  readonly departedAt: number;
}

const NOBODY: Person = {
  connections: 0,
  leftAt: null,
  isHere: false,
  arrivals: 0,
  departures: 0,
  arrivedAt: -Infinity,
  departedAt: -Infinity,
};

/** Counts the connections the server knows of, by user. */
export class PresenceTruth {
  readonly #people = new Map<number, Person>();

  /** A connection was opened. */
  opened(user: number, now: number): void {
    const person = this.#person(user);
    person.connections++;
    person.leftAt = null;
    if (person.isHere) return;
    person.isHere = true;
    person.arrivals++;
    person.arrivedAt = now;
  }

  /** The server learned that a connection is gone. */
  closed(user: number, now: number): void {
    const person = this.#person(user);
    person.connections--;
    if (person.connections === 0) person.leftAt = now;
  }

  /** Time has passed. */
  moved(now: number): void {
    for (const person of this.#people.values()) {
      if (person.leftAt === null || now < person.leftAt + LEAVE_AFTER_MS) continue;
      person.departedAt = person.leftAt + LEAVE_AFTER_MS;
      person.leftAt = null;
      person.isHere = false;
      person.departures++;
    }
  }

  /** The server ended: it has forgotten everybody. */
  forget(): void {
    for (const person of this.#people.values()) {
      person.connections = 0;
      person.leftAt = null;
      person.isHere = false;
    }
  }

  /** How often somebody came and went until now. */
  moves(user: number): Moves {
    const { arrivals, departures, arrivedAt, departedAt } = this.#person(user);
    return { arrivals, departures, arrivedAt, departedAt };
  }

  /** Who has a connection. */
  connected(): readonly number[] {
    return [...this.#people].filter(([, person]) => person.connections > 0).map(([user]) => user).sort();
  }

  #person(user: number): Person {
    const person = this.#people.get(user) ?? { ...NOBODY };
    this.#people.set(user, person);
    return person;
  }
}
