/**
 * One batch of drafts and marks, inside one MySQL transaction.
 *
 * @module
 */
import { bodyHashHex } from "../../body_hash.ts";
import { StoreUnavailableError } from "../../errors.ts";
import type { Appended, Batch, Marked, MessageDraft, Outcome } from "../../messages.ts";
import { type ConversationRef, membersOf } from "../../model.ts";
import { type MemberRow, moveMember, type OpenMember, openMember, ownAfter, unreadAfter } from "../moving.ts";
import { headAfter, messageOf, repeated } from "../numbering.ts";
import { type StoredRow, toMessage } from "../rows.ts";
import { type NewMessage, writeBatch, writeMessage } from "./batch_writes.ts";
import { type MysqlConnection, rowsOf } from "./connection.ts";
import { failureOf } from "./failures.ts";
import { clientName, memberName, type OpenConversation, type OpenedBatch } from "./opened_batch.ts";
import { Script } from "./script.ts";

/** How a batch is worked. */
export interface WorkOptions {
  readonly connection: MysqlConnection;
  /** Inserts one message at a time, so that one which the database refuses fails alone. */
  readonly careful: boolean;
  /** For each round trip. */
  readonly ms: number;
}

/** Writes an opened batch and commits it. A throw means that all of it must be undone. */
export async function workBatch(opened: OpenedBatch, batch: Batch, options: WorkOptions): Promise<Outcome> {
  const work = new BatchWork(opened, options);
  const appended: Appended[] = [];
  for (const draft of batch.drafts) {
    const done = work.append(draft);
    appended.push(options.careful ? await work.insertAlone(draft, done) : done);
  }
  const marked = await work.mark(batch);
  await work.write();
  return { appended, marked };
}

class BatchWork {
  readonly #opened: OpenedBatch;
  readonly #options: WorkOptions;
  /** What this batch has stored under client ids. */
  readonly #repeats = new Map<string, StoredRow>();
  readonly #messages: NewMessage[] = [];
  #newById: ReadonlyMap<string, NewMessage> | null = null;
  readonly #members = new Map<string, OpenMember | null>();
  #own: ReadonlyMap<OpenMember, number> = new Map();

  constructor(opened: OpenedBatch, options: WorkOptions) {
    this.#opened = opened;
    this.#options = options;
  }

  /** Gives a draft the next seq, or finds what it was stored as. */
  append(draft: MessageDraft): Appended {
    const stored = this.#opened.stored.get(draft.messageId);
    if (stored !== undefined) return { message: toMessage(draft.conversation, stored), created: true };
    const name = draft.clientId === null ? null : clientName(draft.senderId, draft.clientId);
    const earlier = name === null ? undefined : this.#repeats.get(name) ?? this.#opened.repeats.get(name);
    if (earlier !== undefined) return repeated(draft, earlier);
    const open = this.#openOf(draft.conversation);
    const before = open.head;
    const message = messageOf(draft, before);
    const hash = bodyHashHex(draft.conversation, draft.content);
    open.head = headAfter(before, message);
    open.sent.set(draft.senderId, (open.sent.get(draft.senderId) ?? 0) + 1);
    this.#messages.push({ conversation: before.key, message, hash, before });
    if (name !== null) this.#repeats.set(name, { ...message, bodyHash: hash });
    return { message, created: true };
  }

  /** Inserts what {@link append} has just numbered; where the database refuses it, it was never numbered. */
  async insertAlone(draft: MessageDraft, appended: Appended): Promise<Appended> {
    const last = this.#messages.at(-1);
    if (last === undefined || last.message.messageId !== draft.messageId) return appended;
    try {
      await writeMessage(this.#options.connection, last, this.#options.ms);
      return appended;
    } catch (error) {
      const isRefused = failureOf(error) === "refused" ||
        (failureOf(error) === "duplicate" && await this.#isTaken(draft.messageId));
      if (!isRefused) throw error;
      this.#takeBack(draft, last);
      return { error: new StoreUnavailableError("Cannot store the message: refused", { cause: error }) };
    }
  }

  /** Moves the marks, once everything is numbered. */
  async mark({ marks }: Batch): Promise<readonly (Marked | null)[]> {
    const steps = marks.map((draft) => {
      const member = this.#memberOf(draft.conversation, draft.userId);
      return member === null ? null : moveMember(draft, member, (id) => this.#seqOf(id, member.head.key));
    });
    const members = [...this.#members.values()].filter((member) => member !== null);
    this.#own = await this.#countOwn(members);
    return steps.map((step) =>
      step === null ? null : {
        ...step.member.marks,
        unread: unreadAfter(step.member, this.#own.get(step.member) ?? 0),
        moved: step.moved,
        shown: step.shown,
      }
    );
  }

  async write(): Promise<void> {
    const conversations = [...this.#opened.conversations.values()];
    const byKey = new Map(conversations.map((open) => [open.head.key, open]));
    const members: { readonly member: OpenMember; readonly own: number }[] = [];
    for (const [member, own] of this.#own) {
      if (member.movedAt < 0) continue;
      members.push({ member, own });
      const open = byKey.get(member.head.key);
      // A mark that others may know changes the conversation for all; a private one only the member's own view.
      if (open !== undefined) open.shownAt = Math.max(open.shownAt, member.shownAt);
    }
    // One by one they are in already.
    const messages = this.#options.careful ? [] : this.#messages;
    await writeBatch(this.#options, { messages, conversations, members });
  }

  /** Whether another message has the id of a draft. */
  async #isTaken(messageId: string): Promise<boolean> {
    const rows = await this.#options.connection.rows("select 1 from message where message_id = ?", [
      messageId,
    ]);
    return rows.length > 0;
  }

  #openOf(conversation: ConversationRef): OpenConversation {
    const open = this.#opened.conversations.get(conversation.id);
    if (open === undefined) throw new TypeError(`Cannot append to "${conversation.id}": it was not opened`);
    return open;
  }

  #takeBack(draft: MessageDraft, { before }: NewMessage): void {
    const open = this.#openOf(draft.conversation);
    open.head = before;
    open.sent.set(draft.senderId, (open.sent.get(draft.senderId) ?? 1) - 1);
    this.#messages.pop();
    if (draft.clientId !== null) this.#repeats.delete(clientName(draft.senderId, draft.clientId));
  }

  #memberOf(conversation: ConversationRef, userId: number): OpenMember | null {
    const open = this.#opened.conversations.get(conversation.id);
    if (open === undefined || open.head.lastSeq === 0) return null;
    const name = memberName(open.head.key, userId);
    const known = this.#members.get(name);
    if (known !== undefined) return known;
    const row = this.#opened.members.get(name) ?? newMember(open, userId);
    const sent = open.sent.get(userId) ?? 0;
    const member = row === null
      ? null
      : openMember(open.head, userId, { ...row, ownAfterRead: row.ownAfterRead + sent });
    this.#members.set(name, member);
    return member;
  }

  #seqOf(messageId: string, key: number): number | null {
    const found = this.#opened.named.get(messageId);
    if (found !== undefined) return found.conversation === key ? found.seq : null;
    this.#newById ??= new Map(this.#messages.map((one) => [one.message.messageId, one]));
    const own = this.#newById.get(messageId);
    return own?.conversation === key ? own.message.seq : null;
  }

  /** Own messages above each read mark: those that are stored are counted in one round trip. */
  async #countOwn(members: readonly OpenMember[]): Promise<ReadonlyMap<OpenMember, number>> {
    const own = new Map<OpenMember, number>();
    const script = new Script();
    const counted: { readonly member: OpenMember; readonly place: number }[] = [];
    for (const member of members) {
      const range = ownAfter(member);
      if (typeof range === "number") own.set(member, range);
      else {
        const values = [member.head.key, range.low, range.high, member.userId];
        counted.push({ member, place: script.add(COUNT_OWN, values) });
      }
    }
    if (counted.length === 0) return own;
    const results = await script.run(this.#options.connection, this.#options.ms);
    for (const { member, place } of counted) {
      const range = ownAfter(member);
      if (typeof range === "number") continue;
      const stored = rowsOf<{ readonly own: number }>(results[place])[0]?.own ?? 0;
      own.set(member, range.base + range.sign * (stored + this.#countNew(member, range)));
    }
    return own;
  }

  /** Those of this batch, which are not stored yet. */
  #countNew({ head, userId }: OpenMember, range: { readonly low: number; readonly high: number }): number {
    const isOwn = ({ conversation, message: { senderId, seq } }: NewMessage): boolean =>
      conversation === head.key && senderId === userId && seq > range.low && seq <= range.high;
    return this.#messages.filter(isOwn).length;
  }
}

const COUNT_OWN = "select count(*) as own from message force index (message_seq) " +
  "where conversation = ? and seq > ? and seq <= ? and sender_id = ?";

/** Somebody who is about to become a member; null: not of this conversation. */
function newMember({ isNew, conversation }: OpenConversation, userId: number): MemberRow | null {
  if (!isNew || !membersOf(conversation).includes(userId)) return null;
  return { deliveredSeq: 0, readSeq: 0, shownReadSeq: 0, ownAfterRead: 0 };
}
