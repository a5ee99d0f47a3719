/**
 * Notices an isolate that neither works nor says that it has ended.
 *
 * @module
 */
import type { Clock, Timer } from "../../db/clock.ts";

/** Between two questions, in ms. */
const ASK_MS = 5_000;
/** So many in a row are not answered by one that is gone; counted, as a machine that slept misses one at most. */
const MAX_MISSED = 6;

/** What is watched. */
export interface WatchOptions {
  /** Settles within a bound; rejects where no answer came. */
  readonly ask: () => Promise<unknown>;
  readonly clock: Clock;
  /** Called once, after half a minute without an answer. */
  readonly onSilent: () => void;
}

/** Asks again and again until it is disposed. */
export class Watch implements Disposable {
  readonly #options: WatchOptions;
  #timer: Timer;
  #missed = 0;
  #isOver = false;

  constructor(options: WatchOptions) {
    this.#options = options;
    this.#timer = this.#next();
  }

  [Symbol.dispose](): void {
    this.#isOver = true;
    this.#timer.cancel();
  }

  #next(): Timer {
    return this.#options.clock.after(ASK_MS, () => void this.#ask());
  }

  async #ask(): Promise<void> {
    const isThere = await this.#options.ask().then(() => true, () => false);
    if (this.#isOver) return;
    this.#missed = isThere ? 0 : this.#missed + 1;
    if (this.#missed < MAX_MISSED) this.#timer = this.#next();
    else this.#options.onSilent();
  }
}
