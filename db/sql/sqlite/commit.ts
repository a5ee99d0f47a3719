/**
 * One batch of drafts and marks, inside one SQLite transaction.
 *
 * @module
 */
import type { DatabaseSync } from "node:sqlite";
import { bodyHashHex } from "../../body_hash.ts";
import { StoreUnavailableError } from "../../errors.ts";
import type { Appended, Batch, MessageDraft, Outcome } from "../../messages.ts";
import { type ConversationRef, membersOf, type Message, type UserId } from "../../model.ts";
import { failureOf } from "./failures.ts";
import { type Head, headAfter, messageOf, repeated, reused } from "../numbering.ts";
import type { Heads } from "./heads.ts";
import { MarkStatements, moveMarks } from "./marks.ts";
import { STORED_COLUMNS, type StoredRow } from "../rows.ts";
import { prepare, type Statement } from "./statement.ts";

/** A stored message, and the key of its conversation. */
type RepeatRow = StoredRow & { readonly key: number };

/** The prepared statements of a commit. */
export class CommitStatements {
  readonly marks: MarkStatements;
  readonly insert: Statement<never>;
  readonly repeated: Statement<RepeatRow>;
  readonly head: Statement<Head>;
  readonly lastKey: Statement<{ readonly key: number }>;
  readonly createConversation: Statement<never>;
  readonly createMember: Statement<never>;
  readonly moveHead: Statement<never>;
  readonly countOwn: Statement<never>;

  constructor(database: DatabaseSync) {
    this.marks = new MarkStatements(database);
    // Nothing is hashed before somebody repeats a message: that took as long as two of the indexes.
    // Finding a repeat by the insert that does nothing is cheaper than looking for one before every insert.
    // One row a statement: several in one were slower.
    this.insert = prepare(
      database,
      "insert into message (conversation, seq, change, message_id, sender_id, client_id, body_hash, kind, " +
        "content, created_at) values (?, ?, ?, ?, ?, ?, x'', ?, ?, ?) on conflict (sender_id, client_id) do nothing",
    );
    this.repeated = prepare(
      database,
      `select ${STORED_COLUMNS}, m.conversation as key from message m where m.sender_id = ? and m.client_id = ?`,
    );
    this.head = prepare(
      database,
      "select key, first_seq as firstSeq, last_seq as lastSeq, last_change as lastChange, " +
        "updated_at as updatedAt from conversation where id = ?",
    );
    this.lastKey = prepare(database, "select coalesce(max(key), 0) as key from conversation");
    this.createConversation = prepare(
      database,
      "insert into conversation (key, id, kind, direct_low, direct_high, first_seq, last_seq, last_change, " +
        "updated_at, changed_at) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    );
    this.createMember = prepare(
      database,
      "insert into member (conversation, user_id, role, joined_seq, delivered_seq, read_seq, shown_read_seq, " +
        "own_after_read, changed_at) values (?, ?, 'member', 0, 0, 0, 0, ?, ?)",
    );
    this.moveHead = prepare(
      database,
      "update conversation set last_seq = ?, last_change = ?, updated_at = ?, " +
        "changed_at = max(changed_at, ?) where key = ?",
    );
    this.countOwn = prepare(
      database,
      "update member set own_after_read = own_after_read + ? where conversation = ? and user_id = ?",
    );
  }
}

/** A conversation while a batch is worked. */
interface OpenHead {
  readonly conversation: ConversationRef;
  head: Head;
  /** Whether the store knows it. */
  readonly stored: boolean;
  /** How many messages each sender got into it. */
  readonly sent: Map<UserId, number>;
}

/** What a batch came to, and what to remember once it is committed. */
export interface Committed {
  readonly outcome: Outcome;
  remember(heads: Heads): void;
}

/** Writes a batch. Runs inside a transaction; a throw means that all of it must be undone. */
export function writeBatch(statements: CommitStatements, heads: Heads, batch: Batch): Committed {
  const work = new BatchWork(statements, heads);
  const appended = batch.drafts.map((draft) => work.append(draft));
  work.writeHeads();
  const marked = moveMarks(statements.marks, batch.marks, (conversation) => work.stored(conversation));
  return { outcome: { appended, marked }, remember: (heads) => work.remember(heads) };
}

class BatchWork {
  readonly #statements: CommitStatements;
  readonly #heads: Heads;
  readonly #open = new Map<string, OpenHead>();
  #nextKey: number | null = null;
  #doubtful = false;

  constructor(statements: CommitStatements, heads: Heads) {
    this.#statements = statements;
    this.#heads = heads;
  }

  /** Stores a draft under the next seq, or finds what its repeat was stored as. */
  append(draft: MessageDraft): Appended {
    const open = this.#openHead(draft.conversation);
    const message = messageOf(draft, open.head);
    try {
      if (!this.#insert(open.head.key, message)) {
        return repeatOf(this.#statements, draft, open.head.key) ?? reused(draft);
      }
    } catch (error) {
      if (failureOf(error) !== "refused") throw error;
      // Perhaps what is remembered of the conversation is wrong; asking again costs little.
      this.#doubtful = true;
      return { error: new StoreUnavailableError("Cannot store the message: refused", { cause: error }) };
    }
    const { senderId } = message;
    open.head = headAfter(open.head, message);
    open.sent.set(senderId, (open.sent.get(senderId) ?? 0) + 1);
    return { message, created: true };
  }

  /** Writes the conversations that got messages: one row each, and one for each sender. */
  writeHeads(): void {
    for (const open of this.#open.values()) {
      if (open.sent.size === 0) continue;
      if (open.stored) this.#moveHead(open);
      else this.#create(open);
    }
  }

  /** The conversation if the store knows it by now. */
  stored(conversation: ConversationRef): Head | null {
    const open = this.#openHead(conversation);
    return open.stored || open.sent.size > 0 ? open.head : null;
  }

  remember(heads: Heads): void {
    if (this.#doubtful) return heads.clear();
    if (this.#nextKey !== null) heads.setNextKey(this.#nextKey);
    for (const [id, open] of this.#open) if (open.stored || open.sent.size > 0) heads.set(id, open.head);
  }

  #openHead(conversation: ConversationRef): OpenHead {
    const known = this.#open.get(conversation.id);
    if (known !== undefined) return known;
    const stored = this.#heads.get(conversation.id) ?? this.#statements.head.get(conversation.id);
    const head = stored ?? { key: this.#newKey(), firstSeq: 1, lastSeq: 0, lastChange: 0, updatedAt: 0 };
    const open = { conversation, head, stored: stored !== undefined, sent: new Map<UserId, number>() };
    this.#open.set(conversation.id, open);
    return open;
  }

  #newKey(): number {
    this.#nextKey ??= this.#heads.nextKey ?? (this.#statements.lastKey.get()?.key ?? 0) + 1;
    return this.#nextKey++;
  }

  #insert(key: number, message: Message): boolean {
    const { changes } = this.#statements.insert.run(
      key,
      message.seq,
      message.change,
      message.messageId,
      message.senderId,
      message.clientId,
      message.kind,
      message.content,
      message.createdAt,
    );
    return changes !== 0;
  }

  #create({ conversation, head, sent }: OpenHead): void {
    this.#statements.createConversation.run(
      head.key,
      conversation.id,
      conversation.kind,
      conversation.low,
      conversation.high,
      head.firstSeq,
      head.lastSeq,
      head.lastChange,
      head.updatedAt,
      head.updatedAt,
    );
    for (const userId of membersOf(conversation)) {
      this.#statements.createMember.run(head.key, userId, sent.get(userId) ?? 0, head.updatedAt);
    }
  }

  #moveHead({ head, sent }: OpenHead): void {
    const { key, lastSeq, lastChange, updatedAt } = head;
    this.#statements.moveHead.run(lastSeq, lastChange, updatedAt, updatedAt, key);
    for (const [userId, count] of sent) this.#statements.countOwn.run(count, key, userId);
  }
}

/**
 * What an earlier draft with the same sender and client id was stored as; null: there is none. `key` is that of the
 * draft's conversation, null where the store does not know it.
 */
export function repeatOf(
  statements: CommitStatements,
  draft: MessageDraft,
  key: number | null,
): Appended | null {
  const row = statements.repeated.get(draft.senderId, draft.clientId);
  if (row === undefined) return null;
  if (row.bodyHash !== "") return repeated(draft, row);
  if (row.key !== key) return reused(draft);
  return repeated(draft, { ...row, bodyHash: bodyHashHex(draft.conversation, row.content) });
}
