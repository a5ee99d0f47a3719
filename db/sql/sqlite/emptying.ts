/**
 * Emptying messages of somebody who is to be forgotten, in SQLite.
 *
 * @module
 */
import type { DatabaseSync } from "node:sqlite";
import type { Emptied, EmptyQuery } from "../../messages.ts";
import { prepare, type Statement } from "./statement.ts";

interface FoundRow {
  readonly id: number;
  readonly seq: number;
  readonly senderId: number;
  readonly deletedAt: number | null;
}

/** The prepared statements of {@link MessageStore.emptyMessages}. */
export class Emptying {
  readonly #head: Statement<{ readonly key: number; readonly lastChange: number }>;
  readonly #next: Statement<FoundRow>;
  readonly #empty: Statement<never>;
  readonly #changed: Statement<never>;

  constructor(database: DatabaseSync) {
    this.#head = prepare(
      database,
      "select key, last_change as lastChange from conversation where id = ?",
    );
    this.#next = prepare(
      database,
      "select id, seq, sender_id as senderId, deleted_at as deletedAt from message " +
        "where conversation = ? and seq > ? order by seq limit ?",
    );
    // A hash that is empty is that of what is stored.
    this.#empty = prepare(
      database,
      "update message set change = ?, client_id = null, body_hash = x'', content = '', data = null, " +
        "edited_at = null, deleted_at = ? where id = ?",
    );
    this.#changed = prepare(
      database,
      "update conversation set last_change = ?, changed_at = max(changed_at, ?) where key = ?",
    );
  }

  /** Runs inside a transaction. */
  step({ conversation, senderId, afterSeq, limit, at }: EmptyQuery): Emptied {
    const head = this.#head.get(conversation.id);
    const rows = head === undefined ? [] : this.#next.all(head.key, afterSeq, limit);
    const own = rows.filter((row) => row.senderId === senderId && row.deletedAt === null);
    let change = head?.lastChange ?? 0;
    for (const { id } of own) this.#empty.run(++change, at, id);
    const isLast = rows.length < limit;
    if (head !== undefined && (own.length > 0 || isLast)) this.#changed.run(change, at, head.key);
    return { seq: rows.at(-1)?.seq ?? afterSeq, count: own.length, isLast };
  }
}
