/**
 * Ways in which a store refuses for a while, without leaving this process.
 *
 * @module
 */
import { DatabaseSync } from "node:sqlite";
import type { SqliteStore } from "../../db/sql/sqlite/store.ts";

/**
 * `full`: what needs more room fails; `locked`: another program writes and takes its time; `some`: each second message
 * of a conversation is refused and no other; `heads`: what is written last of a batch fails; `commit`: all can be
 * written, and not be committed.
 */
export type RefusalKind = "readonly" | "full" | "locked" | "some" | "heads" | "commit";

const RAISE = "select raise(abort, 'refused');";
/** What makes single statements fail, in tables and triggers that this connection alone has. */
const OBSTACLES: Partial<
  Record<RefusalKind, { readonly make: readonly string[]; readonly drop: readonly string[] }>
> = {
  some: {
    make: [`create temp trigger one before insert on main.message when new.seq % 2 = 0 begin ${RAISE} end`],
    drop: ["drop trigger one"],
  },
  heads: {
    make: [
      `create temp trigger one before update of last_seq on main.conversation begin ${RAISE} end`,
      `create temp trigger two before insert on main.conversation begin ${RAISE} end`,
    ],
    drop: ["drop trigger one", "drop trigger two"],
  },
  commit: {
    make: [
      "create temp table parent (id integer primary key)",
      "create temp table child (id integer references parent (id) deferrable initially deferred)",
      "create temp trigger one after insert on main.message begin insert into child values (1); end",
    ],
    drop: ["drop trigger one", "drop table child", "drop table parent"],
  },
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
    for (const text of OBSTACLES[kind]?.make ?? []) this.#database.exec(text);
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
    for (const text of OBSTACLES[this.kind]?.drop ?? []) this.#database.exec(text);
    this.#database.exec("pragma busy_timeout = 5");
    this.#database.prepare(`pragma max_page_count = ${ALL_PAGES}`).get();
  }
}
