/**
 * What is archived, as documents and back.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import type { AnyBulkWriteOperation } from "mongodb";
import type { ArchivedConversation, ArchivedMember, ArchivedMessage, Stretch } from "../archive.ts";
import type { MessageKind } from "../model.ts";
import {
  clientIdOf,
  clientKey,
  type ConversationDocument,
  lastChangeOf,
  type Membership,
  type MessageDocument,
  ownUpTo,
  type Tail,
} from "./documents.ts";

/** How many of what each member has read are their own, where the last they have read is among these. */
export function countsOf(
  { id, members }: ArchivedConversation,
  documents: readonly MessageDocument[],
): readonly AnyBulkWriteOperation<ConversationDocument>[] {
  const counts = members.flatMap(({ userId, readSeq }) => {
    const read = documents[readSeq - (documents[0]?.seq ?? 0)];
    return read === undefined ? [] : [[`membership.${userId}.ownRead`, ownUpTo(read, userId)] as const];
  });
  if (counts.length === 0) return [];
  return [{ updateOne: { filter: { _id: id }, update: { $set: Object.fromEntries(counts) } } }];
}

/** What a conversation is archived with of its newest message. */
export type ArchivedTail = Pick<Tail, "seq" | "change" | "createdAt">;

/** A conversation as its newest message says. */
export function toArchived(document: ConversationDocument, tail: ArchivedTail): ArchivedConversation {
  const [low = null, high = null] = document.members;
  return {
    id: document._id,
    kind: document.kind,
    low,
    high,
    firstSeq: document.firstSeq,
    lastSeq: tail.seq,
    lastChange: lastChangeOf(document, tail),
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

/** A conversation without a count of what is read: that comes with the messages, see {@link countsOf}. */
export function toDocument(archived: ArchivedConversation): ConversationDocument {
  const { id, kind, firstSeq, lastSeq, lastChange, updatedAt, changedAt } = archived;
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
    ...(lastChange === lastSeq ? {} : { changed: lastChange }),
    changedAt,
    membership: Object.fromEntries(members),
  };
}

/** A message as it is archived. */
export function toArchivedMessage(document: MessageDocument): ArchivedMessage {
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
export function numbered(
  { conversation: { id, firstSeq, members }, messages }: Stretch,
  tail: Tail | undefined,
): readonly MessageDocument[] {
  const removed = { seq: firstSeq - 1, nth: firstSeq - 1, senderId: members[0]?.userId ?? 0 };
  let last: Pick<Tail, "seq" | "nth" | "senderId"> = tail ?? removed;
  return messages.map(({ messageId, clientId, bodyHash, kind, ...rest }) => {
    const document: MessageDocument = {
      ...rest,
      _id: messageId,
      conversation: id,
      nth: ownUpTo(last, rest.senderId) + 1,
      ...(clientId === null ? {} : { clientKey: clientKey(rest.senderId, clientId) }),
      bodyHash: new Uint8Array(Buffer.from(bodyHash, "hex")),
      // Clients show what they do not know.
      kind: kind as MessageKind,
    };
    last = document;
    return document;
  });
}
