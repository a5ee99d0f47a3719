/**
 * Moving the marks of members, inside a SQLite transaction.
 *
 * @module
 */
import type { DatabaseSync } from "node:sqlite";
import type { MarkDraft, Marked, UpTo } from "../../messages.ts";
import type { ConversationRef, Marks, UserId } from "../../model.ts";
import type { Head } from "./heads.ts";
import { prepare, type Statement } from "./statement.ts";

interface MemberRow extends Marks {
  readonly ownAfterRead: number;
}

/** The prepared statements for marks. */
export class MarkStatements {
  readonly member: Statement<MemberRow>;
  readonly seqOf: Statement<{ readonly seq: number }>;
  readonly ownBetween: Statement<{ readonly own: number }>;
  readonly move: Statement<never>;
  readonly changed: Statement<never>;

  constructor(database: DatabaseSync) {
    this.member = prepare(
      database,
      "select delivered_seq as deliveredSeq, read_seq as readSeq, shown_read_seq as shownReadSeq, " +
        "own_after_read as ownAfterRead from member where conversation = ? and user_id = ? and left_at is null",
    );
    this.seqOf = prepare(database, "select seq from message where message_id = ? and conversation = ?");
    this.ownBetween = prepare(
      database,
      "select count(*) as own from message where conversation = ? and seq > ? and seq <= ? and sender_id = ?",
    );
    this.move = prepare(
      database,
      "update member set delivered_seq = ?, read_seq = ?, shown_read_seq = ?, own_after_read = ?, " +
        "changed_at = max(changed_at, ?) where conversation = ? and user_id = ?",
    );
    this.changed = prepare(
      database,
      "update conversation set changed_at = max(changed_at, ?) where key = ?",
    );
  }
}

/** A member while the marks of a batch move. */
interface OpenMember {
  readonly head: Head;
  readonly userId: UserId;
  readonly before: MemberRow;
  marks: Marks;
  /** When it last moved; -1: it did not. */
  movedAt: number;
  shownAt: number;
}

/** Which member a mark moved, and what of it. */
interface Step {
  readonly member: OpenMember;
  readonly moved: boolean;
  readonly shown: boolean;
}

/** Moves marks in order; each member's row is written once, and each answer is what it holds in the end. */
export function moveMarks(
  statements: MarkStatements,
  drafts: readonly MarkDraft[],
  headOf: (conversation: ConversationRef) => Head | null,
): readonly (Marked | null)[] {
  const members = new Map<string, OpenMember | null>();
  const steps = drafts.map((draft) => {
    const name = `${draft.userId}/${draft.conversation.id}`;
    let member = members.get(name);
    if (member === undefined) {
      member = openMember(statements, draft, headOf(draft.conversation));
      members.set(name, member);
    }
    return member === null ? null : moveMember(statements, draft, member);
  });
  const unread = writeMembers(statements, members.values());
  return steps.map((step) =>
    step === null ? null : {
      ...step.member.marks,
      unread: unread.get(step.member) ?? 0,
      moved: step.moved,
      shown: step.shown,
    }
  );
}

function openMember(statements: MarkStatements, draft: MarkDraft, head: Head | null): OpenMember | null {
  if (head === null) return null;
  const before = statements.member.get(head.key, draft.userId);
  if (before === undefined) return null;
  return { head, userId: draft.userId, before, marks: before, movedAt: -1, shownAt: -1 };
}

function moveMember(statements: MarkStatements, draft: MarkDraft, member: OpenMember): Step | null {
  const delivered = seqOf(statements, draft.delivered, member.head);
  const read = seqOf(statements, draft.read, member.head);
  if (delivered === null || read === null) return null;
  const { marks } = member;
  const next: Marks = {
    deliveredSeq: Math.max(marks.deliveredSeq, delivered, read),
    readSeq: Math.max(marks.readSeq, read),
    shownReadSeq: draft.private === true ? marks.shownReadSeq : Math.max(marks.shownReadSeq, read),
  };
  const shown = next.deliveredSeq > marks.deliveredSeq || next.shownReadSeq > marks.shownReadSeq;
  const moved = shown || next.readSeq > marks.readSeq;
  member.marks = next;
  if (moved) member.movedAt = Math.max(member.movedAt, draft.at);
  if (shown) member.shownAt = Math.max(member.shownAt, draft.at);
  return { member, moved, shown };
}

/** The seq a mark goes to: 0 when it is not asked for, null when there is no such message. */
function seqOf(statements: MarkStatements, upTo: UpTo | undefined, head: Head): number | null {
  if (upTo === undefined) return 0;
  if (upTo === "newest") return head.lastSeq;
  if ("seq" in upTo) return Math.min(upTo.seq, head.lastSeq);
  return statements.seqOf.get(upTo.messageId, head.key)?.seq ?? null;
}

/** Writes those that moved, and answers the unread count of each. */
function writeMembers(
  statements: MarkStatements,
  members: Iterable<OpenMember | null>,
): ReadonlyMap<OpenMember, number> {
  const unread = new Map<OpenMember, number>();
  for (const member of members) {
    if (member === null) continue;
    const { head, userId, marks, movedAt, shownAt } = member;
    const own = ownAfter(statements, member);
    unread.set(member, head.lastSeq - floorOf(head, marks.readSeq) - own);
    if (movedAt < 0) continue;
    const { deliveredSeq, readSeq, shownReadSeq } = marks;
    statements.move.run(deliveredSeq, readSeq, shownReadSeq, own, movedAt, head.key, userId);
    // A mark that others may know changes the conversation for all; a private one only the member's own view.
    if (shownAt >= 0) statements.changed.run(shownAt, head.key);
  }
  return unread;
}

/** How many of the member's own messages are above the read mark: counts the shorter side of where it moved. */
function ownAfter(statements: MarkStatements, { head, userId, before, marks }: OpenMember): number {
  const from = floorOf(head, before.readSeq);
  const to = floorOf(head, marks.readSeq);
  if (before.ownAfterRead === 0 || to === from) return before.ownAfterRead;
  if (to >= head.lastSeq) return 0;
  const count = (low: number, high: number): number =>
    statements.ownBetween.get(head.key, low, high, userId)?.own ?? 0;
  return head.lastSeq - to <= to - from ? count(to, head.lastSeq) : before.ownAfterRead - count(from, to);
}

/** Up to where nothing is unread: the read mark, or what retention removed. */
function floorOf(head: Head, readSeq: number): number {
  return Math.max(readSeq, head.firstSeq - 1);
}
