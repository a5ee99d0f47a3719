/**
 * Emptying messages of somebody who is to be forgotten, in MySQL.
 *
 * @module
 */
import { bodyHashHex } from "../../body_hash.ts";
import type { Emptied, EmptyQuery } from "../../messages.ts";
import { bytes, type MysqlConnection } from "./connection.ts";

interface FoundRow {
  readonly id: number;
  readonly seq: number;
  readonly senderId: number;
  readonly deletedAt: number | null;
}

// Whoever appends locks the conversation too, so changes are given one after the other.
const LOCK = "select `key`, last_change as lastChange from conversation where id = ? for update";
const NEXT = "select id, seq, sender_id as senderId, deleted_at as deletedAt from message " +
  "force index (message_seq) where conversation = ? and seq > ? order by seq limit ?";
// The place in the list is that in the conversation.
const EMPTY =
  "update message set `change` = ? + field(id, ?), client_id = null, body_hash = ?, content = '', " +
  "data = null, edited_at = null, deleted_at = ? where id in (?)";
const CHANGED =
  "update conversation set last_change = ?, changed_at = greatest(changed_at, ?) where `key` = ?";

/** One step, inside a transaction. See {@link MessageStore.emptyMessages}. */
export async function emptySome(
  connection: MysqlConnection,
  { conversation, senderId, afterSeq, limit, at }: EmptyQuery,
): Promise<Emptied> {
  const heads = await connection.rows<{ readonly key: number; readonly lastChange: number }>(
    LOCK,
    [conversation.id],
  );
  const head = heads[0];
  if (head === undefined) return { seq: afterSeq, count: 0, isLast: true };
  const rows = await connection.rows<FoundRow>(NEXT, [head.key, afterSeq, limit]);
  const own = rows.filter((row) => row.senderId === senderId && row.deletedAt === null);
  if (own.length > 0) {
    const ids = own.map(({ id }) => id);
    const hash = bytes(bodyHashHex(conversation, ""));
    await connection.run(EMPTY, [head.lastChange, ids, hash, at, ids]);
  }
  const isLast = rows.length < limit;
  if (own.length > 0 || isLast) {
    await connection.run(CHANGED, [head.lastChange + own.length, at, head.key]);
  }
  return { seq: rows.at(-1)?.seq ?? afterSeq, count: own.length, isLast };
}
