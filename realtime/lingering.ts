/**
 * Sockets that this side closed and whose other side takes nothing: the runtime keeps them, with a descriptor and what
 * was queued, for as long as the other side likes, and has no way to end them. One that ends while something waits, by
 * a fault of the other side or by half a close, may be kept although it is told to be gone; it counts for a while.
 *
 * @module
 */
import type { Clock } from "../db/clock.ts";
import type { UserId } from "../db/model.ts";
import type { Connection } from "./connection.ts";
import { LINGERING_MS } from "./limits.ts";

interface Left {
  readonly bytes: number;
  /** When it counts no longer; null while the socket itself tells. */
  readonly until: number | null;
}

/** Knows whose closed sockets still take room. Everything may be called twice, late or never. */
export class Lingering {
  readonly #clock: Clock;
  readonly #byUser = new Map<UserId, Map<Connection, Left>>();
  #size = 0;
  #bytes = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** How many there are. */
  get size(): number {
    return this.#size;
  }

  /** What waits for them, in bytes. */
  get bytes(): number {
    return this.#bytes;
  }

  /** How many a user has. */
  of(userId: UserId): number {
    return this.#byUser.get(userId)?.size ?? 0;
  }

  /** Notes a socket that was closed from this side. */
  add(connection: Connection): void {
    this.#set(connection, { bytes: connection.left, until: null });
  }

  /** Notes the end of a socket; `isReleased`: the runtime surely gave it back. */
  gone(connection: Connection, isReleased: boolean): void {
    const bytes = connection.left;
    if (isReleased || bytes === 0) this.#remove(connection);
    else this.#set(connection, { bytes, until: this.#clock.now() + LINGERING_MS });
  }

  /** Goes on with the closes that wait for the other side, and forgets what was kept for long enough. */
  look(): void {
    const now = this.#clock.now();
    for (const [connection, { until }] of this.#all()) {
      if (until !== null) {
        if (now >= until) this.#remove(connection);
        continue;
      }
      connection.settle();
      // Its end may have been told meanwhile, and it be gone.
      if (this.#find(connection)?.until === null) this.#set(connection, { bytes: connection.left, until });
    }
  }

  /** Ends all these waits, as the program ends. */
  settle(): void {
    for (const [connection] of this.#all()) connection.settle(true);
  }

  #all(): [Connection, Left][] {
    return [...this.#byUser.values()].flatMap((own) => [...own]);
  }

  #find(connection: Connection): Left | undefined {
    return this.#byUser.get(connection.userId)?.get(connection);
  }

  #set(connection: Connection, left: Left): void {
    this.#remove(connection);
    const own = this.#byUser.get(connection.userId) ?? new Map<Connection, Left>();
    this.#byUser.set(connection.userId, own.set(connection, left));
    this.#size++;
    this.#bytes += left.bytes;
  }

  #remove(connection: Connection): void {
    const own = this.#byUser.get(connection.userId);
    const left = own?.get(connection);
    if (own === undefined || left === undefined) return;
    own.delete(connection);
    this.#size--;
    this.#bytes -= left.bytes;
    if (own.size === 0) this.#byUser.delete(connection.userId);
  }
}
