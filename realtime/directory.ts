/**
 * Who people are: names and avatars, kept for a short while.
 *
 * @module
 */
import type { Clock } from "../db/clock.ts";
import type { User, UserId } from "../db/model.ts";
import type { UserStore } from "../db/users.ts";

/** How long an entry is believed, in ms: another instance's news may be lost (invariant 15). */
const ENTRY_LIFETIME_MS = 30_000;
/** Entries kept; past this the oldest goes. */
const MAX_ENTRIES = 10_000;
/** The bound of {@link UserStore.byIds}. */
const MAX_ASKED = 1_000;

interface Entry {
  /** Null: there is no such account. */
  readonly user: User | null;
  readonly at: number;
}

/** A bounded cache over the account store. */
export class Directory {
  readonly #users: Pick<UserStore, "byIds">;
  readonly #clock: Clock;
  readonly #entries = new Map<UserId, Entry>();
  /** How often something was forgotten: what was asked before that may be what is to be forgotten. */
  #forgets = 0;

  constructor(users: Pick<UserStore, "byIds">, clock: Clock) {
    this.#users = users;
    this.#clock = clock;
  }

  /** The account as last seen; null: there is none; undefined: ask {@link load}. */
  known(id: UserId): User | null | undefined {
    const entry = this.#entries.get(id);
    if (entry === undefined || this.#clock.now() - entry.at >= ENTRY_LIFETIME_MS) return undefined;
    return entry.user;
  }

  /** The accounts of `ids`, from here or from the store. Ids without an account are absent. */
  async load(ids: readonly UserId[]): Promise<ReadonlyMap<UserId, User>> {
    const found = new Map<UserId, User>();
    const missing: UserId[] = [];
    for (const id of new Set(ids)) {
      const known = this.known(id);
      if (known === undefined) missing.push(id);
      else if (known !== null) found.set(id, known);
    }
    for (let at = 0; at < missing.length; at += MAX_ASKED) {
      const asked = missing.slice(at, at + MAX_ASKED);
      const forgets = this.#forgets;
      const users = new Map((await this.#users.byIds(asked)).map((user) => [user.id, user]));
      if (forgets === this.#forgets) { for (const id of asked) this.#keep(id, users.get(id) ?? null); }
      for (const [id, user] of users) found.set(id, user);
    }
    return found;
  }

  /** Forgets an account, because it changed. */
  forget(id: UserId): void {
    this.#forgets++;
    this.#entries.delete(id);
  }

  /** Lets go of what is not believed any more: people who are looked at once are most of them. */
  sweep(): void {
    const bound = this.#clock.now() - ENTRY_LIFETIME_MS;
    for (const [id, { at }] of this.#entries) {
      // The oldest stand first.
      if (at > bound) return;
      this.#entries.delete(id);
    }
  }

  /** How many entries are kept. */
  get size(): number {
    return this.#entries.size;
  }

  #keep(id: UserId, user: User | null): void {
    this.#entries.delete(id);
    this.#entries.set(id, { user, at: this.#clock.now() });
    if (this.#entries.size <= MAX_ENTRIES) return;
    const oldest = this.#entries.keys().next();
    if (!oldest.done) this.#entries.delete(oldest.value);
  }
}
