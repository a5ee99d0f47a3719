/**
 * What is remembered of conversations between commits, so that a message needs no look-up first.
 *
 * @module
 */
import type { Head } from "../numbering.ts";

/** Conversations remembered; about 170 bytes each. */
const MAX_HEADS = 20_000;

/** The ends of the conversations used last, by id. Only what is committed goes in. */
export class Heads {
  readonly #heads = new Map<string, Head>();
  readonly #max: number;
  #nextKey: number | null = null;

  constructor(max = MAX_HEADS) {
    this.#max = max;
  }

  /** The key of the next new conversation; null: ask the store. */
  get nextKey(): number | null {
    return this.#nextKey;
  }

  get(id: string): Head | undefined {
    return this.#heads.get(id);
  }

  /** Remembers; the one that was not set for longest goes when there are too many. */
  set(id: string, head: Head): void {
    this.#heads.delete(id);
    this.#heads.set(id, head);
    if (this.#heads.size <= this.#max) return;
    for (const oldest of this.#heads.keys()) {
      this.#heads.delete(oldest);
      return;
    }
  }

  /** Forgets one conversation. */
  forget(id: string): void {
    this.#heads.delete(id);
  }

  /** Remembers the key of the next new conversation. */
  setNextKey(key: number): void {
    this.#nextKey = key;
  }

  /** Forgets everything: after any failure the store is asked again. */
  clear(): void {
    this.#heads.clear();
    this.#nextKey = null;
  }
}
