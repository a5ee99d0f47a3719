/**
 * Removing old messages from SQLite.
 *
 * @module
 */
import type { DatabaseSync } from "node:sqlite";
import { prepare, type Statement } from "./statement.ts";

/** Rows looked at in one go: some milliseconds. */
const MAX_SCANNED = 2_000;

interface OldRow {
  readonly id: number;
  readonly conversation: number;
  readonly seq: number;
  readonly createdAt: number;
  /** Whether it is the newest of its conversation, which stays. */
  readonly newest: number;
}

/** What one step of removing did. */
export interface Removed {
  readonly count: number;
  /** Whether nothing older than the cutoff is left to look at. */
  readonly done: boolean;
}

/** Removes messages from the oldest on, in steps. Remembers where it is, as it passes those that stay. */
export class Retention {
  readonly #old: Statement<OldRow>;
  readonly #remove: Statement<never>;
  readonly #raiseFirst: Statement<never>;
  readonly #recount: Statement<never>;
  #after = { createdAt: -1, id: 0 };

  constructor(database: DatabaseSync) {
    this.#old = prepare(
      database,
      "select m.id, m.conversation, m.seq, m.created_at as createdAt, m.seq = c.last_seq as newest " +
        "from message m join conversation c on c.key = m.conversation " +
        "where m.created_at < ?1 and (m.created_at, m.id) > (?2, ?3) order by m.created_at, m.id limit ?4",
    );
    this.#remove = prepare(database, "delete from message where id = ?");
    this.#raiseFirst = prepare(database, "update conversation set first_seq = ? where key = ?");
    // What is removed is not unread any more, so own messages are counted from what is left.
    this.#recount = prepare(
      database,
      "update member set own_after_read = (select count(*) from message m where m.conversation = " +
        "member.conversation and m.seq > member.read_seq and m.sender_id = member.user_id) " +
        "where conversation = ? and read_seq < ? and own_after_read > 0",
    );
  }

  /** Removes at most `limit` messages created before `cutoff`. Runs inside a transaction. */
  step(cutoff: number, limit: number): Removed {
    const { createdAt, id } = this.#after;
    const rows = this.#old.all(cutoff, createdAt, id, MAX_SCANNED);
    const firstSeqs = new Map<number, number>();
    let count = 0;
    let last: OldRow | undefined;
    for (const row of rows) {
      if (count === limit) break;
      last = row;
      if (row.newest === 1) continue;
      this.#remove.run(row.id);
      firstSeqs.set(row.conversation, row.seq + 1);
      count++;
    }
    for (const [conversation, firstSeq] of firstSeqs) {
      this.#raiseFirst.run(firstSeq, conversation);
      this.#recount.run(conversation, firstSeq - 1);
    }
    if (last !== undefined) this.#after = { createdAt: last.createdAt, id: last.id };
    return { count, done: rows.length < MAX_SCANNED && count < limit };
  }

  /** Begins at the oldest again. */
  restart(): void {
    this.#after = { createdAt: -1, id: 0 };
  }
}
