/**
 * Whether the messages are those that were here before.
 *
 * @module
 */
import { getLogger } from "@logtape/logtape";
import type { Clock, Timer } from "../clock.ts";
import type { Witness } from "../store.ts";
import type { MongoConnection } from "./connection.ts";

const logger = getLogger(["chat", "store"]);

/** How often the generation rises while the program runs, in ms: a copy made earlier is known by its lower one. */
const RENEW_MS = 3_600_000;

const EPOCH = "epoch";

/** The fact as it is stored. */
interface EpochDocument {
  readonly _id: typeof EPOCH;
  readonly epoch: string;
  /** Rises with every start, every hour and every end. */
  readonly generation: number;
}

/** What the facts are read with. */
export interface FactsOptions {
  readonly clock: Clock;
  readonly newId: () => string;
  readonly witness: Witness;
}

/**
 * The epoch of the messages. It changes when they were restored: then they lie in another collection than the witness
 * remembers, are of another epoch, or of no higher generation.
 */
export class MongoFacts implements AsyncDisposable {
  readonly epoch: string;
  readonly #connection: MongoConnection;
  readonly #options: FactsOptions;
  readonly #collection: string;
  #timer: Timer;
  #renewing: Promise<void> = Promise.resolve();

  private constructor(connection: MongoConnection, options: FactsOptions, known: Remembered) {
    this.epoch = known.epoch;
    this.#connection = connection;
    this.#options = options;
    this.#collection = known.collection;
    this.#timer = this.#renewLater();
  }

  /** Reads the facts; the collections must exist. */
  static async read(connection: MongoConnection, options: FactsOptions): Promise<MongoFacts> {
    const { newId, witness } = options;
    const collection = await connection.identityOf("message") ?? "";
    // In this order, so that instances that find out at once agree: whoever sees a new epoch finds it remembered.
    const { epoch, generation } = await raise(connection, newId());
    const remembered = parse(await witness.read());
    const known = { collection, epoch, generation };
    if (remembered !== null && wasRestored(remembered, known)) {
      const fresh = newId();
      await witness.write(format({ ...known, epoch: fresh }));
      known.epoch = await replaceEpoch(connection, epoch, fresh);
      logger.warn("The messages in MongoDB are not those of the last run: clients fetch them anew");
    }
    await witness.write(format(known));
    return new MongoFacts(connection, options, known);
  }

  /** Raises the generation once more. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#timer.cancel();
    await this.#renewing;
    this.#timer.cancel();
    await this.#renew();
  }

  #renewLater(): Timer {
    return this.#options.clock.after(RENEW_MS, () => {
      this.#renewing = this.#renew();
      this.#timer = this.#renewLater();
    });
  }

  async #renew(): Promise<void> {
    try {
      const { epoch, generation } = await raise(this.#connection, this.epoch);
      await this.#options.witness.write(format({ collection: this.#collection, epoch, generation }));
    } catch (error) {
      // The generation that is remembered is a lower one then: a copy made since is taken for what it is not.
      logger.debug("The generation of the messages is not noted: {error}", { error });
    }
  }
}

/** What the witness remembers. */
interface Remembered {
  readonly collection: string;
  readonly epoch: string;
  readonly generation: number;
}

function wasRestored(remembered: Remembered, found: Remembered): boolean {
  return found.collection !== remembered.collection || found.epoch !== remembered.epoch ||
    found.generation <= remembered.generation;
}

/** Raises the generation, and makes the fact where there is none. */
async function raise(connection: MongoConnection, epoch: string): Promise<Omit<Remembered, "collection">> {
  const facts = connection.collection<EpochDocument>("fact");
  const document = await connection.run("write to", () =>
    facts.findOneAndUpdate(
      { _id: EPOCH },
      { $inc: { generation: 1 }, $setOnInsert: { epoch } },
      { upsert: true, returnDocument: "after" },
    ));
  if (document === null) throw new Error("Cannot read the epoch of the messages: it is not there");
  return document;
}

/** Of several instances that find out at once, one decides. */
async function replaceEpoch(connection: MongoConnection, epoch: string, fresh: string): Promise<string> {
  const facts = connection.collection<EpochDocument>("fact");
  return await connection.run("write to", async () => {
    await facts.updateOne({ _id: EPOCH, epoch }, { $set: { epoch: fresh } });
    return (await facts.findOne({ _id: EPOCH }))?.epoch ?? fresh;
  });
}

function format({ collection, epoch, generation }: Remembered): string {
  return [collection, epoch, generation].join(" ");
}

function parse(text: string | null): Remembered | null {
  const [collection, epoch, generation] = text?.split(" ") ?? [];
  if (collection === undefined || epoch === undefined || generation === undefined) return null;
  return { collection, epoch, generation: Number(generation) };
}
