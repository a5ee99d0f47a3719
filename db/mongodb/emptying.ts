/**
 * Emptying messages of somebody who is to be forgotten.
 *
 * Each message gets the next change above all there are: the unique index sees to it that nobody else gives the same,
 * so no message can come to have a lower change than one that a reader was told of. Only then is the change noted in
 * the conversation; whoever stops in between leaves a note that is behind, which the next step makes good.
 *
 * @module
 */
import type { AnyBulkWriteOperation } from "mongodb";
import { bodyHash } from "../body_hash.ts";
import { StoreUnavailableError } from "../errors.ts";
import type { Emptied, EmptyQuery } from "../messages.ts";
import type { MongoConnection } from "./connection.ts";
import type { MessageDocument } from "./documents.ts";
import { isDuplicate } from "./failures.ts";
import { highestChanges } from "./newest.ts";

/** How often others may be faster with a change before this gives up. */
const MAX_LOST = 20;

const FIELDS = { seq: 1, senderId: 1, deletedAt: 1 } as const;
type Found = Pick<MessageDocument, keyof typeof FIELDS | "_id">;

/** One step. See {@link MessageStore.emptyMessages}. Throws the driver's errors. */
export async function emptySome(connection: MongoConnection, query: EmptyQuery): Promise<Emptied> {
  const { conversation: { id }, senderId, afterSeq, limit, at } = query;
  const found = await connection.messages.find({ conversation: id, seq: { $gt: afterSeq } })
    .sort({ seq: 1 }).limit(limit).project<Found>(FIELDS).toArray();
  const own = found.filter((one) => one.senderId === senderId && one.deletedAt === null);
  const isLast = found.length < limit;
  if (own.length > 0) {
    const changed = await emptyAll(connection, query, own.map(({ _id }) => _id));
    await connection.conversations.updateOne({ _id: id }, { $max: { changed, changedAt: at } });
  } else if (isLast) await noteWhatIsBehind(connection, query);
  return { seq: found.at(-1)?.seq ?? afterSeq, count: own.length, isLast };
}

/** Answers the highest change that they got. */
async function emptyAll(
  connection: MongoConnection,
  query: EmptyQuery,
  ids: readonly string[],
): Promise<number> {
  let left = ids;
  for (let lost = 0; lost < MAX_LOST; lost++) {
    const highest = await highestOf(connection, query.conversation.id);
    try {
      await connection.messages.bulkWrite(left.map((_id, nth) => empty(_id, highest + nth + 1, query)));
      return highest + left.length;
    } catch (error) {
      if (!isDuplicate(error)) throw error;
    }
    const full = await connection.messages.find({ _id: { $in: [...left] }, deletedAt: null })
      .project<{ _id: string }>({ _id: 1 }).toArray();
    const missing = new Set(full.map(({ _id }) => _id));
    left = left.filter((id) => missing.has(id));
  }
  throw new StoreUnavailableError("Cannot empty messages: too many write to the conversation");
}

function empty(
  _id: string,
  change: number,
  { conversation, at }: EmptyQuery,
): AnyBulkWriteOperation<MessageDocument> {
  const $set = {
    change,
    content: "",
    data: null,
    bodyHash: bodyHash(conversation, ""),
    editedAt: null,
    deletedAt: at,
  };
  return { updateOne: { filter: { _id }, update: { $set, $unset: { clientKey: "" } } } };
}

/** A message that was emptied and whose change nobody noted. */
async function noteWhatIsBehind(
  { conversations, messages }: MongoConnection,
  { conversation: { id }, at }: EmptyQuery,
): Promise<void> {
  const [last] = await messages.find({ conversation: id }).sort({ change: -1 }).limit(1)
    .project<{ change: number; deletedAt: number | null }>({ change: 1, deletedAt: 1 }).toArray();
  if (last === undefined) return;
  const changed = last.deletedAt === null ? {} : { changed: last.change };
  await conversations.updateOne({ _id: id }, { $max: { ...changed, changedAt: at } });
}

async function highestOf(connection: MongoConnection, id: string): Promise<number> {
  return (await highestChanges(connection, [id])).get(id) ?? 0;
}
