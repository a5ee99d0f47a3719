/**
 * Conversations and messages in SQLite.
 *
 * @module
 */
import { setImmediate } from "node:timers";
import { StoreUnavailableError } from "../../errors.ts";
import type {
  Appended,
  Batch,
  ConversationPage,
  Emptied,
  EmptyQuery,
  MessageDraft,
  MessagePage,
  MessageQuery,
  MessageStore,
  Outcome,
  SyncPage,
  SyncQuery,
} from "../../messages.ts";
import type { ConversationRef, UserId } from "../../model.ts";
import { type ConversationRow, CONVERSATIONS_OF, refsOf } from "../member_of.ts";
import { CommitStatements, repeatOf, writeBatch } from "./commit.ts";
import { failureOf } from "./failures.ts";
import { Emptying } from "./emptying.ts";
import { Heads } from "./heads.ts";
import { Retention } from "./retention.ts";
import type { SqliteDatabase } from "./database.ts";
import { prepare, type Statement } from "./statement.ts";
import { Views } from "./views.ts";

/** Between two steps of removing: whoever writes waits for one of them, not for one behind the other. */
const REMOVING_PAUSE_MS = 10;

/** The message store on prepared statements: Kysely costs four times as much where it counts. */
export class SqliteMessageStore implements MessageStore {
  readonly #database: SqliteDatabase;
  readonly #statements: CommitStatements;
  readonly #views: Views;
  readonly #retention: Retention;
  readonly #heads = new Heads();
  readonly #emptying: Emptying;
  readonly #conversationsOf: Statement<ConversationRow>;
  readonly #contacts: Statement<{ readonly userId: UserId }>;

  constructor(database: SqliteDatabase) {
    this.#database = database;
    this.#statements = new CommitStatements(database.raw);
    this.#views = new Views(database.raw);
    this.#retention = new Retention(database.raw);
    this.#emptying = new Emptying(database.raw);
    this.#conversationsOf = prepare(database.raw, CONVERSATIONS_OF);
    // Asked twice for every socket that opens.
    this.#contacts = prepare(
      database.raw,
      "select p.user_id as userId from member m join conversation c on c.key = m.conversation " +
        "join member p on p.conversation = c.key where m.user_id = ? and m.left_at is null " +
        "and p.user_id <> ? and p.left_at is null " +
        "group by p.user_id order by max(c.updated_at) desc, p.user_id limit ?",
    );
  }

  async commit(batch: Batch): Promise<Outcome> {
    if (batch.drafts.length === 0 && batch.marks.length === 0) return { appended: [], marked: [] };
    return await this.#write(async () => {
      const written = await this.#database.commit(() => writeBatch(this.#statements, this.#heads, batch));
      written.remember(this.#heads);
      return written.outcome;
    });
  }

  repeatOf(draft: MessageDraft): Promise<Appended | null> {
    return this.#database.look(() => {
      const head = this.#statements.head.get(draft.conversation.id);
      return repeatOf(this.#statements, draft, head?.key ?? null);
    });
  }

  list(conversation: ConversationRef, query: MessageQuery): Promise<MessagePage> {
    return this.#database.look(() => this.#views.list(conversation, query));
  }

  conversations(
    userId: UserId,
    query: { readonly before?: string; readonly limit: number },
  ): Promise<ConversationPage> {
    return this.#database.look(() => this.#views.conversations(userId, query));
  }

  sync(userId: UserId, query: SyncQuery): Promise<SyncPage> {
    return this.#database.look(() => this.#views.sync(userId, query));
  }

  async contacts(userId: UserId, limit: number): Promise<readonly UserId[]> {
    const rows = await this.#database.look(() => this.#contacts.all(userId, userId, limit));
    return rows.map((row) => row.userId);
  }

  async memberIds(afterId: UserId, limit: number): Promise<readonly UserId[]> {
    const rows = await this.#database.read((db) =>
      db.selectFrom("member").select("userId").distinct().where("userId", ">", afterId)
        .orderBy("userId").limit(limit).execute()
    );
    return rows.map((row) => row.userId);
  }

  async removeBefore(cutoff: number, limit: number): Promise<number> {
    for (let left = limit;;) {
      const step = await this.#write(() => this.#database.commit(() => this.#retention.step(cutoff, left)));
      left -= step.count;
      // Heads hold the first seq, which has moved.
      if (step.count > 0) this.#heads.clear();
      if (step.done) this.#retention.restart();
      if (step.done || left === 0) return limit - left;
      await nextTurn();
      // Rows that are removed lie anywhere, so each step changes other pages: 4 000 of them would stop the program
      // for 60 ms when they are moved together.
      await this.#database.moveLog();
      await this.#database.pause(REMOVING_PAUSE_MS);
    }
  }

  async conversationsOf(userId: UserId, after: string, limit: number): Promise<readonly ConversationRef[]> {
    return refsOf(await this.#database.look(() => this.#conversationsOf.all(userId, after, limit)));
  }

  async emptyMessages(query: EmptyQuery): Promise<Emptied> {
    const emptied = await this.#write(() => this.#database.commit(() => this.#emptying.step(query)));
    // Heads hold the last change, which has moved.
    if (emptied.count > 0) this.#heads.forget(query.conversation.id);
    // As for what is removed: little and often.
    await this.#database.moveLog();
    return emptied;
  }

  /** Forgets what it remembers whenever a write fails, as the store alone knows what is true then. */
  async #write<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      this.#heads.clear();
      this.#retention.restart();
      if (failureOf(error) !== "refused") throw error;
      throw new StoreUnavailableError("Cannot write to the store: refused", { cause: error });
    }
  }
}

/** Lets everybody else run. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve));
}
