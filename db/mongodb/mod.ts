/**
 * Messages in MongoDB, opened.
 *
 * @module
 */
import type { Clock } from "../clock.ts";
import { mongoName } from "../places.ts";
import type { Witness } from "../store.ts";
import type { MongoConnection } from "./connection.ts";
import { MongoFacts } from "./facts.ts";
import { createIndexes } from "./indexes.ts";
import { Lease } from "./lease.ts";
import { MongoMessageStore } from "./messages.ts";
import { type StartOptions, untilReached } from "./starting.ts";

/** How long the end may wait for a server that does not answer, in ms. */
const CLOSE_MS = 2_000;

/** What the messages are opened with. */
export interface MongoOptions extends StartOptions {
  readonly newId: () => string;
  /** Whether other instances may write to the same database. */
  readonly shared: boolean;
  /** Names the store of accounts that the messages belong with. */
  readonly accounts: string;
  readonly witness: Witness;
}

/** The messages, and the connections to them. Disposing ends what runs, gives the database back and disconnects. */
export class MongoMessages implements AsyncDisposable {
  readonly messages: MongoMessageStore;
  readonly #connection: MongoConnection;
  readonly #clock: Clock;
  readonly #lease: Lease;
  readonly #facts: MongoFacts;
  #closing: Promise<void> | null = null;

  private constructor(
    connection: MongoConnection,
    { clock, shared }: MongoOptions,
    { lease, facts }: { readonly lease: Lease; readonly facts: MongoFacts },
  ) {
    this.#connection = connection;
    this.#clock = clock;
    this.#lease = lease;
    this.#facts = facts;
    this.messages = new MongoMessageStore(connection, {
      clock,
      epoch: facts.epoch,
      shared,
      assertOwned: () => lease.assertHeld(),
    });
  }

  /**
   * Connects and makes what is missing. Throws {@link StoreRefusedError} when the server is not reached in time, or
   * when another program owns the database.
   */
  static open(options: MongoOptions): Promise<MongoMessages> {
    return untilReached(options, async (connection) => {
      const lease = await takeLease(connection, options);
      try {
        await createIndexes(connection);
        const facts = await MongoFacts.read(connection, options);
        return new MongoMessages(connection, options, { lease, facts });
      } catch (error) {
        await lease[Symbol.asyncDispose]();
        throw error;
      }
    });
  }

  /** Resolves when the database answers and is still ours; bounded by 2 s. */
  async check(): Promise<void> {
    this.#lease.assertHeld();
    await this.#connection.check();
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    const late = Promise.withResolvers<void>();
    const timer = this.#clock.after(CLOSE_MS, late.resolve);
    await Promise.race([this.#giveBack(), late.promise]);
    timer.cancel();
    await this.#connection[Symbol.asyncDispose]();
  }

  async #giveBack(): Promise<void> {
    await this.messages.idle();
    await this.#facts[Symbol.asyncDispose]();
    await this.#lease[Symbol.asyncDispose]();
  }
}

function takeLease(connection: MongoConnection, options: MongoOptions): Promise<Lease> {
  const { clock, newId, shared, accounts, place } = options;
  return Lease.take(connection, clock, { run: shared ? null : newId(), accounts, name: mongoName(place) });
}
