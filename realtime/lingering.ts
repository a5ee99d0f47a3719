/**
 * Sockets that this side closed and whose other side does not answer: the runtime keeps them, with a descriptor and
 * what was queued, for as long as the other side likes.
 *
 * @module
 */
import type { UserId } from "../db/model.ts";
import type { Connection } from "./connection.ts";

/** Knows whose closed sockets still take room. Adding and removing twice does nothing. */
export class Lingering {
  readonly #byUser = new Map<UserId, Map<Connection, number>>();
  #size = 0;
  #bytes = 0;

  /** How many there are. */
  get size(): number {
    return this.#size;
  }

  /** What waited for them when they were closed, in bytes: the runtime keeps it until they are gone. */
  get bytes(): number {
    return this.#bytes;
  }

  /** How many a user has. */
  of(userId: UserId): number {
    return this.#byUser.get(userId)?.size ?? 0;
  }

  /** Notes a socket that is being closed from this side, while it still tells what waits for it. */
  add(connection: Connection): void {
    const own = this.#byUser.get(connection.userId) ?? new Map<Connection, number>();
    if (own.has(connection)) return;
    const bytes = connection.waiting;
    this.#byUser.set(connection.userId, own.set(connection, bytes));
    this.#size++;
    this.#bytes += bytes;
  }

  /** Notes that a socket is gone. */
  remove(connection: Connection): void {
    const own = this.#byUser.get(connection.userId);
    const bytes = own?.get(connection);
    if (own === undefined || bytes === undefined) return;
    own.delete(connection);
    this.#size--;
    this.#bytes -= bytes;
    if (own.size === 0) this.#byUser.delete(connection.userId);
  }
}
