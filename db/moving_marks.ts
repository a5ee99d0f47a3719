/**
 * How the marks of a member move: the rules that every store follows.
 *
 * @module
 */
import type { MarkDraft } from "./messages.ts";
import type { Marks } from "./model.ts";

/** The marks of a member while those of a batch move. */
export interface MovingMarks {
  marks: Marks;
  /** When they last moved, ms since 1970; -1: they did not. */
  movedAt: number;
  /** When something of them moved that others may know, ms since 1970; -1: nothing did. */
  shownAt: number;
}

/** What a draft did: whether it moved any mark, and whether others may know. */
export interface Moved {
  readonly moved: boolean;
  readonly shown: boolean;
}

/** Marks that have not moved. */
export function atRest(marks: Marks): MovingMarks {
  return { marks, movedAt: -1, shownAt: -1 };
}

/** Moves marks up to these seqs, 0 for one that is not asked for. Marks never go back, and what is read was delivered. */
export function moveMarksOf(
  member: MovingMarks,
  draft: MarkDraft,
  { delivered, read }: { readonly delivered: number; readonly read: number },
): Moved {
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
  return { moved, shown };
}
