/**
 * Who is really there: counts how often people came and went, so that what observers are told can be held against it.
 *
 * @module
 */

/** A leave waits this long (docs/protocol.md). */
const LEAVE_AFTER_MS = 5_000;
/** Whoever comes back to another instance so shortly before it may be said to have left, in ms. */
const TOO_LATE_MS = 100;

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

/**
 * Counts the connections the instances know of, by user. Several instances know of each other's people a little later,
 * and one that was just started knows nothing of those who were on another that ended: moves are then counted that
 * some of them may have seen.
 */
export class PresenceTruth {
  readonly #isShared: boolean;
  readonly #people = new Map<number, Person>();

  constructor(isShared: boolean) {
    this.#isShared = isShared;
  }

  /** A connection was opened. */
  opened(user: number, now: number): void {
    const person = this.#person(user);
    const { leftAt } = person;
    person.connections++;
    person.leftAt = null;
    if (this.#isShared && leftAt !== null && now >= leftAt + LEAVE_AFTER_MS - TOO_LATE_MS) {
      depart(person, now);
    }
    if (person.isHere && (!this.#isShared || person.connections > 1)) return;
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
      depart(person, person.leftAt + LEAVE_AFTER_MS);
    }
  }

  /** The only instance ended: it has forgotten everybody. */
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

function depart(person: Person, at: number): void {
  person.departedAt = at;
  person.leftAt = null;
  person.isHere = false;
  person.departures++;
}
