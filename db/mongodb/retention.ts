/**
 * Removing old messages: first they are declared gone, in the document of their conversation, then deleted. Whoever
 * stops in between leaves messages that nobody reads, and that the next run deletes.
 *
 * @module
 */
import type { Filter } from "mongodb";
import type { MongoConnection } from "./connection.ts";
import { type MessageDocument, ownUpTo } from "./documents.ts";
import { eachOf, piecesOf, tailsOf } from "./newest.ts";
import { membersOf, parseConversationId } from "../model.ts";

/** Messages looked at in one go. */
const MAX_SCANNED = 1_000;
/** Conversations of one command. */
const PIECE = 25;

const OLD_FIELDS = { conversation: 1, seq: 1, nth: 1, senderId: 1, createdAt: 1 } as const;
type Old = Pick<MessageDocument, keyof typeof OLD_FIELDS | "_id">;
type Place = Pick<Old, "createdAt" | "conversation" | "seq">;

/** What one step of removing did. */
export interface Removed {
  readonly count: number;
  /** Whether nothing older than the cutoff is left to look at. */
  readonly done: boolean;
}

/** Removes messages from the oldest on, in steps. Remembers where it is, as it passes those that stay. */
export class Retention {
  readonly #connection: MongoConnection;
  #after: Place | null = null;

  constructor(connection: MongoConnection) {
    this.#connection = connection;
  }

  /** Removes at most `limit` messages created before `cutoff`. Throws the driver's errors. */
  async step(cutoff: number, limit: number): Promise<Removed> {
    const found = await this.#connection.messages.find(olderThan(cutoff, this.#after))
      .sort({ createdAt: 1, conversation: 1, seq: 1 }).limit(MAX_SCANNED).project<Old>(OLD_FIELDS).toArray();
    const newest = await this.#newestSeqs(found);
    const going: Old[] = [];
    let last: Old | undefined;
    for (const old of found) {
      if (going.length === limit) break;
      last = old;
      // The newest of a conversation stays: the next is numbered from it.
      if (old.seq < (newest.get(old.conversation) ?? 0)) going.push(old);
    }
    await this.#remove(going);
    if (last !== undefined) this.#after = last;
    return { count: going.length, done: found.length < MAX_SCANNED && going.length < limit };
  }

  /** Begins at the oldest again. */
  restart(): void {
    this.#after = null;
  }

  async #newestSeqs(found: readonly Old[]): Promise<ReadonlyMap<string, number>> {
    const { conversations, messages } = this.#connection;
    const ids = [...new Set(found.map((old) => old.conversation))];
    const documents = await conversations.find({ _id: { $in: ids } })
      .project<{ _id: string; lastSeq: number }>({ lastSeq: 1 }).toArray();
    const tails = await tailsOf(messages, new Map(documents.map(({ _id, lastSeq }) => [_id, lastSeq])));
    return new Map([...tails].map(([id, { seq }]) => [id, seq]));
  }

  /** Those of a conversation come in rising seq, as its clock never goes back: what goes is a beginning of it. */
  async #remove(going: readonly Old[]): Promise<void> {
    const { conversations, messages } = this.#connection;
    const last = [...new Map(going.map((old) => [old.conversation, old])).values()];
    if (last.length === 0) return;
    await conversations.bulkWrite(
      last.map((old) => ({
        updateOne: { filter: { _id: old.conversation }, update: { $max: removedUpTo(old) } },
      })),
      { ordered: false },
    );
    await eachOf(piecesOf(last, PIECE), async (piece) => {
      const beginnings = piece.map(({ conversation, seq }) => ({ conversation, seq: { $lte: seq } }));
      await messages.deleteMany({ $or: beginnings });
    });
  }
}

function olderThan(cutoff: number, after: Place | null): Filter<MessageDocument> {
  if (after === null) return { createdAt: { $lt: cutoff } };
  const { createdAt, conversation, seq } = after;
  return {
    createdAt: { $gte: createdAt, $lt: cutoff },
    $or: [
      { createdAt: { $gt: createdAt } },
      { conversation: { $gt: conversation } },
      { conversation, seq: { $gt: seq } },
    ],
  };
}

function removedUpTo(old: Old): Record<string, number> {
  const conversation = parseConversationId(old.conversation);
  const members = conversation === null ? [] : membersOf(conversation);
  return Object.fromEntries([
    ["firstSeq", old.seq + 1],
    ...members.map((userId) => [`membership.${userId}.ownRemoved`, ownUpTo(old, userId)]),
  ]);
}
