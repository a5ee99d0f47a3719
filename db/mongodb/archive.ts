/**
 * Conversations and messages of MongoDB, out and in.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import type { AnyBulkWriteOperation } from "mongodb";
import type {
  After,
  ArchivedConversation,
  ArchivedMember,
  ArchivedMessage,
  MessageArchive,
} from "../archive.ts";
import type { MessageKind } from "../model.ts";
import type { MongoConnection } from "./connection.ts";
import {
  clientIdOf,
  clientKey,
  type ConversationDocument,
  type Membership,
  type MessageDocument,
  ownUpTo,
  type Tail,
} from "./documents.ts";
import { orExisting } from "./failures.ts";
import { insertMessages } from "./insert.ts";
import { type TailDocument, tailsOf } from "./newest.ts";

/** Conversations whose counts are made at a time. */
const PAGE = 200;

/** The {@link MessageArchive} of MongoDB. */
export class MongoMessageArchive implements MessageArchive {
  readonly #connection: MongoConnection;

  constructor(connection: MongoConnection) {
    this.#connection = connection;
  }

  /** Conversations that never got a message are none. */
  conversations({ after, limit }: After<string>): Promise<readonly ArchivedConversation[]> {
    return this.#connection.run("read from", async () => {
      const archived: ArchivedConversation[] = [];
      for (let from = after; archived.length < limit;) {
        const found = await this.#page(from, limit - archived.length);
        const tails = await this.#tailsOf(found);
        for (const document of found) {
          const tail = tails.get(document._id);
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

  messages(conversationId: string, { after, limit }: After<number>): Promise<readonly ArchivedMessage[]> {
    return this.#connection.run("read from", async () => {
      const { conversations, messages } = this.#connection;
      const document = await conversations.findOne({ _id: conversationId });
      const above = Math.max(after, (document?.firstSeq ?? 1) - 1);
      const found = await messages.find({ conversation: conversationId, seq: { $gt: above } })
        .sort({ seq: 1 }).limit(limit).toArray();
      return found.map(toArchivedMessage);
    });
  }

  async putMessages(conversationId: string, archived: readonly ArchivedMessage[]): Promise<void> {
    await this.#connection.run("write to", async () => {
      const { conversations, messages } = this.#connection;
      const conversation = await conversations.findOne({ _id: conversationId });
      if (conversation === null) {
        throw new Error(`Cannot put messages into "${conversationId}": the conversation was not put`);
      }
      const [tail] = (await tailsOf(messages, new Map([[conversationId, 0]]))).values();
      const documents = numbered(conversation, tail, archived);
      const { stored } = await insertMessages(messages, documents);
      if (stored.length !== documents.length) {
        throw new Error(`Cannot put messages into "${conversationId}": there are others with the same ids`);
      }
    });
  }

  lastStoredSeq(conversationId: string): Promise<number> {
    return this.#connection.run("read from", async () => {
      const tails = await tailsOf(this.#connection.messages, new Map([[conversationId, 0]]));
      return tails.get(conversationId)?.seq ?? 0;
    });
  }

  /** Counts each member's own messages up to what they have read. */
  async finish(): Promise<void> {
    await this.#connection.run("write to", async () => {
      for (let from = "";;) {
        const found = await this.#page(from, PAGE);
        const last = found.at(-1);
        if (last === undefined) return;
        const counts: AnyBulkWriteOperation<ConversationDocument>[] = [];
        for (const document of found) counts.push(...await this.#countsOf(document));
        if (counts.length > 0) await this.#connection.conversations.bulkWrite(counts, { ordered: false });
        from = last._id;
      }
    });
  }

  countMessages(): Promise<number> {
    return this.#connection.run("read from", () => this.#connection.messages.countDocuments({}));
  }

  #page(after: string, limit: number): Promise<ConversationDocument[]> {
    return this.#connection.conversations.find({ _id: { $gt: after } }).sort({ _id: 1 }).limit(limit)
      .toArray();
  }

  #tailsOf(documents: readonly ConversationDocument[]): Promise<ReadonlyMap<string, TailDocument>> {
    const hints = new Map(documents.map(({ _id, lastSeq }) => [_id, lastSeq]));
    return tailsOf(this.#connection.messages, hints);
  }

  async #countsOf(document: ConversationDocument): Promise<AnyBulkWriteOperation<ConversationDocument>[]> {
    const seqs = [...new Set(Object.values(document.membership).map(({ readSeq }) => readSeq))];
    const read = await this.#connection.messages.find({ conversation: document._id, seq: { $in: seqs } })
      .toArray();
    const counts = Object.entries(document.membership).flatMap(([userId, { readSeq }]) => {
      const message = read.find(({ seq }) => seq === readSeq);
      return message === undefined
        ? []
        : [[`membership.${userId}.ownRead`, ownUpTo(message, Number(userId))] as const];
    });
    if (counts.length === 0) return [];
    return [{ updateOne: { filter: { _id: document._id }, update: { $set: Object.fromEntries(counts) } } }];
  }
}

function toArchived(document: ConversationDocument, tail: Tail): ArchivedConversation {
  const [low = null, high = null] = document.members;
  return {
    id: document._id,
    kind: document.kind,
    low,
    high,
    firstSeq: document.firstSeq,
    lastSeq: tail.seq,
    lastChange: tail.change,
    updatedAt: tail.createdAt,
    changedAt: document.changedAt,
    members: document.members.map((userId) => toArchivedMember(document, userId)),
  };
}

function toArchivedMember({ membership }: ConversationDocument, userId: number): ArchivedMember {
  const member = membership[userId];
  if (member === undefined) throw new Error(`Cannot read a conversation: its member ${userId} is missing`);
  const { ownRead: _, ownRemoved: __, ...rest } = member;
  return { userId, ...rest };
}

function toDocument(archived: ArchivedConversation): ConversationDocument {
  const { id, kind, firstSeq, lastSeq, updatedAt, changedAt } = archived;
  // Whose the messages were that retention removed is not known, and does not matter: all count as one side's.
  const members = archived.members.map(({ userId, ...rest }, at): [string, Membership] => [
    String(userId),
    { ...rest, ownRead: 0, ownRemoved: at === 0 ? firstSeq - 1 : 0 },
  ]);
  return {
    _id: id,
    kind,
    members: archived.members.map(({ userId }) => userId),
    firstSeq,
    head: lastSeq,
    settled: true,
    lastSeq,
    updatedAt,
    changedAt,
    membership: Object.fromEntries(members),
  };
}

function toArchivedMessage(document: MessageDocument): ArchivedMessage {
  const { _id, seq, change, senderId, kind, content, data, createdAt, editedAt, deletedAt } = document;
  return {
    seq,
    change,
    messageId: _id,
    senderId,
    clientId: clientIdOf(document),
    bodyHash: Buffer.from(document.bodyHash).toString("hex"),
    kind,
    content,
    data,
    createdAt,
    editedAt,
    deletedAt,
  };
}

/** Messages with the count of their sender, behind the last that is stored, or behind what was removed. */
function numbered(
  { _id, firstSeq, members }: ConversationDocument,
  tail: Tail | undefined,
  archived: readonly ArchivedMessage[],
): readonly MessageDocument[] {
  const removed = { seq: firstSeq - 1, nth: firstSeq - 1, senderId: members[0] ?? 0 };
  let last: Pick<Tail, "seq" | "nth" | "senderId"> = tail ?? removed;
  return archived.map(({ messageId, clientId, bodyHash, kind, ...rest }) => {
    const nth = ownUpTo(last, rest.senderId) + 1;
    const document: MessageDocument = {
      ...rest,
      _id: messageId,
      conversation: _id,
      nth,
      ...(clientId === null ? {} : { clientKey: clientKey(rest.senderId, clientId) }),
      bodyHash: new Uint8Array(Buffer.from(bodyHash, "hex")),
      // Clients show what they do not know.
      kind: kind as MessageKind,
    };
    last = document;
    return document;
  });
}
