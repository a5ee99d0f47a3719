/**
 * Hourly housekeeping: messages beyond their retention and sessions beyond their end.
 *
 * @module
 */
import { getLogger } from "@logtape/logtape";
import type { Clock, Timer } from "../../db/clock.ts";
import type { MessageStore } from "../../db/messages.ts";
import type { SessionStore } from "../../db/sessions.ts";

/** What is swept, and what stays. */
export interface SweeperOptions {
  readonly messages: Pick<MessageStore, "removeBefore">;
  readonly sessions: Pick<SessionStore, "touch">;
  readonly clock: Clock;
  /** Messages older than this go; 0: none ever. */
  readonly retentionDays: number;
}

/** The first sweep waits until the rush of reconnecting clients is over. */
export const FIRST_SWEEP_MS = 60_000;
export const SWEEP_INTERVAL_MS = 3_600_000;
/** Messages removed by one write: a few ms, so that senders hardly wait. */
export const SWEEP_CHUNK = 500;
/** Between two writes, so that the store belongs to the senders. */
export const SWEEP_PAUSE_MS = 100;
const DAY_MS = 86_400_000;
const log = getLogger(["chat", "store"]);

/** Sweeps until it is disposed; a failing sweep is logged and tried again an hour later. */
export class Sweeper implements AsyncDisposable {
  readonly #options: SweeperOptions;
  #timer: Timer;
  #running: Promise<void> = Promise.resolve();
  #wake: (() => void) | null = null;
  #stopped = false;

  constructor(options: SweeperOptions) {
    this.#options = options;
    this.#timer = options.clock.after(FIRST_SWEEP_MS, () => this.#begin());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopped = true;
    this.#timer.cancel();
    this.#wake?.();
    await this.#running;
  }

  #begin(): void {
    this.#running = this.#sweep().catch((error: unknown) => {
      log.error("A sweep failed and is tried again in an hour", { error });
    }).finally(() => {
      if (!this.#stopped) this.#timer = this.#options.clock.after(SWEEP_INTERVAL_MS, () => this.#begin());
    });
  }

  async #sweep(): Promise<void> {
    const { sessions, messages, clock, retentionDays } = this.#options;
    await sessions.touch([], clock.now());
    if (retentionDays === 0) return;
    const cutoff = clock.now() - retentionDays * DAY_MS;
    let removed = 0;
    while (!this.#stopped) {
      const chunk = await messages.removeBefore(cutoff, SWEEP_CHUNK);
      removed += chunk;
      if (chunk < SWEEP_CHUNK) break;
      await this.#pause();
    }
    if (removed > 0) {
      log.info("Removed {removed} messages older than {retentionDays} days", { removed, retentionDays });
    }
  }

  async #pause(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#wake = resolve;
    this.#timer = this.#options.clock.after(SWEEP_PAUSE_MS, resolve);
    await promise;
    this.#wake = null;
  }
}
