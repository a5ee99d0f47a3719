/**
 * Removing old messages from SQLite.
 *
 * @module
 */
import type { DatabaseSync } from "node:sqlite";
import { prepare, type Statement } from "./statement.ts";

/** Rows looked at in one go: a few milliseconds where all of them are removed, which is all that anybody waits. */
const MAX_SCANNED = 100;

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
  readonly #forgetOwn: Statement<never>;
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
    // What is removed is not unread any more. Only what goes is counted: counting what is left would take the
    // longer the more there is, in every step.
    this.#forgetOwn = prepare(
      database,
      "update member set own_after_read = own_after_read - (select count(*) from message m where " +
        "m.conversation = member.conversation and m.seq > member.read_seq and m.seq <= ?2 " +
        "and m.sender_id = member.user_id) where conversation = ?1 and read_seq < ?2 and own_after_read > 0",
    );
  }

  /** Removes at most `limit` messages created before `cutoff`. Runs inside a transaction. */
  step(cutoff: number, limit: number): Removed {
    const { createdAt, id } = this.#after;
    const rows = this.#old.all(cutoff, createdAt, id, MAX_SCANNED);
    const going: OldRow[] = [];
    let last: OldRow | undefined;
    for (const row of rows) {
      if (going.length === limit) break;
      last = row;
      if (row.newest === 0) going.push(row);
    }
    // Those of a conversation come in rising seq, so what goes of it is its beginning.
    for (const [conversation, seq] of new Map(going.map((row) => [row.conversation, row.seq]))) {
      this.#forgetOwn.run(conversation, seq);
      this.#raiseFirst.run(seq + 1, conversation);
    }
    for (const { id } of going) this.#remove.run(id);
    if (last !== undefined) this.#after = { createdAt: last.createdAt, id: last.id };
    return { count: going.length, done: rows.length < MAX_SCANNED && going.length < limit };
  }

  /** Begins at the oldest again. */
  restart(): void {
    this.#after = { createdAt: -1, id: 0 };
  }
}
