/**
 * The people who are online, encoded once each and kept joined: in a crowd every newcomer asks for the list.
 *
 * @module
 */
import type { UserId } from "../db/model.ts";

/** Keeps encoded {@link OnlineUser}s in the order they came. */
export class OnlineList {
  readonly #max: number;
  readonly #encoded = new Map<UserId, string>();
  /** The first of them joined with commas; null: to be joined anew. */
  #text: string | null = "";
  readonly #listed = new Set<UserId>();

  /** @param max How many a list names. */
  constructor(max: number) {
    this.#max = max;
  }

  /** How many are online. */
  get size(): number {
    return this.#encoded.size;
  }

  /** Whether somebody is online. */
  has(userId: UserId): boolean {
    return this.#encoded.has(userId);
  }

  /** The first `limit` who are online. */
  ids(limit: number): readonly UserId[] {
    const ids: UserId[] = [];
    for (const id of this.#encoded.keys()) {
      if (ids.length >= limit) break;
      ids.push(id);
    }
    return ids;
  }

  /** Adds somebody, or replaces what was encoded. */
  set(userId: UserId, encoded: string): void {
    if (this.#encoded.has(userId)) this.#text = null;
    this.#encoded.set(userId, encoded);
    if (this.#text !== null) this.#append(userId, encoded);
  }

  /** Removes somebody. */
  delete(userId: UserId): void {
    if (this.#encoded.delete(userId) && this.#listed.has(userId)) this.#text = null;
  }

  /** The first of `ids` who are online, up to the bound, with commas between. */
  of(ids: Iterable<UserId>): string {
    const texts: string[] = [];
    for (const id of ids) {
      if (texts.length >= this.#max) break;
      const encoded = this.#encoded.get(id);
      if (encoded !== undefined) texts.push(encoded);
    }
    return texts.join();
  }

  /** Everybody up to the bound, and `viewerId` in any case. */
  everybody(viewerId: UserId | null): string {
    if (this.#text === null) this.#join();
    const own = viewerId === null || this.#listed.has(viewerId) ? undefined : this.#encoded.get(viewerId);
    const text = this.#text ?? "";
    return own === undefined ? text : joined(text, own);
  }

  #append(userId: UserId, encoded: string): void {
    if (this.#listed.size >= this.#max) return;
    this.#listed.add(userId);
    this.#text = joined(this.#text ?? "", encoded);
  }

  #join(): void {
    this.#listed.clear();
    this.#text = "";
    for (const [userId, encoded] of this.#encoded) {
      if (this.#listed.size >= this.#max) break;
      this.#append(userId, encoded);
    }
  }
}

function joined(text: string, more: string): string {
  return text === "" ? more : `${text},${more}`;
}
