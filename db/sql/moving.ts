/**
 * Members while their marks move: what every SQL database does alike.
 *
 * @module
 */
import type { MarkDraft, UpTo } from "../messages.ts";
import type { Marks, UserId } from "../model.ts";
import { atRest, type Moved, moveMarksOf, type MovingMarks } from "../moving_marks.ts";
import type { Head } from "./numbering.ts";

/** A member as it is stored. */
export interface MemberRow extends Marks {
  readonly ownAfterRead: number;
}

/** A member while the marks of a batch move. */
export interface OpenMember extends MovingMarks {
  /** Of the conversation, with everything that the batch appends. */
  readonly head: Head;
  readonly userId: UserId;
  /** With what the batch appends counted in {@link MemberRow.ownAfterRead}. */
  readonly before: MemberRow;
}

/** Which member a mark moved, and what of it. */
export interface Step extends Moved {
  readonly member: OpenMember;
}

/** A member whose marks have not moved yet. */
export function openMember(head: Head, userId: UserId, before: MemberRow): OpenMember {
  return { head, userId, before, ...atRest(before) };
}

/** Moves a member's marks; null when a message is named that does not exist. */
export function moveMember(
  draft: MarkDraft,
  member: OpenMember,
  seqOfMessage: (messageId: string) => number | null,
): Step | null {
  const delivered = seqOf(draft.delivered, member.head, seqOfMessage);
  const read = seqOf(draft.read, member.head, seqOfMessage);
  if (delivered === null || read === null) return null;
  return { member, ...moveMarksOf(member, draft, { delivered, read }) };
}

/** The seq a mark goes to: 0 when it is not asked for, null when there is no such message. */
function seqOf(
  upTo: UpTo | undefined,
  head: Head,
  seqOfMessage: (messageId: string) => number | null,
): number | null {
  if (upTo === undefined) return 0;
  if (upTo === "newest") return head.lastSeq;
  if ("seq" in upTo) return Math.min(upTo.seq, head.lastSeq);
  return seqOfMessage(upTo.messageId);
}

/** Own messages to be counted, above `low` up to `high`. */
export interface Range {
  readonly low: number;
  readonly high: number;
  /** What is known without counting: the answer is this plus `sign` times the count. */
  readonly base: number;
  readonly sign: 1 | -1;
}

/** How many of the member's own messages are above the read mark: a number, or what to count for it. */
export function ownAfter({ head, before, marks }: OpenMember): number | Range {
  const from = floorOf(head, before.readSeq);
  const to = floorOf(head, marks.readSeq);
  if (before.ownAfterRead === 0 || to === from) return before.ownAfterRead;
  if (to >= head.lastSeq) return 0;
  // The shorter side of where the mark moved.
  return head.lastSeq - to <= to - from
    ? { low: to, high: head.lastSeq, base: 0, sign: 1 }
    : { low: from, high: to, base: before.ownAfterRead, sign: -1 };
}

/** Messages of others above the read mark, of which `own` are the member's own. */
export function unreadAfter({ head, marks }: OpenMember, own: number): number {
  return head.lastSeq - floorOf(head, marks.readSeq) - own;
}

/** Up to where nothing is unread: the read mark, or what retention removed. */
function floorOf(head: Head, readSeq: number): number {
  return Math.max(readSeq, head.firstSeq - 1);
}
