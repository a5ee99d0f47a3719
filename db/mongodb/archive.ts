/**
 * Conversations and messages of MongoDB, out and in.
 *
 * @module
 */
import type { AnyBulkWriteOperation, FindCursor } from "mongodb";
import type { After, ArchivedConversation, MessageArchive, Reading, Stretch } from "../archive.ts";
import { groupsOf, MESSAGES_AT_ONCE } from "../readings.ts";
import {
  type ArchivedTail,
  countsOf,
  numbered,
  toArchived,
  toArchivedMessage,
  toDocument,
} from "./archived.ts";
import type { MongoConnection } from "./connection.ts";
import type { ConversationDocument, MessageDocument, Tail } from "./documents.ts";
import { orExisting } from "./failures.ts";
import { insertMessages } from "./insert.ts";
import { type TailDocument, tailsOf } from "./newest.ts";

/** The {@link MessageArchive} of MongoDB. What is derived is made with the messages. */
export class MongoMessageArchive implements MessageArchive {
  readonly #connection: MongoConnection;
  /** What was put last. */
  #last: MessageDocument | null = null;

  constructor(connection: MongoConnection) {
    this.#connection = connection;
  }

  /** Conversations that never got a message are none. */
  conversations({ after, limit }: After<string>): Promise<readonly ArchivedConversation[]> {
    return this.#connection.run("read from", async () => {
      const archived: ArchivedConversation[] = [];
      for (let from = after; archived.length < limit;) {
        const found = await this.#page(from, limit - archived.length);
        const tails = await this.#tailsOf(found.filter((one) => settledTailOf(one) === null));
        for (const document of found) {
          const tail = settledTailOf(document) ?? tails.get(document._id);
          if (tail !== undefined) archived.push(toArchived(document, tail));
        }
        const last = found.at(-1);
        if (last === undefined) break;
        from = last._id;
      }
      return archived;
    });
  }

  async putConversations(conversations: readonly ArchivedConversation[]): Promise<void> {
    if (conversations.length === 0) return;
    const ids = [...new Set(conversations.flatMap(({ members }) => members.map(({ userId }) => userId)))];
    await this.#connection.run("write to", async () => {
      const { people, conversations: collection } = this.#connection;
      await orExisting(people.insertMany(ids.map((_id) => ({ _id })), { ordered: false }));
      await orExisting(collection.insertMany(conversations.map(toDocument), { ordered: false }));
    });
  }

  async *messages(readings: readonly Reading[]): AsyncGenerator<readonly Stretch[]> {
    for (const group of groupsOf(readings, Infinity)) {
      if ("conversation" in group) yield* this.#long(group);
      else yield* this.#short(group);
    }
  }

  async putMessages(stretches: readonly Stretch[]): Promise<void> {
    await this.#connection.run("write to", async () => {
      const { conversations, messages } = this.#connection;
      const documents: MessageDocument[] = [];
      const counts: AnyBulkWriteOperation<ConversationDocument>[] = [];
      for (const stretch of stretches) {
        const stored = numbered(stretch, await this.#tailBefore(stretch));
        for (const one of stored) documents.push(one);
        counts.push(...countsOf(stretch.conversation, stored));
      }
      // Before the messages: when this is cut short between both, they are put again, and this with them.
      if (counts.length > 0) await conversations.bulkWrite(counts, { ordered: false });
      const { stored } = await insertMessages(messages, documents);
      if (stored.length !== documents.length) {
        throw new Error("Cannot put messages: there are others with the same ids, or the server refuses one");
      }
      this.#last = documents.at(-1) ?? this.#last;
    });
  }

  /** What is put is a beginning of each conversation without holes, so how much of it is there says where it ends. */
  async lastStoredSeqs(
    conversations: readonly ArchivedConversation[],
  ): Promise<ReadonlyMap<string, number>> {
    const counts = await this.#connection.run(
      "read from",
      () =>
        this.#connection.messages.aggregate<{ readonly _id: string; readonly count: number }>([
          { $match: { conversation: rangeOf(conversations) } },
          { $group: { _id: "$conversation", count: { $sum: 1 } } },
        ]).toArray(),
    );
    const first = new Map(conversations.map(({ id, firstSeq }) => [id, firstSeq]));
    return new Map(counts.map(({ _id, count }) => [_id, (first.get(_id) ?? 1) - 1 + Number(count)]));
  }

  async raiseChange(id: string, lastChange: number): Promise<void> {
    await this.#connection.run(
      "write to",
      () => this.#connection.conversations.updateOne({ _id: id }, { $max: { changed: lastChange } }),
    );
  }

  finish(): Promise<void> {
    return Promise.resolve();
  }

  countMessages(): Promise<number> {
    return this.#connection.run("read from", () => this.#connection.messages.estimatedDocumentCount());
  }

  #page(after: string, limit: number): Promise<ConversationDocument[]> {
    return this.#connection.conversations.find({ _id: { $gt: after } }).sort({ _id: 1 }).limit(limit)
      .toArray();
  }

  #tailsOf(documents: readonly ConversationDocument[]): Promise<ReadonlyMap<string, TailDocument>> {
    const hints = new Map(documents.map(({ _id, lastSeq }) => [_id, lastSeq]));
    return tailsOf(this.#connection.messages, hints);
  }

  /** The message before a stretch; absent: none is stored. */
  async #tailBefore({ conversation, messages: [first] }: Stretch): Promise<Tail | undefined> {
    const { id, firstSeq } = conversation;
    if (first === undefined || first.seq <= firstSeq) return undefined;
    const before = first.seq - 1;
    if (this.#last?.conversation === id && this.#last.seq === before) return this.#last;
    return (await tailsOf(this.#connection.messages, new Map([[id, before]]))).get(id);
  }

  /** Of each conversation the newest comes first, as the index has them, so that the server need not sort. */
  async *#short(readings: readonly Reading[]): AsyncGenerator<readonly Stretch[]> {
    const range = rangeOf(readings.map(({ conversation }) => conversation));
    const found = this.#piecesOf(
      this.#connection.messages.find({ conversation: range })
        .sort({ conversation: 1, seq: -1 }),
    );
    const waiting = new Map(readings.map((reading) => [reading.conversation.id, reading]));
    let current: MessageDocument[] = [];
    let ready: Stretch[] = [];
    const end = (): void => {
      const reading = waiting.get(current[0]?.conversation ?? "");
      if (reading !== undefined) ready.push(stretchOf(reading, current.reverse()));
      current = [];
    };
    for await (const piece of found) {
      for (const document of piece) {
        if (document.conversation !== current[0]?.conversation) end();
        current.push(document);
      }
      if (ready.length > 0) yield ready;
      ready = [];
    }
    end();
    if (ready.length > 0) yield ready;
  }

  async *#long(reading: Reading): AsyncGenerator<readonly Stretch[]> {
    const { conversation: { id, firstSeq }, after } = reading;
    const found = this.#piecesOf(
      this.#connection.messages
        .find({ conversation: id, seq: { $gt: Math.max(after, firstSeq - 1) } })
        .sort({ seq: 1 }),
    );
    for await (const piece of found) yield [stretchOf(reading, piece)];
  }

  async *#piecesOf(cursor: FindCursor<MessageDocument>): AsyncGenerator<readonly MessageDocument[]> {
    cursor.batchSize(MESSAGES_AT_ONCE);
    try {
      while (await this.#connection.run("read from", () => cursor.hasNext())) {
        yield cursor.readBufferedDocuments();
      }
    } finally {
      await cursor.close();
    }
  }
}

/** What a settled conversation says itself: where no message was ever changed, the last change is the newest one. */
function settledTailOf({ settled, lastSeq, updatedAt, changed }: ConversationDocument): ArchivedTail | null {
  return settled && updatedAt !== undefined && changed === undefined
    ? { seq: lastSeq, change: lastSeq, createdAt: updatedAt }
    : null;
}

/** From the first of them to the last: what is between and not asked for is passed over. */
function rangeOf(
  conversations: readonly ArchivedConversation[],
): { readonly $gte: string; readonly $lte: string } {
  return { $gte: conversations.at(0)?.id ?? "", $lte: conversations.at(-1)?.id ?? "" };
}

function stretchOf({ conversation, after }: Reading, documents: readonly MessageDocument[]): Stretch {
  const above = Math.max(after, conversation.firstSeq - 1);
  return { conversation, messages: documents.filter(({ seq }) => seq > above).map(toArchivedMessage) };
}
