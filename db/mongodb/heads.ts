/**
 * Having readers look for messages before there are any.
 *
 * @module
 */
import { StoreUnavailableError } from "../errors.ts";
import { type ConversationRef, membersOf } from "../model.ts";
import type { MongoConnection } from "./connection.ts";
import { newConversation } from "./documents.ts";
import { orExisting } from "./failures.ts";

/** How far a conversation's head is to go, and to what time. */
export interface Raise {
  readonly id: string;
  readonly head: number;
  readonly createdAt: number;
}

/** The conversations of one batch: which there are, and how far their heads were raised. */
export class Heads {
  readonly #connection: MongoConnection;
  readonly #known = new Set<string>();
  readonly #heads = new Map<string, number>();

  constructor(connection: MongoConnection) {
    this.#connection = connection;
  }

  /** Notes that a conversation is there. */
  know(id: string): void {
    this.#known.add(id);
  }

  knows(id: string): boolean {
    return this.#known.has(id);
  }

  /** The head that this batch has given a conversation; 0: none. */
  of(id: string): number {
    return this.#heads.get(id) ?? 0;
  }

  /** Makes conversations that are new, or are made by somebody else at this moment. */
  async create(fresh: readonly ConversationRef[]): Promise<void> {
    const { people, conversations } = this.#connection;
    const ids = [...new Set(fresh.flatMap((conversation) => membersOf(conversation)))];
    await orExisting(people.insertMany(ids.map((_id) => ({ _id })), { ordered: false }));
    await orExisting(conversations.insertMany(fresh.map(newConversation), { ordered: false }));
    for (const { id } of fresh) this.know(id);
  }

  /** Raises heads, and the times by which `sync` finds what has changed; both only ever rise. */
  async raise(raises: readonly Raise[]): Promise<void> {
    if (raises.length === 0) return;
    const { matchedCount } = await this.#connection.conversations.bulkWrite(
      raises.map(({ id, head, createdAt }) => ({
        updateOne: {
          filter: { _id: id },
          update: { $max: { head, changedAt: createdAt }, $set: { settled: false } },
        },
      })),
      { ordered: false },
    );
    if (matchedCount !== raises.length) {
      throw new StoreUnavailableError("Cannot write to MongoDB: a conversation has vanished");
    }
    for (const { id, head } of raises) this.#heads.set(id, head);
  }
}
