/**
 * The connections to MongoDB, with a bound on every wait.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import type { Collection, Db, Document, MongoClient, MongoClientOptions } from "mongodb";
import { getLogger } from "@logtape/logtape";
import type { Clock } from "../clock.ts";
import { StoreUnavailableError } from "../errors.ts";
import type { ConversationDocument, MessageDocument, PersonDocument } from "./documents.ts";
import { mongoDatabase, mongoName, type MongoPlace } from "../places.ts";
import { asUnavailable, silenceOf } from "./failures.ts";

const logger = getLogger(["chat", "store"]);

/** How long a server is looked for that can do what is asked, in ms. */
const SELECT_MS = 3_000;
/** How long a check may take, in ms: within the 2 s that a store has for all its backends. */
const CHECK_MS = 1_800;

/**
 * Bounds, stronger than whatever the address says. The driver may send a write twice: the server knows the second for
 * what it is, and where it does not, the unique indexes do.
 */
const OPTIONS: MongoClientOptions = {
  appName: "go-chat",
  connectTimeoutMS: 3_000,
  waitQueueTimeoutMS: 3_000,
  // Finds out early that the server is back; between, every operation that needs it asks at once.
  heartbeatFrequencyMS: 2_000,
  maxPoolSize: 10,
  maxIdleTimeMS: 60_000,
  retryReads: true,
  retryWrites: true,
  ignoreUndefined: true,
  promoteBuffers: true,
  // Whatever the environment says: the driver's own log has whole commands in it.
  mongodbLogComponentSeverities: {
    command: "off",
    topology: "off",
    serverSelection: "off",
    connection: "off",
    client: "off",
  },
};

/** A write is answered when the majority has it on disk. */
const WRITES = { w: "majority", journal: true, wtimeoutMS: 4_000 } as const;

/** How long one answer may take, in ms. */
const ANSWER_MS = 5_000;

/** How a connection is made. */
export interface ConnectOptions {
  readonly clock: Clock;
  /** How long the server is looked for at most, in ms; later questions wait no longer either. */
  readonly selectMs?: number;
  /** How long one answer may take, in ms; default 5 000. */
  readonly answerMs?: number;
}

/** The driver's events after which nothing that was remembered of the server counts. */
const INTERRUPTIONS = [
  "connectionPoolCleared",
  "serverHeartbeatFailed",
  "topologyDescriptionChanged",
] as const;

/** A database, and what it holds. */
export class MongoConnection implements AsyncDisposable {
  readonly messages: Collection<MessageDocument>;
  readonly conversations: Collection<ConversationDocument>;
  readonly people: Collection<PersonDocument>;
  readonly #client: MongoClient;
  readonly #db: Db;
  readonly #name: string;
  readonly #clock: Clock;
  readonly #listeners = new Set<() => void>();
  #announces = false;
  #silentSince: number | null = null;
  #closed: Promise<void> | null = null;

  private constructor(db: Db, place: MongoPlace, clock: Clock) {
    this.#client = db.client;
    this.#db = db;
    this.#clock = clock;
    this.#name = mongoName(place);
    this.messages = this.collection("message");
    this.conversations = this.collection("conversation");
    this.people = this.collection("person");
    for (const event of INTERRUPTIONS) db.client.on(event, () => this.#interrupted());
  }

  /** Connects. Throws {@link StoreUnavailableError} within some seconds, and what the driver says of the address. */
  static async open(place: MongoPlace, options: ConnectOptions): Promise<MongoConnection> {
    // Takes 0.1 to 0.2 s, so not before it is needed.
    const { MongoClient, ReadConcern } = await import("./driver.ts");
    const serverSelectionTimeoutMS = Math.min(options.selectMs ?? SELECT_MS, SELECT_MS);
    const socketTimeoutMS = options.answerMs ?? ANSWER_MS;
    const client = new MongoClient(place.url, { ...OPTIONS, serverSelectionTimeoutMS, socketTimeoutMS });
    // Of a client the driver takes what its address says, such as `journal=false`, for more than what it is told
    // beside it; of a database it does not.
    const db = client.db(mongoDatabase(place), {
      readPreference: "primary",
      readConcern: new ReadConcern("majority"),
      writeConcern: WRITES,
    });
    const connection = new MongoConnection(db, place, options.clock);
    try {
      await connection.run("reach", () => client.connect());
      return connection;
    } catch (error) {
      await connection[Symbol.asyncDispose]();
      throw error;
    }
  }

  collection<T extends Document>(name: string): Collection<T> {
    return this.#db.collection<T>(name);
  }

  /** Which collection of that name this is; a restored one is another. Null: there is none, or it cannot be told. */
  async identityOf(collection: string): Promise<string | null> {
    const list = this.#db.listCollections({ name: collection }, { nameOnly: false });
    const [found] = await this.run("read from", () => list.toArray());
    const uuid: unknown = found?.info?.uuid;
    return uuid instanceof Uint8Array
      ? Buffer.from(uuid).toString("hex")
      : uuid === undefined
      ? null
      : String(uuid);
  }

  /** What the server's clock says, in ms. */
  async now(): Promise<number> {
    const { localTime } = await this.run("ask", () => this.command({ hello: 1 }));
    return localTime instanceof Date ? localTime.getTime() : this.#clock.now();
  }

  /** Does something with the driver; its errors become {@link StoreUnavailableError}. */
  async run<T>(what: string, work: () => Promise<T>): Promise<T> {
    if (this.#closed !== null) throw new StoreUnavailableError(`Cannot ${what} ${this.#name}: it is closed`);
    try {
      return this.#answered(await work());
    } catch (error) {
      const silence = silenceOf(error);
      if (silence !== null) this.#silent(silence);
      throw asUnavailable(error, `Cannot ${what} ${this.#name}`);
    }
  }

  /** Resolves when the server that takes writes answers; rejects within 2 s. */
  async check(): Promise<void> {
    const late = Promise.withResolvers<never>();
    const timer = this.#clock.after(CHECK_MS, () => {
      const reason = `no answer within ${CHECK_MS} ms`;
      this.#silent(reason);
      late.reject(new StoreUnavailableError(`Cannot reach ${this.#name}: ${reason}`));
    });
    try {
      await Promise.race([this.run("reach", () => this.command({ ping: 1 })), late.promise]);
    } finally {
      timer.cancel();
    }
  }

  /**
   * From here on the log is told when the server falls silent and when it is back, as whoever asks something finds
   * out: the driver's own view of the server is up to 2 s old, and no short outage is in it.
   */
  announce(): void {
    this.#announces = true;
  }

  /** Has `listener` called whenever something happened to the connections, and what is remembered may be wrong. */
  onInterruption(listener: () => void): void {
    this.#listeners.add(listener);
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#closed ??= this.#client.close();
    return this.#closed;
  }

  /** Asks the server something; its errors are the driver's. */
  command(command: Document): Promise<Document> {
    return this.#db.command(command);
  }

  /** Says so once. */
  #silent(reason: string): void {
    if (!this.#announces || this.#silentSince !== null || this.#closed !== null) return;
    this.#silentSince = this.#clock.now();
    logger.warn("{name} does not answer: {reason}", { name: this.#name, reason });
  }

  #answered<T>(result: T): T {
    if (this.#silentSince === null || this.#closed !== null) return result;
    const seconds = Math.ceil((this.#clock.now() - this.#silentSince) / 1_000);
    logger.info("{name} is back after {seconds} s", { name: this.#name, seconds });
    this.#silentSince = null;
    return result;
  }

  #interrupted(): void {
    for (const listener of this.#listeners) listener();
  }
}
