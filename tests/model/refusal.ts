/**
 * Ways in which a store refuses for a while, without leaving this process.
 *
 * @module
 */
import { DatabaseSync } from "node:sqlite";
import type { SqliteStore } from "../../db/sql/mod.ts";

/**
 * `full`: what needs more room fails; `locked`: another program writes and takes its time; `some`: each second message
 * of a conversation is refused and no other; `heads`: a commit fails at its end.
 */
export type RefusalKind = "readonly" | "full" | "locked" | "some" | "heads";

const TRIGGERS: Partial<Record<RefusalKind, readonly string[]>> = {
  some: ["before insert on main.message when new.seq % 2 = 0"],
  heads: ["before update of last_seq on main.conversation", "before insert on main.conversation"],
};

/** As many pages as SQLite can have. */
const ALL_PAGES = 4_294_967_294;

/** A store that refuses, until it is told to stop. */
export class Refusal {
  readonly kind: RefusalKind;
  readonly #database: DatabaseSync;
  readonly #other: DatabaseSync | null = null;

  /** Begins. */
  constructor(kind: RefusalKind, store: SqliteStore, path: string) {
    this.kind = kind;
    this.#database = store.database.raw;
    if (kind === "readonly") this.#database.exec("pragma query_only = 1");
    // SQLite takes the number of pages there are for a lower one.
    if (kind === "full") this.#database.prepare("pragma max_page_count = 1").get();
    for (const [at, when] of (TRIGGERS[kind] ?? []).entries()) {
      this.#database.exec(
        `create temp trigger refusal${at} ${when} begin select raise(abort, 'refused'); end`,
      );
    }
    if (kind !== "locked") return;
    // Nobody can give the lock back while this thread waits for it.
    this.#database.exec("pragma busy_timeout = 0");
    this.#other = new DatabaseSync(path, { timeout: 0 });
    this.#other.exec("begin immediate");
  }

  /** Stops; the store may be closed by now. */
  end(): void {
    this.#other?.close();
    if (!this.#database.isOpen) return;
    this.#database.exec("pragma query_only = 0");
    for (const at of (TRIGGERS[this.kind] ?? []).keys()) this.#database.exec(`drop trigger refusal${at}`);
    this.#database.exec("pragma busy_timeout = 5");
    this.#database.prepare(`pragma max_page_count = ${ALL_PAGES}`).get();
  }
}
