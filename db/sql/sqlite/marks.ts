/**
 * Moving the marks of members, inside a SQLite transaction.
 *
 * @module
 */
import type { DatabaseSync } from "node:sqlite";
import type { MarkDraft, Marked } from "../../messages.ts";
import type { ConversationRef } from "../../model.ts";
import { type MemberRow, moveMember, type OpenMember, openMember, ownAfter, unreadAfter } from "../moving.ts";
import type { Head } from "../numbering.ts";
import { prepare, type Statement } from "./statement.ts";

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
      member = open(statements, draft, headOf(draft.conversation));
      members.set(name, member);
    }
    if (member === null) return null;
    const { key } = member.head;
    return moveMember(draft, member, (messageId) => statements.seqOf.get(messageId, key)?.seq ?? null);
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

function open(statements: MarkStatements, draft: MarkDraft, head: Head | null): OpenMember | null {
  if (head === null) return null;
  const before = statements.member.get(head.key, draft.userId);
  return before === undefined ? null : openMember(head, draft.userId, before);
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
    const own = countOwn(statements, member);
    unread.set(member, unreadAfter(member, own));
    if (movedAt < 0) continue;
    const { deliveredSeq, readSeq, shownReadSeq } = marks;
    statements.move.run(deliveredSeq, readSeq, shownReadSeq, own, movedAt, head.key, userId);
    // A mark that others may know changes the conversation for all; a private one only the member's own view.
    if (shownAt >= 0) statements.changed.run(shownAt, head.key);
  }
  return unread;
}

function countOwn(statements: MarkStatements, member: OpenMember): number {
  const own = ownAfter(member);
  if (typeof own === "number") return own;
  const { head, userId } = member;
  return own.base + own.sign * (statements.ownBetween.get(head.key, own.low, own.high, userId)?.own ?? 0);
}
