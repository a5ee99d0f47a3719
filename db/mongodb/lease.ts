/**
 * One owner per database, where nobody else may append.
 *
 * @module
 */
import { getLogger } from "@logtape/logtape";
import type { Clock, Timer } from "../clock.ts";
import { StoreRefusedError, StoreUnavailableError } from "../errors.ts";
import type { MongoConnection } from "./connection.ts";
import { isDriverError } from "./failures.ts";

const logger = getLogger(["chat", "store"]);

/** How often the owner says that it is there, in ms. */
const RENEW_MS = 5_000;
/** After how long without that another takes over, in ms. */
const EXPIRES_MS = 15_000;
/** The pause before what failed is tried again, and between looks at the lease of another, in ms. */
const RETRY_MS = 1_000;

const OWNER = "owner";

/** The lease as it is stored. Times are those of the server's clock, so that no two machines need to agree. */
interface LeaseDocument {
  readonly _id: typeof OWNER;
  /** Who has it: another for every start, or all instances that share it. */
  readonly holder: string;
  /** With whose accounts the messages belong: that store has one owner by itself. */
  readonly accounts: string;
  readonly renewedAt: Date;
}

/** Who wants the lease. */
export interface Owner {
  /** Names this run; null: others with the same accounts may have the database too. */
  readonly run: string | null;
  /** Names the accounts that the messages belong with. */
  readonly accounts: string;
  /** Names the database in a sentence. */
  readonly name: string;
}

/**
 * Holds the database for this program, or for the instances that share it, until it is disposed or could not be
 * renewed for 15 s.
 */
export class Lease implements AsyncDisposable {
  readonly #connection: MongoConnection;
  readonly #clock: Clock;
  readonly #owner: Owner;
  #renewedAt: number;
  #lost = false;
  #timer: Timer | null = null;
  #renewing: Promise<void> = Promise.resolve();

  private constructor(connection: MongoConnection, clock: Clock, owner: Owner) {
    this.#connection = connection;
    this.#clock = clock;
    this.#owner = owner;
    this.#renewedAt = clock.now();
    this.#renewIn(RENEW_MS);
  }

  /**
   * Takes the lease: at once where nobody has it, or only an earlier run with the same accounts; else when the other
   * has not renewed it for 15 s. Throws {@link StoreRefusedError} when the other is seen to live.
   */
  static async take(connection: MongoConnection, clock: Clock, owner: Owner): Promise<Lease> {
    let first: LeaseDocument | null = null;
    for (;;) {
      const found = await connection.run("read from", () => leases(connection).findOne({ _id: OWNER }));
      if (found === null) {
        if (await create(connection, owner)) return new Lease(connection, clock, owner);
        continue;
      }
      const renewed = found.renewedAt.getTime();
      const expired = await connection.now() - renewed >= EXPIRES_MS;
      if (found.accounts === owner.accounts || expired) {
        if (await takeOver(connection, found, owner)) return new Lease(connection, clock, owner);
        continue;
      }
      first ??= found;
      if (first.holder === found.holder && first.renewedAt.getTime() !== renewed) throw inUse(owner);
      await new Promise<void>((resolve) => void clock.after(RETRY_MS, resolve));
    }
  }

  /** Throws {@link StoreUnavailableError} when another may have the database by now. */
  assertHeld(): void {
    if (this.#lost) {
      throw new StoreUnavailableError(
        `Cannot write to ${this.#owner.name}: another Go Chat has taken it over`,
      );
    }
    if (this.#clock.now() - this.#renewedAt >= EXPIRES_MS) {
      throw new StoreUnavailableError(`Cannot write to ${this.#owner.name}: the lease on it has run out`);
    }
  }

  /** Gives it back. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#timer?.cancel();
    this.#timer = null;
    await this.#renewing;
    // Those who share it may go on: the last one's runs out.
    if (this.#owner.run === null) return;
    const holder = holderOf(this.#owner);
    await this.#connection.run("write to", () => leases(this.#connection).deleteOne({ _id: OWNER, holder }))
      .catch((error) => logger.warn("The lease on MongoDB runs out by itself: {error}", { error }));
  }

  #renewIn(ms: number): void {
    this.#timer = this.#clock.after(ms, () => void (this.#renewing = this.#renew()));
  }

  async #renew(): Promise<void> {
    const begun = this.#clock.now();
    const { name } = this.#owner;
    const holder = holderOf(this.#owner);
    let next = RENEW_MS;
    try {
      const { matchedCount } = await this.#connection.run(
        "write to",
        () =>
          leases(this.#connection).updateOne({ _id: OWNER, holder }, { $currentDate: { renewedAt: true } }),
      );
      this.#lost = matchedCount === 0;
      if (this.#lost) {
        logger.error("{name} belongs to another Go Chat now: nothing more is written", { name });
      } else this.#renewedAt = begun;
    } catch (error) {
      logger.debug("The lease on {name} was not renewed: {error}", { name, error });
      next = RETRY_MS;
    }
    if (this.#timer !== null) this.#renewIn(next);
  }
}

function leases(connection: MongoConnection): ReturnType<typeof connection.collection<LeaseDocument>> {
  return connection.collection<LeaseDocument>("fact");
}

function holderOf({ run, accounts }: Owner): string {
  return run ?? `shared ${accounts}`;
}

async function create(connection: MongoConnection, owner: Owner): Promise<boolean> {
  const renewedAt = new Date(await connection.now());
  const { accounts } = owner;
  try {
    await leases(connection).insertOne({ _id: OWNER, holder: holderOf(owner), accounts, renewedAt });
    return true;
  } catch (error) {
    if (isDriverError(error) && "code" in error && error.code === 11_000) return false;
    throw error;
  }
}

async function takeOver(
  connection: MongoConnection,
  { holder: before, renewedAt }: LeaseDocument,
  owner: Owner,
): Promise<boolean> {
  const { accounts } = owner;
  const { matchedCount } = await connection.run("write to", () =>
    leases(connection).updateOne(
      { _id: OWNER, holder: before, renewedAt },
      { $set: { holder: holderOf(owner), accounts }, $currentDate: { renewedAt: true } },
    ));
  return matchedCount === 1;
}

function inUse({ name }: Owner): StoreRefusedError {
  return new StoreRefusedError(
    `Cannot open ${name}: another Go Chat with other accounts is using it, stop that one or choose another database`,
  );
}
