/**
 * Finds the dead for whom something waits. The runtime watches its sockets by a ping, but that queues behind what
 * waits, and so does the close after it: of a peer that is gone with something on its way it tells nothing for a
 * quarter of an hour.
 *
 * @module
 */
import type { Clock, Timer } from "../db/clock.ts";
import { CLOSE } from "./close.ts";
import type { Connection } from "./connection.ts";
import type { Hub } from "./hub.ts";

/** Between two looks, in ms. */
const LOOK_MS = 15_000;
/** Looks in a row without a sign of life; with the one that began it and the delay of a leave, 50 s at the most. */
const MAX_STUCK_LOOKS = 2;

/** Closes 4408 whoever takes nothing and says nothing while something waits. Disposing it ends the watch. */
export class Silence implements Disposable {
  readonly #hub: Hub;
  readonly #clock: Clock;
  /** How many looks in a row found somebody stuck. */
  #stuck = new Map<Connection, number>();
  #timer: Timer;

  constructor(deps: { readonly hub: Hub; readonly clock: Clock }) {
    this.#hub = deps.hub;
    this.#clock = deps.clock;
    this.#timer = this.#next();
  }

  [Symbol.dispose](): void {
    this.#timer.cancel();
  }

  /** Looks at everybody once. */
  look(): void {
    const before = this.#stuck;
    this.#stuck = new Map();
    for (const connection of this.#hub.all()) {
      if (!connection.isStuck()) continue;
      const looks = (before.get(connection) ?? 0) + 1;
      if (looks >= MAX_STUCK_LOOKS) connection.close(CLOSE.silent);
      else this.#stuck.set(connection, looks);
    }
  }

  #next(): Timer {
    return this.#clock.after(LOOK_MS, () => {
      this.look();
      this.#timer = this.#next();
    });
  }
}
