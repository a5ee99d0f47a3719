/**
 * What a client does when it is told that hints may have been lost: it syncs within the time it was given, and again
 * where that is refused.
 *
 * @module
 */

/** A sync that was refused is asked for again after this long, in ms. */
const AGAIN_MS = 1_000;

/** The syncs that a connection owes. */
export class Resyncing {
  /** The part of the time given that this client waits. */
  readonly #part: number;
  #dueAt: number | null = null;
  #isAsked = false;

  constructor(part: number) {
    this.#part = part;
  }

  /** Whether a sync is still to be asked for, or to be answered. */
  get isOwed(): boolean {
    return this.#dueAt !== null || this.#isAsked;
  }

  /** Hints may have been lost. */
  ask(now: number, withinMs: number): void {
    this.#dueAt ??= now + withinMs * this.#part;
  }

  /** Whether to sync now; then it counts as asked for. */
  begin(now: number): boolean {
    if (this.#isAsked || this.#dueAt === null || this.#dueAt > now) return false;
    this.#dueAt = null;
    this.#isAsked = true;
    return true;
  }

  /** The sync was answered whole. */
  answered(): void {
    this.#isAsked = false;
  }

  /** The sync was refused. */
  refused(now: number): void {
    this.#isAsked = false;
    this.#dueAt ??= now + AGAIN_MS;
  }
}
