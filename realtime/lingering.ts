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
  readonly #byUser = new Map<UserId, Set<Connection>>();
  #size = 0;

  /** How many there are. */
  get size(): number {
    return this.#size;
  }

  /** How many a user has. */
  of(userId: UserId): number {
    return this.#byUser.get(userId)?.size ?? 0;
  }

  /** Notes a socket that was closed from this side. */
  add(connection: Connection): void {
    const own = this.#byUser.get(connection.userId) ?? new Set();
    if (own.has(connection)) return;
    this.#byUser.set(connection.userId, own.add(connection));
    this.#size++;
  }

  /** Notes that a socket is gone. */
  remove(connection: Connection): void {
    const own = this.#byUser.get(connection.userId);
    if (own === undefined || !own.delete(connection)) return;
    this.#size--;
    if (own.size === 0) this.#byUser.delete(connection.userId);
  }
}
