/**
 * How drafts become messages: the rules that every SQL database follows alike.
 *
 * @module
 */
import { bodyHashHex } from "../body_hash.ts";
import { IdReusedError } from "../errors.ts";
import type { Appended, MessageDraft } from "../messages.ts";
import type { Message } from "../model.ts";
import { type StoredRow, toMessage } from "./rows.ts";

/** The end of a conversation. */
export interface Head {
  readonly key: number;
  readonly firstSeq: number;
  readonly lastSeq: number;
  readonly lastChange: number;
  readonly updatedAt: number;
}

/** The message a draft becomes at the end of its conversation, whose clock never goes back. */
export function messageOf(draft: MessageDraft, head: Head): Message {
  return {
    conversation: draft.conversation,
    seq: head.lastSeq + 1,
    change: head.lastChange + 1,
    messageId: draft.messageId,
    senderId: draft.senderId,
    clientId: draft.clientId,
    kind: draft.kind,
    content: draft.content,
    createdAt: Math.max(draft.createdAt, head.updatedAt),
    editedAt: null,
    deletedAt: null,
  };
}

/** The conversation's end once `message` is its last. */
export function headAfter(head: Head, { seq, change, createdAt }: Message): Head {
  return { ...head, lastSeq: seq, lastChange: change, updatedAt: createdAt };
}

/** What a draft comes to whose sender used its client id before, for the message of `row`. */
export function repeated(draft: MessageDraft, row: StoredRow): Appended {
  // The hash covers the conversation, so where it is the same the conversation is the draft's.
  if (row.bodyHash !== bodyHashHex(draft.conversation, draft.content)) return reused(draft);
  return { message: toMessage(draft.conversation, row), created: false };
}

/** What a draft comes to whose sender used its client id for something else. */
export function reused(draft: MessageDraft): Appended {
  return { error: new IdReusedError(draft.clientId ?? "") };
}
