/**
 * The connections of this instance, by user.
 *
 * @module
 */
import { CLOSE } from "./close.ts";
import type { Connection, Weight } from "./connection.ts";
import type { Headcount } from "./contract.ts";
import type { UserId } from "../db/model.ts";

/** Which of a user's connections a frame is for. */
export interface DeliverOptions {
  readonly except?: readonly string[];
  /** Only connections that confirm delivery themselves. */
  readonly confirmingOnly?: boolean;
}

/** Knows who is connected here. Adding and removing twice does nothing. */
export class Hub {
  readonly #byUser = new Map<UserId, Connection[]>();
  readonly #perUser: number;
  readonly #headcount: Pick<Headcount, "came" | "left"> | null;
  #size = 0;

  /**
   * @param perUser Connections a user may hold; the next one closes the oldest. 0: no bound.
   * @param headcount Keeps that bound instead, for several instances.
   */
  constructor(perUser: number, headcount: Pick<Headcount, "came" | "left"> | null = null) {
    this.#perUser = headcount === null ? perUser : 0;
    this.#headcount = headcount;
  }

  /** How many connections there are. */
  get size(): number {
    return this.#size;
  }

  /** How many users have at least one. */
  get users(): number {
    return this.#byUser.size;
  }

  /** Adds a connection; answers whether it is the user's first here. */
  add(connection: Connection): boolean {
    const before = this.#byUser.get(connection.userId);
    if (before?.includes(connection)) return false;
    this.#size++;
    this.#headcount?.came(connection.userId, connection.id);
    if (before === undefined) {
      this.#byUser.set(connection.userId, [connection]);
      return true;
    }
    before.push(connection);
    if (this.#perUser > 0 && before.length > this.#perUser) before[0]?.close(CLOSE.replaced);
    return false;
  }

  /** Removes a connection; answers whether it was the user's last here. */
  remove(connection: Connection): boolean {
    const all = this.#byUser.get(connection.userId);
    const at = all?.indexOf(connection) ?? -1;
    if (all === undefined || at < 0) return false;
    all.splice(at, 1);
    this.#size--;
    this.#headcount?.left(connection.userId, connection.id);
    if (all.length > 0) return false;
    this.#byUser.delete(connection.userId);
    return true;
  }

  /** Closes a connection that a newer one elsewhere replaces. */
  replace(userId: UserId, connectionId: string): void {
    this.#byUser.get(userId)?.find((one) => one.id === connectionId)?.close(CLOSE.replaced);
  }

  /** Whether the user has a connection here. */
  has(userId: UserId): boolean {
    return this.#byUser.has(userId);
  }

  /** The user's connections here, oldest first; a copy, so that closing them while walking is safe. */
  of(userId: UserId): readonly Connection[] {
    return [...this.#byUser.get(userId) ?? []];
  }

  /** Every connection here. */
  *all(): IterableIterator<Connection> {
    for (const connections of this.#byUser.values()) yield* [...connections];
  }

  /**
   * Pushes a frame to those of a user's connections that it is for; answers how many took it. It is encoded once,
   * and not at all when it is for none, such as a message that came by its sender's only socket.
   */
  deliver(userId: UserId, weight: Weight, encode: () => string, options: DeliverOptions = {}): number {
    let taken = 0;
    let text: string | null = null;
    // A copy: a push may close a connection and so remove it from the array under our feet.
    for (const connection of this.of(userId)) {
      if (options.except?.includes(connection.id)) continue;
      if (options.confirmingOnly === true && !connection.confirms) continue;
      text ??= encode();
      if (connection.push(text, weight)) taken++;
    }
    return taken;
  }

  /** Whether a live device of the user here takes messages without confirming them itself. */
  takesDelivery(userId: UserId): boolean {
    const connections = this.#byUser.get(userId);
    return connections !== undefined && connections.some((one) => one.isOpen && !one.confirms);
  }
}
