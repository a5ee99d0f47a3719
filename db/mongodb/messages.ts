/**
 * Conversations and messages in MongoDB.
 *
 * @module
 */
import { setImmediate } from "node:timers";
import type { MessageArchive } from "../archive.ts";
import type { Clock } from "../clock.ts";
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
} from "../messages.ts";
import { type ConversationRef, parseConversationId, type UserId } from "../model.ts";
import { Appending, repeatOf } from "./append.ts";
import { MongoMessageArchive } from "./archive.ts";
import type { MongoConnection } from "./connection.ts";
import { clientKey } from "./documents.ts";
import { emptySome } from "./emptying.ts";
import { moveMarks } from "./marks.ts";
import { Retention } from "./retention.ts";
import { Settler } from "./settle.ts";
import { Tails } from "./tails.ts";
import { Views } from "./views.ts";

/** How a message store is used. */
export interface MongoMessageOptions {
  readonly clock: Clock;
  /** Changes when the messages were restored or replaced. */
  readonly epoch: string;
  /** Whether other instances append to the same database. */
  readonly shared: boolean;
  /** For everything that is only read: a crowd that reads keeps nobody from writing. */
  readonly reads: MongoConnection;
  /** Throws when this program may not write any more. */
  readonly assertOwned: () => void;
  /** From 0 to 1. */
  readonly random?: () => number;
}

/** The message store on MongoDB without transactions: a single node has none. */
export class MongoMessageStore implements MessageStore {
  readonly archive: MessageArchive;
  readonly epoch: string;
  readonly #connection: MongoConnection;
  readonly #options: MongoMessageOptions;
  readonly #views: Views;
  readonly #retention: Retention;
  readonly #remembered: Tails | null;
  /** Commits and removals, one after the other. */
  #writing: Promise<unknown> = Promise.resolve();
  readonly #settler: Settler;

  constructor(connection: MongoConnection, options: MongoMessageOptions) {
    this.#connection = connection;
    this.#options = options;
    this.epoch = options.epoch;
    this.archive = new MongoMessageArchive(connection);
    this.#views = new Views(options.reads);
    this.#retention = new Retention(connection);
    this.#settler = new Settler(connection, options.clock);
    this.#remembered = options.shared ? null : new Tails();
    connection.onInterruption(() => this.#forget());
  }

  async commit(batch: Batch): Promise<Outcome> {
    if (batch.drafts.length === 0 && batch.marks.length === 0) return { appended: [], marked: [] };
    return await this.#write(() => this.#commit(batch));
  }

  repeatOf(draft: MessageDraft): Promise<Appended | null> {
    return this.#read(async () => {
      if (draft.clientId === null) return null;
      const key = clientKey(draft.senderId, draft.clientId);
      const stored = await this.#options.reads.messages.findOne({ clientKey: key });
      return stored === null ? null : repeatOf(draft, stored);
    });
  }

  list(conversation: ConversationRef, query: MessageQuery): Promise<MessagePage> {
    return this.#read(() => this.#views.list(conversation, query));
  }

  conversations(
    userId: UserId,
    query: { readonly before?: string; readonly limit: number },
  ): Promise<ConversationPage> {
    return this.#read(() => this.#views.conversations(userId, query));
  }

  sync(userId: UserId, query: SyncQuery): Promise<SyncPage> {
    return this.#read(() => this.#views.sync(userId, query));
  }

  contacts(userId: UserId, limit: number): Promise<readonly UserId[]> {
    return this.#read(() => this.#views.contacts(userId, limit));
  }

  memberIds(afterId: UserId, limit: number): Promise<readonly UserId[]> {
    return this.#read(async () => {
      const found = await this.#options.reads.people.find({ _id: { $gt: afterId } }).sort({ _id: 1 })
        .limit(limit).toArray();
      return found.map(({ _id }) => _id);
    });
  }

  async removeBefore(cutoff: number, limit: number): Promise<number> {
    for (let left = limit;;) {
      const step = await this.#write(() => this.#retention.step(cutoff, left));
      left -= step.count;
      if (step.done) this.#retention.restart();
      if (step.done || left === 0) return limit - left;
      await new Promise<void>((resolve) => void setImmediate(resolve));
    }
  }

  conversationsOf(userId: UserId, after: string, limit: number): Promise<readonly ConversationRef[]> {
    return this.#read(async () => {
      const found = await this.#options.reads.conversations.find({ members: userId, _id: { $gt: after } })
        .sort({ _id: 1 }).limit(limit).project<{ _id: string }>({ _id: 1 }).toArray();
      return found.map(({ _id }) => parseConversationId(_id)).filter((one) => one !== null);
    });
  }

  async emptyMessages(query: EmptyQuery): Promise<Emptied> {
    const emptied = await this.#write(() => emptySome(this.#connection, query));
    // What is remembered of the conversation's end has a change that is taken by now.
    if (emptied.count > 0) this.#remembered?.clear();
    return emptied;
  }

  /** Resolves when nothing that was begun here is under way any more. */
  async idle(): Promise<void> {
    await this.#writing.catch(() => {});
    await this.#settler.idle();
  }

  async #commit({ drafts, marks }: Batch): Promise<Outcome> {
    const { clock, random = Math.random } = this.#options;
    const connection = this.#connection;
    const appending = new Appending({ connection, clock, random, remembered: this.#remembered });
    const appended = drafts.length === 0 ? [] : await appending.run(drafts);
    const { tails } = appending;
    for (const [id, tail] of tails) this.#remembered?.set(id, tail);
    this.#settler.soon(tails);
    const marked = await moveMarks(connection, marks, (id) => this.#remembered?.get(id) ?? tails.get(id));
    return { appended, marked };
  }

  #read<T>(work: () => Promise<T>): Promise<T> {
    return this.#options.reads.run("read from", work);
  }

  /** One at a time. Forgets what it remembers whenever one fails, as the store alone knows what is true then. */
  #write<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#writing.catch(() => {}).then(async () => {
      try {
        this.#options.assertOwned();
        return await this.#connection.run("write to", work);
      } catch (error) {
        this.#forget();
        throw error;
      }
    });
    this.#writing = turn;
    return turn;
  }

  #forget(): void {
    this.#remembered?.clear();
    this.#retention.restart();
  }
}
