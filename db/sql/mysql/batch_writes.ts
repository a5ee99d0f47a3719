/**
 * What a batch leaves behind: messages, the ends of conversations, marks, and the commit, in one round trip.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { membersOf, type Message } from "../../model.ts";
import type { OpenMember } from "../moving.ts";
import type { Head } from "../numbering.ts";
import { bytes, type MysqlConnection, type Value } from "./connection.ts";
import type { OpenConversation } from "./opened_batch.ts";
import { Script } from "./script.ts";

/** Bytes of one insert, so that several fit where one would be too big for the server. */
const MAX_INSERT = 256 * 1024;
/** A message without its texts, as it stands in a statement. */
const ROW_BYTES = 240;

/** A message to insert. */
export interface NewMessage {
  readonly conversation: number;
  readonly message: Message;
  /** By what its repeats will be known. */
  readonly hash: string;
  /** The end of the conversation without it. */
  readonly before: Head;
}

/** Everything to write. */
export interface BatchWrites {
  readonly messages: readonly NewMessage[];
  readonly conversations: readonly OpenConversation[];
  /** Members whose marks moved, and how many of their own messages are above. */
  readonly members: readonly { readonly member: OpenMember; readonly own: number }[];
}

const INSERT =
  "insert into message (conversation, seq, `change`, message_id, sender_id, client_id, body_hash, " +
  "kind, content, created_at) values ?";
const ENDS = "insert into conversation (`key`, id, kind, direct_low, direct_high, first_seq, last_seq, " +
  "last_change, updated_at, changed_at) values ? on duplicate key update last_seq = values(last_seq), " +
  "last_change = values(last_change), updated_at = values(updated_at), " +
  "changed_at = greatest(changed_at, values(changed_at))";
const MEMBERS = "insert into member (conversation, user_id, role, joined_seq, delivered_seq, read_seq, " +
  "shown_read_seq, own_after_read, changed_at) values ? on duplicate key update ";
const COUNT_SENT = `${MEMBERS} own_after_read = own_after_read + values(own_after_read)`;
const MOVE = `${MEMBERS} delivered_seq = values(delivered_seq), read_seq = values(read_seq), ` +
  "shown_read_seq = values(shown_read_seq), own_after_read = values(own_after_read), " +
  "changed_at = greatest(changed_at, values(changed_at))";

/** Inserts one message by itself. */
export async function writeMessage(
  connection: MysqlConnection,
  message: NewMessage,
  ms: number,
): Promise<void> {
  await connection.run(INSERT, [[messageRow(message)]], ms);
}

/** Writes everything and commits. */
export async function writeBatch(
  { connection, ms }: { readonly connection: MysqlConnection; readonly ms: number },
  { messages, conversations, members }: BatchWrites,
): Promise<void> {
  const script = new Script();
  addMessages(script, messages);
  const used = conversations.filter((open) => sentInto(open) > 0 || open.shownAt >= 0);
  script.addList(ENDS, used.map(endRow));
  script.addList(COUNT_SENT, used.flatMap(senderRows));
  script.addList(MOVE, members.map(movedRow));
  const unused = conversations.filter((open) => open.isNew && sentInto(open) === 0);
  script.addList("delete from conversation where `key` in (?)", unused.map((open) => open.head.key));
  script.add("commit");
  await script.run(connection, ms);
}

function addMessages(script: Script, messages: readonly NewMessage[]): void {
  let rows: Value[] = [];
  let size = 0;
  const flush = (): void => {
    if (rows.length > 0) script.add(INSERT, [rows], size);
    [rows, size] = [[], 0];
  };
  for (const message of messages) {
    const { content, clientId } = message.message;
    const weight = ROW_BYTES + Buffer.byteLength(content) + Buffer.byteLength(clientId ?? "");
    if (size + weight > MAX_INSERT) flush();
    rows.push(messageRow(message));
    size += weight;
  }
  flush();
}

function messageRow({ conversation, message, hash }: NewMessage): Value {
  const { seq, change, messageId, senderId, clientId, kind, content, createdAt } = message;
  return [conversation, seq, change, messageId, senderId, clientId, bytes(hash), kind, content, createdAt];
}

function endRow({ conversation: { id, kind, low, high }, head, sent, shownAt }: OpenConversation): Value {
  const { key, firstSeq, lastSeq, lastChange, updatedAt } = head;
  const changedAt = Math.max(shownAt, sent.size > 0 ? updatedAt : 0);
  return [key, id, kind, low, high, firstSeq, lastSeq, lastChange, updatedAt, changedAt];
}

/** One row for each sender, which counts up; in a new conversation one for each member, which makes them. */
function senderRows({ conversation, head, sent, isNew }: OpenConversation): readonly Value[] {
  const { key, updatedAt } = head;
  const users = isNew ? membersOf(conversation) : [...sent.keys()];
  return users.map((userId) => [key, userId, "member", 0, 0, 0, 0, sent.get(userId) ?? 0, updatedAt]);
}

function movedRow({ member, own }: BatchWrites["members"][number]): Value {
  const { head, userId, marks, movedAt } = member;
  return [head.key, userId, "member", 0, marks.deliveredSeq, marks.readSeq, marks.shownReadSeq, own, movedAt];
}

/** Messages that this batch adds to a conversation. */
function sentInto({ sent }: OpenConversation): number {
  let count = 0;
  for (const more of sent.values()) count += more;
  return count;
}
