/**
 * Messages in MongoDB, opened.
 *
 * @module
 */
import type { Clock } from "../clock.ts";
import { mongoName } from "../places.ts";
import type { Witness } from "../store.ts";
import { MongoConnection } from "./connection.ts";
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

/** Each with a pool of its own, so that a crowd that reads keeps nobody from writing. */
interface Connections {
  readonly writes: MongoConnection;
  readonly reads: MongoConnection;
}

/** The messages, and the connections to them. Disposing ends what runs, gives the database back and disconnects. */
export class MongoMessages implements AsyncDisposable {
  readonly messages: MongoMessageStore;
  readonly #connections: Connections;
  readonly #clock: Clock;
  readonly #lease: Lease;
  readonly #facts: MongoFacts;
  #closing: Promise<void> | null = null;

  private constructor(
    connections: Connections,
    { clock, shared }: MongoOptions,
    { lease, facts }: { readonly lease: Lease; readonly facts: MongoFacts },
  ) {
    this.#connections = connections;
    this.#clock = clock;
    this.#lease = lease;
    this.#facts = facts;
    this.messages = new MongoMessageStore(connections.writes, {
      clock,
      epoch: facts.epoch,
      shared,
      reads: connections.reads,
      assertOwned: () => lease.assertHeld(),
    });
  }

  /**
   * Connects and makes what is missing. Throws {@link StoreRefusedError} when the server is not reached in time, or
   * when another program owns the database.
   */
  static open(options: MongoOptions): Promise<MongoMessages> {
    return untilReached(options, async (writes) => {
      const { place, clock, startTimeoutMs: selectMs } = options;
      await using opened = new AsyncDisposableStack();
      const reads = opened.use(await MongoConnection.open(place, { clock, selectMs }));
      const lease = opened.use(await takeLease(writes, options));
      await createIndexes(writes);
      const facts = await MongoFacts.read(writes, options);
      // From here on they are the messages' own.
      opened.move();
      writes.announce();
      return new MongoMessages({ writes, reads }, options, { lease, facts });
    });
  }

  readonly name = "mongodb";

  /** Resolves when the database answers and is still ours; bounded by 2 s. */
  async check(): Promise<void> {
    this.#lease.assertHeld();
    await this.#connections.writes.check();
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
    await this.#connections.reads[Symbol.asyncDispose]();
    await this.#connections.writes[Symbol.asyncDispose]();
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
