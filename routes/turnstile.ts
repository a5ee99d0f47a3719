/**
 * Lets requests in a few at a time, so that a crowd of them does not keep the sockets waiting.
 *
 * The runtime hands over at once whatever has arrived. Five hundred people who sign in together would be worked off
 * in one go of half a second, in which no message moves. Between two turns of the event loop the sockets have theirs.
 *
 * @module
 */
import { setImmediate } from "node:timers";
import type { Clock } from "../db/clock.ts";
import { ChatError } from "../realtime/errors.ts";

/** Let in each turn, whatever it takes. With one or two a crowd lasts longer, and the messages wait no less. */
const LEAST_A_TURN = 4;
/**
 * Beyond those, one for so many milliseconds that the turn before took. Long turns are few: without this, a server
 * busy with messages would hardly answer requests. A call costs 0.1 to 2 ms, so they take no more than half the time.
 */
const MS_EACH = 4;
/** Let in one turn at most, however long the one before was. */
const MOST_A_TURN = 32;
/** Requests that may wait; more come from no crowd of people. */
const MAX_WAITING = 10_000;
const RETRY_MS = 1_000;

/** What a turnstile needs of the world. */
export interface TurnstileOptions {
  readonly clock: Clock;
  /** Runs something in the next turn of the event loop; default: the runtime's. */
  readonly nextTurn?: (run: () => void) => void;
}

/** A narrow door: first come, first served. */
export class Turnstile {
  readonly #clock: Clock;
  readonly #nextTurn: (run: () => void) => void;
  readonly #waiting: (() => void)[] = [];
  #room = LEAST_A_TURN;
  #isTurning = false;

  constructor({ clock, nextTurn = (run) => void setImmediate(run) }: TurnstileOptions) {
    this.#clock = clock;
    this.#nextTurn = nextTurn;
  }

  /** How many wait. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /**
   * Runs `work` now when nobody waits and this turn has room, else in one of the next turns. Throws `overloaded`
   * when too many wait.
   */
  pass<T>(work: () => T | Promise<T>): T | Promise<T> {
    this.#turn();
    if (this.#room > 0) {
      this.#room--;
      return work();
    }
    if (this.#waiting.length >= MAX_WAITING) throw new ChatError("overloaded", { retryAfterMs: RETRY_MS });
    return new Promise<void>((resolve) => this.#waiting.push(resolve)).then(work);
  }

  #turn(): void {
    if (this.#isTurning) return;
    this.#isTurning = true;
    const begun = this.#clock.now();
    this.#nextTurn(() => {
      this.#isTurning = false;
      const more = Math.floor((this.#clock.now() - begun) / MS_EACH);
      this.#room = Math.min(MOST_A_TURN, Math.max(LEAST_A_TURN, more));
      if (this.#waiting.length > 0) this.#turn();
      for (const next of this.#waiting.splice(0, this.#room)) {
        this.#room--;
        next();
      }
    });
  }
}
