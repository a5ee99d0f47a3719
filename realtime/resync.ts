/**
 * Asks every device here to sync, because hints may have been lost.
 *
 * @module
 */
import type { Clock, Timer } from "../db/clock.ts";
import { encode } from "./codec.ts";
import type { Hub } from "./hub.ts";
import { timestamp } from "./wire.ts";

/** Devices spread their syncs over at least and at most this long, in ms: so many at once would stop everything. */
const MIN_WITHIN_MS = 1_000;
const MAX_WITHIN_MS = 30_000;
/** Time given for each device, in ms. */
const MS_PER_DEVICE = 2;

/** Sends `resync` to everybody here, and not again before the last one was followed. */
export class Resync implements Disposable {
  readonly #hub: Hub;
  readonly #clock: Clock;
  #nextAt = 0;
  #timer: Timer | null = null;
  #sent = 0;

  constructor(deps: { readonly hub: Hub; readonly clock: Clock }) {
    this.#hub = deps.hub;
    this.#clock = deps.clock;
  }

  /** How often it was sent. */
  get sent(): number {
    return this.#sent;
  }

  /** Asks now, or once the devices had their time for the last request. */
  request(): void {
    if (this.#timer !== null) return;
    const wait = this.#nextAt - this.#clock.now();
    if (wait <= 0) return this.#send();
    this.#timer = this.#clock.after(wait, () => {
      this.#timer = null;
      this.#send();
    });
  }

  [Symbol.dispose](): void {
    this.#timer?.cancel();
  }

  #send(): void {
    const now = this.#clock.now();
    const within = Math.min(MAX_WITHIN_MS, Math.max(MIN_WITHIN_MS, this.#hub.size * MS_PER_DEVICE));
    this.#nextAt = now + within;
    this.#sent++;
    const text = encode({ type: "resync", timestamp: timestamp(now), data: { within_ms: within } });
    for (const connection of this.#hub.all()) connection.push(text, "answer");
  }
}
