/**
 * What is remembered of conversations between commits.
 *
 * @module
 */
import type { Tail } from "./documents.ts";

/** Conversations remembered; about 200 bytes each. */
const MAX_TAILS = 20_000;

/**
 * The ends of the conversations used last. Only where nobody else appends, only what was confirmed, and nothing of it
 * after any failure.
 */
export class Tails {
  readonly #tails = new Map<string, Tail>();
  readonly #max: number;

  constructor(max = MAX_TAILS) {
    this.#max = max;
  }

  get(conversation: string): Tail | undefined {
    return this.#tails.get(conversation);
  }

  /** Remembers; the one that was not set for longest goes when there are too many. */
  set(conversation: string, { seq, change, nth, senderId, createdAt }: Tail): void {
    this.#tails.delete(conversation);
    this.#tails.set(conversation, { seq, change, nth, senderId, createdAt });
    if (this.#tails.size <= this.#max) return;
    for (const oldest of this.#tails.keys()) {
      this.#tails.delete(oldest);
      return;
    }
  }

  /** Forgets everything. */
  clear(): void {
    this.#tails.clear();
  }
}
