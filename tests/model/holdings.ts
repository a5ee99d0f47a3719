/**
 * The messages that a device keeps, and where there may be holes among them.
 *
 * @module
 */
import assert from "node:assert/strict";

/** A message as a device keeps it. */
export interface Held {
  readonly messageId: string;
  readonly content: string;
}

/** Messages by conversation and seq. */
export class Holdings {
  readonly #holds = new Map<string, Map<number, Held>>();
  readonly #floors = new Map<string, number>();

  /** The conversations of which something is kept. */
  get conversations(): readonly string[] {
    return [...this.#holds.keys()];
  }

  /** Everything of a conversation, by seq. */
  of(conversation: string): ReadonlyMap<number, Held> {
    return this.#holds.get(conversation) ?? new Map();
  }

  /** The newest seq. */
  top(conversation: string): number {
    return Math.max(0, ...this.of(conversation).keys());
  }

  /** Up to where everything is kept from `from` on. */
  whole(conversation: string, from: number = 0): number {
    const held = this.of(conversation);
    let seq = from;
    while (held.has(seq + 1)) seq++;
    return seq;
  }

  /** Up to here there may be holes that the device was told of, or has from before it was connected. */
  floor(conversation: string): number {
    return this.#floors.get(conversation) ?? 0;
  }

  /** Keeps a message; one that is there must be the same. */
  keep(conversation: string, seq: number, message: Held): void {
    const held = this.#holds.get(conversation) ?? new Map<number, Held>();
    this.#holds.set(conversation, held);
    const known = held.get(seq);
    if (known !== undefined) assert.deepEqual(known, message, `${conversation} ${seq} has changed`);
    held.set(seq, message);
  }

  /** What is not kept of a conversation that goes to `last` need not come any more. */
  allowHoles(conversation: string, last: number): void {
    const held = this.of(conversation);
    let seq = last;
    while (held.has(seq)) seq--;
    this.#floors.set(conversation, seq);
  }

  /** Drops what a conversation has up to a seq. */
  drop(conversation: string, last: number = Infinity): void {
    const held = this.#holds.get(conversation);
    for (const seq of [...held?.keys() ?? []]) if (seq <= last) held?.delete(seq);
  }

  /** Forgets a conversation. */
  forget(conversation: string): void {
    this.#holds.delete(conversation);
    this.#floors.delete(conversation);
  }

  /** Forgets everything. */
  clear(): void {
    this.#holds.clear();
    this.#floors.clear();
  }
}
