/**
 * Noting in conversations where they end, after their messages are stored.
 *
 * @module
 */
import { getLogger } from "@logtape/logtape";
import type { MongoConnection } from "./connection.ts";
import type { Tail } from "./documents.ts";

const logger = getLogger(["chat", "store"]);

/** Conversations that may wait; those beyond stay unsettled until their next message. */
const MAX_WAITING = 10_000;

/**
 * Settles conversations behind the commits. Nobody waits for it: until it is done, and where it fails, readers look
 * for the newest message themselves.
 */
export class Settler {
  readonly #connection: MongoConnection;
  #waiting = new Map<string, Tail>();
  #running: Promise<void> | null = null;

  constructor(connection: MongoConnection) {
    this.#connection = connection;
  }

  /** Will settle these conversations, of which `tails` are the newest messages. */
  soon(tails: ReadonlyMap<string, Tail>): void {
    for (const [id, tail] of tails) {
      if (this.#waiting.has(id) || this.#waiting.size < MAX_WAITING) this.#waiting.set(id, tail);
    }
    if (this.#waiting.size > 0) this.#running ??= this.#run();
  }

  /** Resolves when nothing waits any more. */
  async idle(): Promise<void> {
    await this.#running;
  }

  async #run(): Promise<void> {
    while (this.#waiting.size > 0) {
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
