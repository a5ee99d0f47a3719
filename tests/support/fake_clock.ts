/**
 * A clock that stands still until a test moves it.
 *
 * @module
 */
import type { Clock, Timer } from "../../db/clock.ts";

interface Due {
  readonly at: number;
  readonly run: () => void;
}

/** Time by hand: {@link FakeClock.advance} runs what is due, in order. */
export class FakeClock implements Clock {
  #now: number;
  #due: Due[] = [];

  constructor(now: number = Date.UTC(2026, 0, 1)) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  after(ms: number, run: () => void): Timer {
    const due = { at: this.#now + ms, run };
    this.#due.push(due);
    return { cancel: () => void (this.#due = this.#due.filter((one) => one !== due)) };
  }

  /** How many timers wait. */
  get waiting(): number {
    return this.#due.length;
  }

  /** Moves the time on, running what comes due at its own time; lets promises settle between. */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    for (;;) {
      const next = this.#due.filter((one) => one.at <= end).sort((a, b) => a.at - b.at)[0];
      if (next === undefined) break;
      this.#due = this.#due.filter((one) => one !== next);
      this.#now = Math.max(this.#now, next.at);
      next.run();
      await settle();
    }
    this.#now = end;
    await settle();
  }
}

/** Lets everything that only waits for promises, and for the store of this process, go on. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await new Promise<void>((resolve) => setImmediate(resolve));
}
