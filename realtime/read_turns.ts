/**
 * Turns for what is dear to answer: the `sync` and `history` of all of a user's connections go one after another,
 * and one that took long is followed by a pause, so that nobody has the program to themselves.
 *
 * @module
 */
import { setImmediate } from "node:timers";
import type { Clock, Timer } from "../db/clock.ts";
import type { UserId } from "../db/model.ts";

/** The pause is this many times as long as the answer took: a user gets at most a quarter of the time. */
const PAUSE_FACTOR = 3;
/** … and no longer than this, in ms: where the store is slow, that is not the user's doing. */
const MAX_PAUSE_MS = 250;

/** Shared, as nearly nobody waits. */
const READY = Promise.resolve();

/** Gives turns. Disposing it ends the pauses, not the work. */
export class ReadTurns implements Disposable {
  readonly #clock: Clock;
  /** When the last one's turn is over, of those users who have one. */
  readonly #tails = new Map<UserId, Promise<void>>();
  #lastTurn = READY;
  readonly #pauses = new Map<Timer, () => void>();
  #isDisposed = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** How many users wait or have their turn. */
  get size(): number {
    return this.#tails.size;
  }

  /** Runs `work` when it is the user's turn; settles as it does. */
  take(userId: UserId, work: () => Promise<void>): Promise<void> {
    let took = 0;
    const done = (this.#tails.get(userId) ?? READY).then(async () => {
      await this.#nextTurn();
      const began = this.#clock.now();
      try {
        await work();
      } finally {
        took = this.#clock.now() - began;
      }
    });
    const tail = done.catch(() => {}).then(() => this.#pause(Math.min(took * PAUSE_FACTOR, MAX_PAUSE_MS)))
      .then(() => {
        if (this.#tails.get(userId) === tail) this.#tails.delete(userId);
      });
    this.#tails.set(userId, tail);
    return done;
  }

  [Symbol.dispose](): void {
    this.#isDisposed = true;
    for (const [timer, resolve] of this.#pauses) {
      timer.cancel();
      resolve();
    }
    this.#pauses.clear();
  }

  /** No two reads begin in one turn of the event loop: those of a crowd would leave none to the messages. */
  #nextTurn(): Promise<void> {
    const mine = this.#lastTurn;
    this.#lastTurn = mine.then(() => new Promise<void>((resolve) => void setImmediate(resolve)));
    return mine;
  }

  #pause(ms: number): Promise<void> | void {
    if (ms <= 0 || this.#isDisposed) return;
    return new Promise((resolve) => {
      const timer = this.#clock.after(ms, () => {
        this.#pauses.delete(timer);
        resolve();
      });
      this.#pauses.set(timer, resolve);
    });
  }
}
