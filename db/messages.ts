/**
 * The contract of the message store: conversations, members and messages.
 *
 * It knows user ids and never names. It promises: a resolved {@link MessageStore.commit} is synced to durable
 * memory; seqs of a conversation are dense and rising; (sender, client id) is unique for ever; marks only grow.
 *
 * @module
 */
import type { IdReusedError, StoreUnavailableError } from "./errors.ts";
import type { ConversationRef, ConversationView, Marks, Message, MessageKind, UserId } from "./model.ts";

/** A message to store. */
export interface MessageDraft {
  readonly conversation: ConversationRef;
  readonly senderId: UserId;
  readonly clientId: string | null;
  /** The id it gets when it is new. */
  readonly messageId: string;
  readonly kind: MessageKind;
  readonly content: string;
  readonly createdAt: number;
}

/** Where a mark goes: to a seq, to the message with this id, or to the newest. Clamped to the last seq. */
export type UpTo = { readonly seq: number } | { readonly messageId: string } | "newest";

/** A mark to move. Reading implies delivery. */
export interface MarkDraft {
  readonly conversation: ConversationRef;
  readonly userId: UserId;
  readonly delivered?: UpTo;
  readonly read?: UpTo;
  /** A private read: others are not told. */
  readonly private?: boolean;
  readonly at: number;
}

/** All writes that share one commit: drafts first, in order, then marks. */
export interface Batch {
  readonly drafts: readonly MessageDraft[];
  readonly marks: readonly MarkDraft[];
}

/** What became of a draft: stored now (`created`), stored before, or refused on its own. */
export type Appended =
  | { readonly message: Message; readonly created: boolean }
  | { readonly error: IdReusedError | StoreUnavailableError };

/** What became of a mark: how far the member is after the whole batch, and what this mark had to do with it. */
export interface Marked extends Marks {
  readonly unread: number;
  /** Whether this mark moved anything. */
  readonly moved: boolean;
  /** Whether this mark moved something that others may know: `deliveredSeq` or `shownReadSeq`. */
  readonly shown: boolean;
}

/** Results in the order of the batch. */
export interface Outcome {
  readonly appended: readonly Appended[];
  /** `null` where the conversation, or the message named, does not exist. */
  readonly marked: readonly (Marked | null)[];
}

/** Some messages of one sender in one conversation, to be emptied. */
export interface EmptyQuery {
  readonly conversation: ConversationRef;
  readonly senderId: UserId;
  /** Only messages above. */
  readonly afterSeq: number;
  /** How many messages to look at, whoever sent them: what one step may take. */
  readonly limit: number;
  readonly at: number;
}

/** How far a step of emptying came. */
export interface Emptied {
  /** Up to where there is nothing left to empty. */
  readonly seq: number;
  /** How many messages were emptied. */
  readonly count: number;
  /** Whether that is the end of the conversation. */
  readonly isLast: boolean;
}

/** A stretch of a conversation. Without a bound: the newest. Never both bounds. */
export interface MessageQuery {
  readonly beforeSeq?: number;
  readonly afterSeq?: number;
  readonly limit: number;
  /**
   * Cap on the messages' size in UTF-8 bytes, estimated upwards with the JSON they will be sent as; at least one
   * message is answered.
   */
  readonly maxBytes: number;
}

/** Messages in rising seq; `hasMore` speaks of the direction asked for. */
export interface MessagePage {
  readonly messages: readonly Message[];
  readonly hasMore: boolean;
}

/** One page of a user's conversations, newest activity first. */
export interface ConversationPage {
  readonly conversations: readonly ConversationView[];
  /** Opaque; the next page begins after it. Null at the end. */
  readonly next: string | null;
}

/** What a client asks of `sync`. */
export interface SyncQuery {
  /** The highest change the client has, by conversation id. */
  readonly have: ReadonlyMap<string, number>;
  /** Only conversations changed at or after this time, ms; absent: all. */
  readonly since?: number;
  /** `next` of the page before. */
  readonly page?: string;
  readonly limit: number;
  /** Cap on the answer's size, as {@link MessageQuery.maxBytes}; at least one conversation is answered. */
  readonly maxBytes: number;
  /** The time of the question: what the client hands back as `since` once it has the last page. */
  readonly now: number;
}

/** One page of an answer to `sync`. */
export interface SyncPage {
  readonly conversations: readonly ConversationView[];
  readonly messages: ReadonlyMap<string, readonly Message[]>;
  /** Conversations of which only the newest messages are here. */
  readonly limited: readonly string[];
  /**
   * Conversations whose cache is to be dropped: the client has more than the store (all of these on the first page),
   * or more of the messages it has were changed than a page brings.
   */
  readonly reset: readonly string[];
  /** Conversations the client has and is no member of; all of them on the first page. */
  readonly gone: readonly string[];
  readonly next: string | null;
  /** `now` of the first page's query. */
  readonly now: number;
}

/** Conversations, members and messages. Every method throws {@link StoreUnavailableError} when it cannot answer. */
export interface MessageStore {
  /**
   * Writes everything in one synced commit. When it throws, nothing was acknowledged: what it may have written
   * nonetheless is found by its repeats. One call at a time, unless {@link MessageStore.commitsAtOnce} says more.
   */
  commit(batch: Batch): Promise<Outcome>;
  /** How many commits may be under way, which are then written in the order in which they were asked for. */
  readonly commitsAtOnce?: number;
  /** What became of an earlier draft with the same sender and client id, storing nothing; null: there is none. */
  repeatOf(draft: MessageDraft): Promise<Appended | null>;
  list(conversation: ConversationRef, query: MessageQuery): Promise<MessagePage>;
  /** Throws `InvalidCursorError` when `before` is no `next` of a page. */
  conversations(
    userId: UserId,
    query: { readonly before?: string; readonly limit: number },
  ): Promise<ConversationPage>;
  /** Throws `InvalidCursorError` when `page` is no `next` of a page. */
  sync(userId: UserId, query: SyncQuery): Promise<SyncPage>;
  /** Everybody with whom `userId` has a conversation, newest activity first; at most `limit`. */
  contacts(userId: UserId, limit: number): Promise<readonly UserId[]>;
  /** Everybody who is a member of something, in rising order, above `afterId`. */
  memberIds(afterId: UserId, limit: number): Promise<readonly UserId[]>;
  /**
   * Removes up to `limit` messages created before `cutoff`, oldest first, raising `firstSeq`; the newest of a
   * conversation stays. Answers how many went; fewer than `limit`: done.
   */
  removeBefore(cutoff: number, limit: number): Promise<number>;
  /** The conversations of a user in a steady order, behind the one with the id `after` (empty: from the first). */
  conversationsOf(userId: UserId, after: string, limit: number): Promise<readonly ConversationRef[]>;
  /**
   * Empties the next messages of a sender, in one commit: content, client id and what repeats are known by go;
   * {@link Message.deletedAt} says when. Each gets a change of its own above all others, in rising seq, so that `sync`
   * brings it. Marks, counts and the conversation's place in lists stay. At its end the conversation counts as changed
   * at that time, whatever was in it.
   */
  emptyMessages(query: EmptyQuery): Promise<Emptied>;
}
