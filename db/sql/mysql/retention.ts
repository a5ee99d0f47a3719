/**
 * Removing old messages from MySQL.
 *
 * @module
 */
import type { MysqlConnection } from "./connection.ts";
import type { MysqlDatabase } from "./database.ts";

/** Messages looked at in one transaction. */
const STEP = 500;

interface OldRow {
  readonly id: number;
  readonly conversation: number;
  readonly seq: number;
  readonly createdAt: number;
}

/** In the order of the index, from a place in it. */
const OLD =
  "select id, conversation, seq, created_at as createdAt from message force index (message_created) " +
  "where created_at < ? and created_at >= ? and (created_at > ? or id > ?) order by created_at, id limit ?";
const LOCK =
  "select `key`, last_seq as lastSeq from conversation where `key` in (?) order by `key` for update";
const RAISE = "update conversation set first_seq = greatest(first_seq, ?) where `key` = ?";
// What is removed is not unread any more. Only what goes is counted, not what is left.
const FORGET_OWN =
  "update member set own_after_read = own_after_read - (select count(*) from message m force index (message_seq) " +
  "where m.conversation = member.conversation and m.seq > member.read_seq and m.seq <= ? " +
  "and m.sender_id = member.user_id) where conversation = ? and read_seq < ? and own_after_read > 0";

/** Before everything. */
const BEGINNING: Pick<OldRow, "createdAt" | "id"> = { createdAt: -1, id: 0 };

/** Removes messages from the oldest on, in steps. Several instances may do so at once. */
export class Retention {
  readonly #database: MysqlDatabase;
  /** Remembered between calls, as those that stay are passed over each time. */
  #after = BEGINNING;

  constructor(database: MysqlDatabase) {
    this.#database = database;
  }

  /** Removes at most `limit` messages created before `cutoff`; fewer: there are no more. */
  async removeBefore(cutoff: number, limit: number): Promise<number> {
    for (let left = limit;;) {
      const rows = await this.#oldest(cutoff);
      const { count, looked } = rows.length === 0
        ? { count: 0, looked: 0 }
        : await this.#database.transact((connection) => removeSome(connection, rows, left));
      left -= count;
      const isDone = rows.length < STEP && looked === rows.length;
      this.#after = isDone ? BEGINNING : rows[looked - 1] ?? BEGINNING;
      if (isDone || left <= 0) return limit - left;
    }
  }

  #oldest(cutoff: number): Promise<readonly OldRow[]> {
    const { createdAt, id } = this.#after;
    const values = [cutoff, createdAt, createdAt, id, STEP];
    return this.#database.look((connection) => connection.rows<OldRow>(OLD, values));
  }
}

/** Removes at most `limit` of `rows`; `looked`: how many of them are done, as the newest of a conversation stays. */
async function removeSome(
  connection: MysqlConnection,
  rows: readonly OldRow[],
  limit: number,
): Promise<{ readonly count: number; readonly looked: number }> {
  const keys = [...new Set(rows.map((row) => row.conversation))].sort((a, b) => a - b);
  const heads = await connection.rows<{ readonly key: number; readonly lastSeq: number }>(LOCK, [keys]);
  const newest = new Map(heads.map(({ key, lastSeq }) => [key, lastSeq]));
  const ids: number[] = [];
  const firstSeqs = new Map<number, number>();
  let looked = 0;
  for (const { id, conversation, seq } of rows) {
    if (ids.length === limit) break;
    looked++;
    if (newest.get(conversation) === seq) continue;
    ids.push(id);
    firstSeqs.set(conversation, seq + 1);
  }
  if (ids.length === 0) return { count: 0, looked };
  for (const [conversation, firstSeq] of firstSeqs) {
    const last = firstSeq - 1;
    await connection.run(FORGET_OWN, [last, conversation, last]);
    await connection.run(RAISE, [firstSeq, conversation]);
  }
  const { affectedRows } = await connection.change("delete from message where id in (?)", [ids]);
  return { count: affectedRows, looked };
}
