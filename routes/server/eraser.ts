/**
 * Erases accounts whose time has come, and ends what was begun before a crash.
 *
 * @module
 */
import { getLogger } from "@logtape/logtape";
import type { Clock, Timer } from "../../db/clock.ts";
import type { Erasing } from "../accounts/erasing.ts";

/** After the start: what a crash cut short is soon over, in ms. */
export const FIRST_ROUND_MS = 1_000;
/** Between two rounds, in ms. */
export const ERASE_INTERVAL_MS = 15_000;
const log = getLogger(["chat", "accounts"]);

/** Looks until it is disposed; a round that fails is logged and tried again. */
export class Eraser implements AsyncDisposable {
  readonly #erasing: Pick<Erasing, "sweep">;
  readonly #clock: Clock;
  readonly #stop = new AbortController();
  #timer: Timer;
  #running: Promise<void> = Promise.resolve();

  constructor(erasing: Pick<Erasing, "sweep">, clock: Clock) {
    this.#erasing = erasing;
    this.#clock = clock;
    this.#timer = this.#next(FIRST_ROUND_MS);
  }

  /** Resolves when the step that is under way is over: what is left is gone on with at the next start. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    this.#timer.cancel();
    await this.#running;
  }

  #next(ms: number): Timer {
    return this.#clock.after(ms, () => {
      this.#running = this.#round().finally(() => {
        if (!this.#stop.signal.aborted) this.#timer = this.#next(ERASE_INTERVAL_MS);
      });
    });
  }

  async #round(): Promise<void> {
    try {
      const over = await this.#erasing.sweep({ signal: this.#stop.signal });
      if (over > 0) log.info("Erased {over} accounts", { over });
    } catch (error) {
      log.error("Accounts that are due could not be erased, which is tried again: {error}", {
        error: String(error),
      });
    }
  }
}
