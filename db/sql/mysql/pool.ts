/**
 * Connections kept ready for those who need one for a moment.
 *
 * The driver's own pool has no bound on how long one waits for a connection, and hands connections out before their
 * session is set up.
 *
 * @module
 */
import type { Clock } from "../../clock.ts";
import type { MysqlPlace } from "../../places.ts";
import { MysqlConnection } from "./connection.ts";
import { failureOf, MysqlError } from "./failures.ts";

/** What a pool is made with. */
export interface PoolOptions {
  readonly place: MysqlPlace;
  readonly clock: Clock;
  readonly maxConnections: number;
  /** Callers that may wait for a connection; each more is refused at once. */
  readonly maxWaiting: number;
  /** How long each of them waits, in ms. */
  readonly waitMs: number;
}

/** Wakes a caller: there may be room now. */
type Waiting = () => void;

/** A bounded number of connections, opened as they are needed. */
export class MysqlPool implements AsyncDisposable {
  readonly #options: PoolOptions;
  readonly #idle: MysqlConnection[] = [];
  readonly #taken = new Set<MysqlConnection>();
  readonly #waiting = new Set<Waiting>();
  #opening = 0;
  #closed = false;

  constructor(options: PoolOptions) {
    this.#options = options;
  }

  /** Takes a connection for `work` and gives it back. Throws {@link MysqlError}. */
  async use<T>(work: (connection: MysqlConnection) => Promise<T>): Promise<T> {
    const connection = await this.take();
    try {
      return await work(connection);
    } finally {
      this.give(connection);
    }
  }

  /** A connection for the caller alone, to be given back. */
  async take(): Promise<MysqlConnection> {
    const { maxConnections, waitMs, clock } = this.#options;
    const deadline = clock.now() + waitMs;
    for (;;) {
      if (this.#closed) throw new MysqlError("lost", "the store is closed");
      const idle = this.#takeIdle();
      if (idle !== undefined) return idle;
      if (this.#taken.size + this.#opening < maxConnections) return await this.#open();
      await this.#turn(deadline - clock.now());
    }
  }

  /** Gives a connection back; it goes when it cannot be used any more. */
  give(connection: MysqlConnection): void {
    this.#taken.delete(connection);
    if (this.#closed) void connection.end();
    else if (connection.isUsable) this.#idle.push(connection);
    this.#wakeOne();
  }

  /** Ends connections that nobody has: the server they were to is gone, or was. */
  dropIdle(): void {
    for (const connection of this.#idle.splice(0)) connection.destroy();
  }

  /** Ends everything; those who have a connection finish. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    for (const wake of [...this.#waiting]) wake();
    await Promise.all(this.#idle.splice(0).map((connection) => connection.end()));
  }

  #takeIdle(): MysqlConnection | undefined {
    for (;;) {
      // The one used last: the others may be closed by the server when there is little to do.
      const connection = this.#idle.pop();
      if (connection === undefined) return undefined;
      if (!connection.isUsable) continue;
      this.#taken.add(connection);
      return connection;
    }
  }

  async #open(): Promise<MysqlConnection> {
    this.#opening++;
    try {
      const connection = await MysqlConnection.open({ place: this.#options.place });
      this.#taken.add(connection);
      return connection;
    } catch (error) {
      const failure = failureOf(error);
      if (failure === "lost" || failure === "silent") this.dropIdle();
      this.#wakeOne();
      throw error;
    } finally {
      this.#opening--;
    }
  }

  /** Waits until there may be room; throws when that takes too long. */
  async #turn(ms: number): Promise<void> {
    const { maxWaiting, clock } = this.#options;
    if (ms <= 0 || this.#waiting.size >= maxWaiting) {
      throw new MysqlError("down", "too many callers wait for a connection");
    }
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting.add(resolve);
    const timer = clock.after(ms, resolve);
    await promise;
    timer.cancel();
    this.#waiting.delete(resolve);
  }

  #wakeOne(): void {
    const [first] = this.#waiting;
    if (first === undefined) return;
    this.#waiting.delete(first);
    first();
  }
}
