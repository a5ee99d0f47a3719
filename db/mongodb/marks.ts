/**
 * Moving the marks of members. All marks of a conversation are one write of one document, so there is no step between
 * them and what follows from them.
 *
 * @module
 */
import type { MarkDraft, Marked, UpTo } from "../messages.ts";
import type { UserId } from "../model.ts";
import { atRest, type Moved, moveMarksOf, type MovingMarks } from "../moving_marks.ts";
import type { MongoConnection } from "./connection.ts";
import {
  type ConversationDocument,
  type Membership,
  membershipOf,
  ownUpTo,
  type Tail,
  unreadOf,
} from "./documents.ts";
import { eachOf, piecesOf, type TailDocument, tailsOf } from "./newest.ts";

/** Messages asked for in one query. */
const PIECE = 25;
const PLACE_FIELDS = { conversation: 1, seq: 1, nth: 1, senderId: 1 } as const;

/** Where a message is, and whose. */
type Place = Pick<TailDocument, "conversation" | "seq" | "nth" | "senderId">;

/** A conversation while the marks of a batch move. */
interface OpenConversation {
  readonly document: ConversationDocument;
  readonly tail: Tail;
}

/** A member while the marks of a batch move. */
interface OpenMember extends OpenConversation, MovingMarks {
  readonly userId: UserId;
  readonly before: Membership;
}

/** Which member a mark moved, and what of it. */
interface Step extends Moved {
  readonly member: OpenMember;
}

/**
 * Moves marks in order; each answer is what its member holds in the end. `tails`: where conversations end, as far as
 * that is known for certain. Throws the driver's errors; then any of the conversations may have its marks.
 */
export async function moveMarks(
  connection: MongoConnection,
  drafts: readonly MarkDraft[],
  tailOf: (conversation: string) => Tail | undefined,
): Promise<readonly (Marked | null)[]> {
  if (drafts.length === 0) return [];
  const [conversations, named] = await Promise.all([
    openConversations(connection, drafts, tailOf),
    namedMessages(connection, drafts),
  ]);
  const members = new Map<string, OpenMember | null>();
  const steps = drafts.map((draft) => {
    const name = `${draft.userId}/${draft.conversation.id}`;
    let member = members.get(name);
    if (member === undefined) {
      member = openMember(draft, conversations.get(draft.conversation.id));
      members.set(name, member);
    }
    return member === null ? null : moveMember(draft, member, named);
  });
  const moved = [...members.values()].filter((member) => member !== null);
  const own = await countOwn(connection, moved, named);
  await write(connection, moved.filter((member) => member.movedAt >= 0), own);
  return steps.map((step) => step === null ? null : answer(step, own));
}

async function openConversations(
  connection: MongoConnection,
  drafts: readonly MarkDraft[],
  tailOf: (conversation: string) => Tail | undefined,
): Promise<ReadonlyMap<string, OpenConversation>> {
  const ids = [...new Set(drafts.map((draft) => draft.conversation.id))];
  const documents = await connection.conversations.find({ _id: { $in: ids } }).toArray();
  const unknown = documents.filter(({ _id }) => tailOf(_id) === undefined);
  const found = await tailsOf(
    connection.messages,
    new Map(unknown.map(({ _id, lastSeq }) => [_id, lastSeq])),
  );
  const open = new Map<string, OpenConversation>();
  for (const document of documents) {
    const tail = tailOf(document._id) ?? found.get(document._id);
    // A conversation without messages is none: storing its first one failed.
    if (tail !== undefined) open.set(document._id, { document, tail });
  }
  return open;
}

async function namedMessages(
  connection: MongoConnection,
  drafts: readonly MarkDraft[],
): Promise<ReadonlyMap<string, Place>> {
  const ids = drafts.flatMap(({ delivered, read }) => [delivered, read])
    .map((upTo) => typeof upTo === "object" && "messageId" in upTo ? upTo.messageId : null)
    .filter((id) => id !== null);
  if (ids.length === 0) return new Map();
  const found = await connection.messages.find({ _id: { $in: ids } })
    .project<Place & { readonly _id: string }>(PLACE_FIELDS).toArray();
  return new Map(found.map((place) => [place._id, place]));
}

function openMember(draft: MarkDraft, open: OpenConversation | undefined): OpenMember | null {
  if (open === undefined || !open.document.members.includes(draft.userId)) return null;
  const before = membershipOf(open.document, draft.userId);
  const { deliveredSeq, readSeq, shownReadSeq } = before;
  return {
    ...open,
    userId: draft.userId,
    before,
    ...atRest({ deliveredSeq, readSeq, shownReadSeq }),
  };
}

function moveMember(draft: MarkDraft, member: OpenMember, named: ReadonlyMap<string, Place>): Step | null {
  const delivered = seqOf(draft.delivered, member, named);
  const read = seqOf(draft.read, member, named);
  if (delivered === null || read === null) return null;
  return { member, ...moveMarksOf(member, draft, { delivered, read }) };
}

/** The seq a mark goes to: 0 when it is not asked for, null when there is no such message. */
function seqOf(
  upTo: UpTo | undefined,
  { document, tail }: OpenConversation,
  named: ReadonlyMap<string, Place>,
): number | null {
  if (upTo === undefined) return 0;
  if (upTo === "newest") return tail.seq;
  if ("seq" in upTo) return Math.min(upTo.seq, tail.seq);
  const place = named.get(upTo.messageId);
  // What is about to be removed is gone.
  return place?.conversation === document._id && place.seq >= document.firstSeq ? place.seq : null;
}

/** How many of the messages up to their read mark are each member's own. */
async function countOwn(
  connection: MongoConnection,
  members: readonly OpenMember[],
  named: ReadonlyMap<string, Place>,
): Promise<ReadonlyMap<OpenMember, number>> {
  const places = new Map<string, Pick<Place, "seq" | "nth" | "senderId">>();
  for (const place of named.values()) places.set(`${place.conversation}/${place.seq}`, place);
  for (const { document, tail } of members) places.set(`${document._id}/${tail.seq}`, tail);
  const raised = members.filter(({ before, marks }) => marks.readSeq > before.readSeq);
  const wanted = raised.map(({ document, marks }) => ({ conversation: document._id, seq: marks.readSeq }))
    .filter(({ conversation, seq }) => !places.has(`${conversation}/${seq}`));
  await eachOf(piecesOf(wanted, PIECE), async (piece) => {
    const found = await connection.messages.find({ $or: [...piece] }).project<Place>(PLACE_FIELDS).toArray();
    for (const place of found) places.set(`${place.conversation}/${place.seq}`, place);
  });
  const own = new Map<OpenMember, number>(members.map((member) => [member, member.before.ownRead]));
  for (const member of raised) {
    const place = places.get(`${member.document._id}/${member.marks.readSeq}`);
    // Where retention took the message, what it counted stands in `ownRemoved`.
    if (place !== undefined) own.set(member, ownUpTo(place, member.userId));
  }
  return own;
}

async function write(
  connection: MongoConnection,
  members: readonly OpenMember[],
  own: ReadonlyMap<OpenMember, number>,
): Promise<void> {
  if (members.length === 0) return;
  const byConversation = Map.groupBy(members, (member) => member.document._id);
  await connection.conversations.bulkWrite(
    [...byConversation].map(([_id, some]) => ({
      updateOne: {
        filter: { _id },
        update: { $max: raisesOf(some, own) },
      },
    })),
    { ordered: false },
  );
}

/** What is raised for members of one conversation; another instance may have raised it further. */
function raisesOf(
  members: readonly OpenMember[],
  own: ReadonlyMap<OpenMember, number>,
): Record<string, number> {
  const raises: Record<string, number> = {};
  for (const member of members) {
    const { userId, before, marks, movedAt } = member;
    const path = `membership.${userId}`;
    raises[`${path}.deliveredSeq`] = marks.deliveredSeq;
    raises[`${path}.readSeq`] = marks.readSeq;
    raises[`${path}.shownReadSeq`] = marks.shownReadSeq;
    raises[`${path}.ownRead`] = own.get(member) ?? before.ownRead;
    raises[`${path}.changedAt`] = movedAt;
  }
  // A mark that others may know changes the conversation for all; a private one only the member's own view.
  const shownAt = Math.max(...members.map((member) => member.shownAt));
  return shownAt < 0 ? raises : { ...raises, changedAt: shownAt };
}

function answer({ member, moved, shown }: Step, own: ReadonlyMap<OpenMember, number>): Marked {
  const { document, tail, userId, before, marks } = member;
  const counted = { ...before, readSeq: marks.readSeq, ownRead: own.get(member) ?? 0 };
  return {
    ...marks,
    unread: unreadOf(userId, { firstSeq: document.firstSeq, tail, marks: counted }),
    moved,
    shown,
  };
}
