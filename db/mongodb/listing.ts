/**
 * Finding the conversations of a user, newest activity first.
 *
 * A conversation in which messages are being stored, or were when a program ended, is not where its document says: its
 * place is that of its newest message. There are few of these, and each reading finds them beside the others.
 *
 * @module
 */
import type { Filter } from "mongodb";
import type { UserId } from "../model.ts";
import type { MongoConnection } from "./connection.ts";
import { comparePositions, type Position } from "./cursor.ts";
import type { ConversationDocument, MessageDocument } from "./documents.ts";
import { newestOf, tailsOf } from "./newest.ts";

/** Unsettled conversations of one user that are looked at: more than a commit can hold. */
const MAX_UNSETTLED = 2_000;

/** A conversation and its place in the list. */
export interface Listed {
  readonly document: ConversationDocument;
  readonly position: Position;
}

/** Which conversations to list. */
export interface Listing {
  /** Only those behind; null: from the beginning. */
  readonly after: Position | null;
  /** Only those that changed at or after this time; null: all. */
  readonly since: number | null;
  readonly limit: number;
}

/** The user's conversations that have messages, newest activity first. */
export async function listConversations(
  { conversations, messages }: MongoConnection,
  userId: UserId,
  { after, since, limit }: Listing,
): Promise<readonly Listed[]> {
  const mine = { members: userId, ...changedSince(userId, since) };
  // Before the others: one that settles in between is found twice, not missed.
  const unsettled = await conversations.find({ ...mine, settled: false }).limit(MAX_UNSETTLED).toArray();
  const placed = await conversations.find({ ...mine, ...behind(after) }).sort({ updatedAt: -1, _id: -1 })
    .limit(limit + unsettled.length).toArray();
  const all = new Map([...unsettled, ...placed].map((document) => [document._id, document]));
  const moving = [...all.values()].filter((document) => !document.settled);
  const tails = await tailsOf(messages, new Map(moving.map(({ _id, lastSeq }) => [_id, lastSeq])));
  return [...all.values()]
    .map((document) => ({ document, position: positionOf(document, tails.get(document._id)?.createdAt) }))
    .filter((listed): listed is Listed => isBehind(listed.position, after))
    .sort((one, other) => comparePositions(one.position, other.position))
    .slice(0, limit);
}

/** The newest message of each, by conversation id; one without is being made. */
export function newestOfListed(
  { messages }: MongoConnection,
  listed: readonly Listed[],
): Promise<ReadonlyMap<string, MessageDocument>> {
  return newestOf(messages, new Map(listed.map(({ document: { _id, lastSeq } }) => [_id, lastSeq])));
}

function changedSince(userId: UserId, since: number | null): Filter<ConversationDocument> {
  if (since === null) return {};
  const changed = [{ changedAt: { $gte: since } }, { [`membership.${userId}.changedAt`]: { $gte: since } }];
  return { $and: [{ $or: changed }] };
}

/** Those noted behind a place; those never noted stand nowhere. */
function behind(after: Position | null): Filter<ConversationDocument> {
  if (after === null) return { updatedAt: { $lte: Number.MAX_SAFE_INTEGER } };
  const { updatedAt, id } = after;
  return { updatedAt: { $lte: updatedAt }, $or: [{ updatedAt: { $lt: updatedAt } }, { _id: { $lt: id } }] };
}

function positionOf(document: ConversationDocument, newestAt: number | undefined): Position | null {
  const updatedAt = document.settled ? document.updatedAt : newestAt;
  return updatedAt === undefined ? null : { updatedAt, id: document._id };
}

function isBehind(position: Position | null, after: Position | null): boolean {
  return position !== null && (after === null || comparePositions(after, position) < 0);
}
