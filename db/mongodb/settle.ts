/**
 * Noting in conversations where they end, after their messages are stored.
 *
 * @module
 */
import { getLogger } from "@logtape/logtape";
import type { Clock } from "../clock.ts";
import type { MongoConnection } from "./connection.ts";
import type { Tail } from "./documents.ts";

const logger = getLogger(["chat", "store"]);

/** Waited before settling, in ms: a conversation that goes on is settled once, after its last message. */
const PAUSE_MS = 100;
/** Conversations that may wait; those beyond stay unsettled until their next message. */
const MAX_WAITING = 10_000;

/**
 * Settles conversations behind the commits. Nobody waits for it: until it is done, and where it fails, readers look
 * for the newest message themselves.
 */
export class Settler {
  readonly #connection: MongoConnection;
  readonly #clock: Clock;
  #waiting = new Map<string, Tail>();
  #running: Promise<void> | null = null;
  #hurries = false;
  #goOn: () => void = () => {};

  constructor(connection: MongoConnection, clock: Clock) {
    this.#connection = connection;
    this.#clock = clock;
  }

  /** Will settle these conversations, of which `tails` are the newest messages. */
  soon(tails: ReadonlyMap<string, Tail>): void {
    for (const [id, tail] of tails) {
      if (this.#waiting.has(id) || this.#waiting.size < MAX_WAITING) this.#waiting.set(id, tail);
    }
    if (this.#waiting.size > 0) this.#running ??= this.#run();
  }

  /** Settles what waits without a pause, and resolves when that is done. */
  async idle(): Promise<void> {
    this.#hurries = true;
    this.#goOn();
    await this.#running;
    this.#hurries = false;
  }

  async #run(): Promise<void> {
    while (this.#waiting.size > 0) {
      await this.#pause();
      const taken = this.#waiting;
      this.#waiting = new Map();
      try {
        await this.#connection.run("write to", () => this.#settle([...taken]));
      } catch (error) {
        logger.debug("{count} conversations stay unsettled for now: {error}", { count: taken.size, error });
      }
    }
    this.#running = null;
  }

  async #pause(): Promise<void> {
    if (this.#hurries) return;
    const over = Promise.withResolvers<void>();
    const timer = this.#clock.after(PAUSE_MS, over.resolve);
    this.#goOn = over.resolve;
    await over.promise;
    timer.cancel();
  }

  /**
   * A conversation whose head others have raised meanwhile stays unsettled: a later commit settles it. What is noted
   * of it is where to begin looking.
   */
  async #settle(tails: readonly (readonly [string, Tail])[]): Promise<void> {
    const { conversations } = this.#connection;
    const { matchedCount } = await conversations.bulkWrite(
      tails.map(([id, { seq, createdAt }]) => ({
        updateOne: {
          filter: { _id: id, head: seq },
          update: { $set: { settled: true, lastSeq: seq, updatedAt: createdAt } },
        },
      })),
      { ordered: false },
    );
    if (matchedCount === tails.length) return;
    await conversations.bulkWrite(
      tails.map(([id, { seq, createdAt }]) => ({
        updateOne: { filter: { _id: id }, update: { $max: { lastSeq: seq, updatedAt: createdAt } } },
      })),
      { ordered: false },
    );
  }
}
