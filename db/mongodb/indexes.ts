/**
 * The indexes. What is unique is unique by them alone; and no page is found without one.
 *
 * @module
 */
import type { Collection, Document, IndexSpecification } from "mongodb";
import type { MongoConnection } from "./connection.ts";

interface Index {
  readonly name: string;
  readonly key: IndexSpecification;
  readonly unique?: boolean;
  readonly sparse?: boolean;
}

/** Of messages; their ids are unique without one. */
export const MESSAGE_INDEXES = [
  { name: "conversation_seq", key: { conversation: 1, seq: -1 }, unique: true },
  // For `sync`, and so that no two writers give the same change.
  { name: "conversation_change", key: { conversation: 1, change: -1 }, unique: true },
  // Messages without a client id are not in it.
  { name: "client_key", key: { clientKey: 1 }, unique: true, sparse: true },
  // For retention: the oldest first, and those of a conversation in their order, also where times are the same.
  { name: "created", key: { createdAt: 1, conversation: 1, seq: 1 } },
] as const satisfies readonly Index[];

/** Of conversations. */
export const CONVERSATION_INDEXES = [
  { name: "member_activity", key: { members: 1, updatedAt: -1, _id: -1 } },
  { name: "member_unsettled", key: { members: 1, settled: 1 } },
] as const satisfies readonly Index[];

/** Makes those that are missing. */
export async function createIndexes(connection: MongoConnection): Promise<void> {
  await connection.run("write to", async () => {
    await createEach(connection.messages, MESSAGE_INDEXES);
    await createEach(connection.conversations, CONVERSATION_INDEXES);
  });
}

async function createEach<T extends Document>(
  collection: Collection<T>,
  indexes: readonly Index[],
): Promise<void> {
  for (const { key, ...options } of indexes) await collection.createIndex(key, options);
}
