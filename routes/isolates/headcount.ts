/**
 * The limits on one user's connections and messages, over all isolates of the process.
 *
 * @module
 */
import type { Clock, Timer } from "../../db/clock.ts";
import type { Link } from "../../db/isolates/link.ts";
import type { UserId } from "../../db/model.ts";
import type { Headcount, Limits, Realtime } from "../../realtime/mod.ts";
import { NOTES, type SentCounts } from "./orders.ts";

/** Messages are told of together, this often, in ms: so long a user may be ahead of the limit, by one burst at most. */
const TELL_MS = 20;

/** What an isolate counts with. */
export interface RemoteHeadcountOptions {
  readonly link: Link;
  readonly clock: Clock;
  /** Nothing is told of a limit that is off. */
  readonly limits: Pick<Limits, "connections" | "messages">;
  /** Sockets of each isolate, by its number; shared memory. */
  readonly sockets: Int32Array;
  readonly number: number;
}

/** The side of an isolate that takes connections. */
export class RemoteHeadcount implements Headcount, Disposable {
  readonly #options: RemoteHeadcountOptions;
  #sent = new Map<UserId, number>();
  #timer: Timer | null = null;

  constructor(options: RemoteHeadcountOptions) {
    this.#options = options;
  }

  /** Sockets of all other isolates. */
  get elsewhere(): number {
    const { sockets, number } = this.#options;
    return sockets.reduce((sum, count) => sum + count, 0) - (sockets[number] ?? 0);
  }

  /** Has `realtime` follow what the main isolate says. */
  follow(realtime: Pick<Realtime, "replace" | "sentElsewhere">): void {
    const { link } = this.#options;
    link.hear(
      NOTES.replace,
      (userId, connectionId) => realtime.replace(userId as UserId, connectionId as string),
    );
    link.hear(NOTES.sent, (counts) => {
      for (const [userId, count] of counts as SentCounts) realtime.sentElsewhere(userId, count);
    });
  }

  came(userId: UserId, connectionId: string): void {
    const { link, limits, sockets, number } = this.#options;
    Atomics.add(sockets, number, 1);
    if (limits.connections > 0) link.note(NOTES.came, userId, connectionId);
  }

  left(userId: UserId, connectionId: string): void {
    const { link, limits, sockets, number } = this.#options;
    Atomics.sub(sockets, number, 1);
    if (limits.connections > 0) link.note(NOTES.left, userId, connectionId);
  }

  sent(userId: UserId): void {
    const { limits, clock } = this.#options;
    if (limits.messages.rate === 0) return;
    this.#sent.set(userId, (this.#sent.get(userId) ?? 0) + 1);
    this.#timer ??= clock.after(TELL_MS, () => this.#tell());
  }

  [Symbol.dispose](): void {
    this.#timer?.cancel();
  }

  #tell(): void {
    this.#timer = null;
    this.#options.link.note(NOTES.sent, [...this.#sent] satisfies SentCounts);
    this.#sent = new Map();
  }
}

interface Open {
  readonly link: Link;
  readonly connectionId: string;
}

/** The side of the main isolate: knows which connections each user has, in the order in which they came. */
export class Registrar {
  readonly #perUser: number;
  readonly #links: Link[] = [];
  readonly #open = new Map<UserId, Open[]>();

  /** @param perUser Connections a user may hold; the next one closes the oldest. 0: no bound. */
  constructor(perUser: number) {
    this.#perUser = perUser;
  }

  /** Connections that are known. */
  get size(): number {
    return [...this.#open.values()].reduce((sum, all) => sum + all.length, 0);
  }

  /** Hears what an isolate says. */
  serve(link: Link): void {
    this.#links.push(link);
    link.hear(
      NOTES.came,
      (userId, connectionId) => this.#came(userId as UserId, { link, connectionId: connectionId as string }),
    );
    link.hear(NOTES.left, (userId, connectionId) => this.#left(userId as UserId, connectionId as string));
    link.hear(NOTES.sent, (counts) => {
      for (const other of this.#links) if (other !== link) other.note(NOTES.sent, counts);
    });
  }

  #came(userId: UserId, one: Open): void {
    const all = this.#open.get(userId);
    if (all === undefined) return void this.#open.set(userId, [one]);
    all.push(one);
    const oldest = all[0];
    if (this.#perUser === 0 || all.length <= this.#perUser || oldest === undefined) return;
    oldest.link.note(NOTES.replace, userId, oldest.connectionId);
    // Its end is heard of later; until then the next one too many is to close another.
    all.shift();
  }

  #left(userId: UserId, connectionId: string): void {
    const all = this.#open.get(userId);
    const at = all?.findIndex((one) => one.connectionId === connectionId) ?? -1;
    if (all === undefined || at < 0) return;
    all.splice(at, 1);
    if (all.length === 0) this.#open.delete(userId);
  }
}
