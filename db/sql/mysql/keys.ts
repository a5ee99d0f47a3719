/**
 * The keys of conversations, which never change.
 *
 * @module
 */

/** Keys remembered; about 100 bytes each. */
const MAX_KEYS = 50_000;

/** The keys of the conversations used last, by id. Only what is committed goes in. */
export class Keys {
  readonly #keys = new Map<string, number>();

  get(id: string): number | undefined {
    return this.#keys.get(id);
  }

  /** Remembers; the one that was not set for longest goes when there are too many. */
  set(id: string, key: number): void {
    this.#keys.delete(id);
    this.#keys.set(id, key);
    if (this.#keys.size <= MAX_KEYS) return;
    for (const oldest of this.#keys.keys()) {
      this.#keys.delete(oldest);
      return;
    }
  }

  /** Forgets everything: the database may be another than it was. */
  clear(): void {
    this.#keys.clear();
  }
}
