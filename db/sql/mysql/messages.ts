/**
 * Conversations and messages in MySQL.
 *
 * @module
 */
import { getLogger } from "@logtape/logtape";
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
import { repeated } from "../numbering.ts";
import { workBatch } from "./batch.ts";
import type { MysqlDatabase } from "./database.ts";
import { failureOf, MysqlError } from "./failures.ts";
import { emptySome } from "./emptying.ts";
import { Keys } from "./keys.ts";
import { type Fence, openBatch } from "./opened_batch.ts";
import { Retention } from "./retention.ts";
import { findRepeat, Views } from "./views.ts";
import { Writer } from "./writer.ts";

const logger = getLogger(["chat", "store"]);

/** Pauses before each try of a batch, in ms. */
const TRY_AFTER_MS: readonly number[] = [0, 2, 10, 30, 60, 100];
/** No try begins later than this after the first, in ms. */
const MAX_MS = 6_000;
/** For each round trip of a batch, in ms. */
const STEP_MS = 4_000;

/** After a repeat others are likely, and looked for before anything is written, for this long, in ms. */
const WARY_MS = 10_000;

/** How a try to commit a batch differs from the first. */
interface Attempt {
  /** Inserts one message at a time. */
  readonly careful: boolean;
  /** An earlier one may have been committed. */
  readonly doubtful: boolean;
  /** Looks for repeats. */
  readonly wary: boolean;
}

/** The message store on statements written out: Kysely costs too much where it counts. */
export class MysqlMessageStore implements MessageStore, AsyncDisposable {
  readonly #database: MysqlDatabase;
  readonly #fence: Fence | null;
  readonly #writer: Writer;
  readonly #keys = new Keys();
  readonly #views: Views;
  readonly #retention: Retention;
  #waryUntil = Number.NEGATIVE_INFINITY;
  #running: Promise<void> = Promise.resolve();

  constructor(database: MysqlDatabase, fence: Fence | null) {
    this.#database = database;
    this.#fence = fence;
    this.#writer = new Writer(database.place);
    this.#views = new Views(database);
    this.#retention = new Retention(database);
  }

  /** One at a time: there is one connection for it. */
  async commit(batch: Batch): Promise<Outcome> {
    if (batch.drafts.length === 0 && batch.marks.length === 0) return { appended: [], marked: [] };
    const before = this.#running;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#running = promise;
    await before;
    try {
      return await this.#commit(batch);
    } finally {
      resolve();
    }
  }

  async #commit(batch: Batch): Promise<Outcome> {
    this.#database.assertMayWrite();
    const { clock } = this.#database;
    const startedAt = clock.now();
    let attempt: Attempt = { careful: false, doubtful: false, wary: startedAt < this.#waryUntil };
    let last: unknown;
    for (const delay of TRY_AFTER_MS) {
      if (delay > 0) await new Promise<void>((resolve) => clock.after(delay, resolve));
      if (clock.now() - startedAt > MAX_MS) break;
      try {
        return this.#database.answered(await this.#try(batch, attempt));
      } catch (error) {
        last = error;
        await this.#writer.undo();
        if (failureOf(error) === "duplicate") this.#waryUntil = clock.now() + WARY_MS;
        const next = nextAttempt(attempt, error);
        if (next === null) break;
        attempt = next;
      }
    }
    // The database may be another one when it comes back.
    this.#keys.clear();
    throw this.#refusal(last);
  }

  /** What a batch fails with: whatever it was, those who wait may try again. */
  #refusal(error: unknown): unknown {
    const translated = this.#database.translate(error);
    if (!(translated instanceof MysqlError)) return translated;
    logger.error("A batch of messages cannot be stored: {reason}", { reason: translated.message });
    return new StoreUnavailableError(`Cannot store the messages: ${translated.message}`);
  }

  async repeatOf(draft: MessageDraft): Promise<Appended | null> {
    if (draft.clientId === null) return null;
    const { senderId, clientId } = draft;
    const row = await this.#database.look((connection) => findRepeat(connection, senderId, clientId));
    return row === null ? null : repeated(draft, row);
  }

  list(conversation: ConversationRef, query: MessageQuery): Promise<MessagePage> {
    return this.#views.list(conversation, query);
  }

  conversations(
    userId: UserId,
    query: { readonly before?: string; readonly limit: number },
  ): Promise<ConversationPage> {
    return this.#views.conversations(userId, query);
  }

  sync(userId: UserId, query: SyncQuery): Promise<SyncPage> {
    return this.#views.sync(userId, query);
  }

  contacts(userId: UserId, limit: number): Promise<readonly UserId[]> {
    return this.#views.contacts(userId, limit);
  }

  memberIds(afterId: UserId, limit: number): Promise<readonly UserId[]> {
    return this.#views.memberIds(afterId, limit);
  }

  removeBefore(cutoff: number, limit: number): Promise<number> {
    return this.#retention.removeBefore(cutoff, limit);
  }

  conversationsOf(userId: UserId, after: string, limit: number): Promise<readonly ConversationRef[]> {
    return this.#views.conversationsOf(userId, after, limit);
  }

  emptyMessages(query: EmptyQuery): Promise<Emptied> {
    return this.#database.transact((connection) => emptySome(connection, query));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#writer[Symbol.asyncDispose]();
  }

  async #try(batch: Batch, { careful, doubtful, wary }: Attempt): Promise<Outcome> {
    const connection = await this.#writer.connection();
    const [keys, fence] = [this.#keys, this.#fence];
    const opened = await openBatch({ connection, keys, fence, wary, doubtful, ms: STEP_MS }, batch);
    const outcome = await workBatch(opened, batch, { connection, careful, ms: STEP_MS });
    for (const { conversation, head } of opened.conversations.values()) {
      if (head.lastSeq > 0) keys.set(conversation.id, head.key);
    }
    return outcome;
  }
}

/** What to do after a try that failed; null: give up. */
function nextAttempt(attempt: Attempt, error: unknown): Attempt | null {
  switch (failureOf(error)) {
    case "again":
      return attempt;
    case "duplicate":
      // Where repeats were looked for, another instance was faster, or it is an id of ours that is not unique.
      return { ...attempt, wary: true, careful: attempt.wary };
    case "lost":
      // It may have been committed: what is stored under our message ids is ours.
      return { ...attempt, doubtful: true, wary: true };
    case "refused":
      return attempt.careful ? null : { ...attempt, careful: true };
    default:
      return null;
  }
}
