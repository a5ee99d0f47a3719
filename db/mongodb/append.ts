/**
 * Appending the drafts of a batch. There are no transactions: each step leaves what every reader understands.
 *
 * 1. Repeats of (sender, client id) are taken out, so that they get no number.
 * 2. Conversations that are new are made. Every conversation's `head` is raised to the highest seq it may get, and its
 *    `changedAt` to the time of it: from here on readers look for messages that nobody has noted yet.
 * 3. Messages are numbered from the newest that is stored, and inserted in order.
 * 4. Where a unique index objects, what is stored of the rest is read back, and the others are numbered anew.
 *
 * @module
 */
import type { Clock } from "../clock.ts";
import { IdReusedError, StoreUnavailableError } from "../errors.ts";
import type { Appended, MessageDraft } from "../messages.ts";
import type { ConversationRef } from "../model.ts";
import { bodyHash, sameBytes } from "../body_hash.ts";
import type { MongoConnection } from "./connection.ts";
import {
  clientKey,
  lastChangeOf,
  type MessageDocument,
  messageDocument,
  type Tail,
  toMessage,
} from "./documents.ts";
import { Heads } from "./heads.ts";
import { insertMessages } from "./insert.ts";
import { highestChanges, tailsOf } from "./newest.ts";
import type { Tails } from "./tails.ts";

/** Rounds that may come to nothing, because others append to the same conversation: of those, about one in three. */
const MAX_LOST_ROUNDS = 10;
/** How much further a head is raised after a lost round: what others append meanwhile should not raise it again. */
const ROOM = 16;
/** The longest pause before the next round, in ms: whoever lost should not lose again to the same. */
const MAX_PAUSE_MS = 10;
/** How long one batch may take, in ms. */
const MAX_MS = 15_000;

/** What appending needs. */
export interface AppendContext {
  readonly connection: MongoConnection;
  readonly clock: Clock;
  /** From 0 to 1. */
  readonly random: () => number;
  /** What is remembered; null where others append too. */
  readonly remembered: Tails | null;
}

/** A draft that has no answer yet, and its place in the batch. */
interface Pending {
  readonly at: number;
  readonly draft: MessageDraft;
  readonly key: string | null;
}

/** The drafts of one batch, on their way in. */
export class Appending {
  readonly #context: AppendContext;
  readonly #answers = new Map<number, Appended>();
  /** The end of each conversation, as it is stored or about to be. */
  readonly #tails = new Map<string, Tail>();
  readonly #heads: Heads;
  /** Where others were seen to append. */
  readonly #contested = new Set<string>();
  readonly #end: number;

  constructor(context: AppendContext) {
    this.#context = context;
    this.#heads = new Heads(context.connection);
    this.#end = context.clock.now() + MAX_MS;
  }

  /** The ends of the conversations whose heads were raised, as far as they are certain. */
  get tails(): ReadonlyMap<string, Tail> {
    return new Map([...this.#tails].filter(([id]) => this.#heads.of(id) > 0));
  }

  /** Stores the drafts. Throws the driver's errors, and {@link StoreUnavailableError} when it takes too long. */
  async run(drafts: readonly MessageDraft[]): Promise<readonly Appended[]> {
    let pending = drafts.map((draft, at): Pending => ({
      at,
      draft,
      key: draft.clientId === null ? null : clientKey(draft.senderId, draft.clientId),
    }));
    pending = await this.#takeRepeats(pending);
    await this.#learn(pending.map(({ draft }) => draft.conversation));
    let lost = 0;
    for (let round = 0; pending.length > 0; round++) {
      const before = pending.length;
      const numbered = this.#number(pending);
      await this.#raise(numbered);
      await this.#insert(numbered, round > 0);
      pending = await this.#takeStored(this.#unanswered(pending));
      if (pending.length === 0) break;
      if (pending.length === before) await this.#pause(++lost);
      if (lost === MAX_LOST_ROUNDS) this.#giveUp(pending);
      else await this.#learnAgain(pending);
      pending = this.#unanswered(pending);
    }
    return drafts.map((_, at) => this.#answerOf(at));
  }

  /** Answers those whose client id is stored already. */
  async #takeRepeats(pending: readonly Pending[]): Promise<Pending[]> {
    const keys = keysOf(pending);
    if (keys.length === 0) return [...pending];
    const found = await this.#context.connection.messages.find({ clientKey: { $in: keys } }).toArray();
    const byKey = new Map(found.map((document) => [document.clientKey, document]));
    for (const { at, draft, key } of pending) {
      const stored = key === null ? undefined : byKey.get(key);
      if (stored !== undefined) this.#answers.set(at, repeatOf(draft, stored));
    }
    return this.#unanswered(pending);
  }

  /** After an objection: answers what is stored, by this batch or by others, and what can never be. */
  async #takeStored(pending: readonly Pending[]): Promise<Pending[]> {
    if (pending.length === 0) return [];
    const ids = pending.map(({ draft }) => draft.messageId);
    const found = await this.#context.connection.messages.find({ _id: { $in: ids } }).toArray();
    const byId = new Map(found.map((document) => [document._id, document]));
    for (const { at, draft, key } of pending) {
      const stored = byId.get(draft.messageId);
      if (stored === undefined) continue;
      this.#answers.set(at, isSame(draft, key, stored) ? createdAs(draft, stored) : refused());
    }
    return await this.#takeRepeats(this.#unanswered(pending));
  }

  /** Finds out which conversations there are, and where they end. */
  async #learn(all: readonly ConversationRef[]): Promise<void> {
    const { connection, remembered } = this.#context;
    const unknown = new Map<string, ConversationRef>();
    for (const conversation of all) {
      const tail = remembered?.get(conversation.id);
      if (tail === undefined) unknown.set(conversation.id, conversation);
      else {
        this.#heads.know(conversation.id);
        this.#tails.set(conversation.id, tail);
      }
    }
    if (unknown.size === 0) return;
    const found = await connection.conversations.find({ _id: { $in: [...unknown.keys()] } })
      .project<{ _id: string; lastSeq: number; changed?: number }>({ lastSeq: 1, changed: 1 }).toArray();
    const hints = new Map(found.map(({ _id, lastSeq }) => [_id, lastSeq]));
    for (const id of hints.keys()) this.#heads.know(id);
    const tails = await tailsOf(connection.messages, hints);
    for (const document of found) {
      const tail = tails.get(document._id);
      if (tail === undefined) continue;
      // What is being changed at this moment is not noted yet: the index objects, and it is looked for then.
      this.#tails.set(document._id, { ...tail, change: lastChangeOf(document, tail) });
    }
  }

  /**
   * Others append as well, or did before: asks where conversations end of which that is in doubt. Heads are raised
   * before, once and with room, so that the next thing is the insert: less is in between, so less comes in between.
   */
  async #learnAgain(pending: readonly Pending[]): Promise<void> {
    const doubtful = Map.groupBy(pending, ({ draft }) => draft.conversation.id);
    for (const id of this.#tails.keys()) doubtful.delete(id);
    const ids = [...doubtful.keys()].filter((id) => this.#heads.of(id) > 0);
    await this.#heads.raise(
      ids.filter((id) => !this.#contested.has(id)).map((id) => {
        const drafts = (doubtful.get(id) ?? []).map(({ draft }) => draft);
        const createdAt = Math.max(...drafts.map((draft) => draft.createdAt));
        return { id, head: this.#heads.of(id) + drafts.length + ROOM, createdAt };
      }),
    );
    for (const id of ids) this.#contested.add(id);
    const { messages, conversations } = this.#context.connection;
    const [tails, changes] = await Promise.all([
      tailsOf(messages, new Map(ids.map((id) => [id, 0]))),
      highestChanges({ messages, conversations }, ids),
    ]);
    for (const [id, tail] of tails) {
      this.#tails.set(id, { ...tail, change: Math.max(tail.change, changes.get(id) ?? 0) });
    }
  }

  async #pause(lost: number): Promise<void> {
    const { clock, random } = this.#context;
    if (clock.now() > this.#end) {
      throw new StoreUnavailableError(`Cannot write to MongoDB: not done within ${MAX_MS} ms`);
    }
    await new Promise<void>((resolve) => void clock.after(lost * random() * MAX_PAUSE_MS, resolve));
  }

  /** Numbers what can go in together: of drafts with the same ids only the first. */
  #number(pending: readonly Pending[]): readonly Numbered[] {
    const seen = new Set<string>();
    const numbered: Numbered[] = [];
    for (const one of pending) {
      const { draft, key } = one;
      const names = key === null ? [draft.messageId] : [draft.messageId, `key ${key}`];
      if (names.some((name) => seen.has(name))) continue;
      for (const name of names) seen.add(name);
      const document = messageDocument(draft, this.#tails.get(draft.conversation.id));
      this.#tails.set(document.conversation, document);
      numbered.push({ ...one, document });
    }
    return numbered;
  }

  /** Makes the conversations that are new, and has readers of all of them look for what is about to come. */
  async #raise(numbered: readonly Numbered[]): Promise<void> {
    const last = new Map(numbered.map((one) => [one.document.conversation, one]));
    const fresh = [...last.values()].filter(({ document }) => !this.#heads.knows(document.conversation));
    if (fresh.length > 0) await this.#heads.create(fresh.map(({ draft }) => draft.conversation));
    const raises = [...last.values()].map(({ document: { conversation, seq, createdAt } }) => ({
      id: conversation,
      head: seq,
      createdAt,
    }));
    // Times need no look: what is later than this batch's own was there before, and raised by whoever put it there.
    await this.#heads.raise(raises.filter(({ id, head }) => head > this.#heads.of(id)));
  }

  async #insert(numbered: readonly Numbered[], apart: boolean): Promise<void> {
    const documents = numbered.map(({ document }) => document);
    const inserted = await insertMessages(this.#context.connection.messages, documents, { apart });
    const [stored, unfit] = [new Set(inserted.stored), new Set(inserted.refused)];
    for (const { at, draft, document } of numbered) {
      if (stored.has(document)) this.#answers.set(at, createdAs(draft, document));
      else if (unfit.has(document)) this.#answers.set(at, refused());
      if (!stored.has(document)) this.#doubt(document.conversation);
    }
  }

  /** What was numbered is not stored: where the conversation ends must be asked for. */
  #doubt(conversation: string): void {
    this.#tails.delete(conversation);
    this.#context.remembered?.clear();
  }

  #giveUp(pending: readonly Pending[]): void {
    const error = new StoreUnavailableError("Cannot store the message: too many write to the conversation");
    for (const { at } of pending) this.#answers.set(at, { error });
  }

  #unanswered(pending: readonly Pending[]): Pending[] {
    return pending.filter(({ at }) => !this.#answers.has(at));
  }

  #answerOf(at: number): Appended {
    const answer = this.#answers.get(at);
    if (answer === undefined) throw new Error("Cannot answer a draft: nothing became of it");
    return answer;
  }
}

/** A draft with the document it is to become. */
interface Numbered extends Pending {
  readonly document: MessageDocument;
}

/** What a draft is answered whose client id is stored. */
export function repeatOf(draft: MessageDraft, stored: MessageDocument): Appended {
  // The hash covers the conversation, so where it is the same the conversation is the draft's.
  if (!sameBytes(stored.bodyHash, bodyHash(draft.conversation, draft.content))) {
    return { error: new IdReusedError(draft.clientId ?? "") };
  }
  return { message: toMessage(draft.conversation, stored), created: false };
}

function createdAs(draft: MessageDraft, document: MessageDocument): Appended {
  return { message: toMessage(draft.conversation, document), created: true };
}

function refused(): Appended {
  return { error: new StoreUnavailableError("Cannot store the message: refused") };
}

/** Whether a stored message is what became of the draft. */
function isSame(draft: MessageDraft, key: string | null, stored: MessageDocument): boolean {
  return stored.senderId === draft.senderId && (stored.clientKey ?? null) === key &&
    sameBytes(stored.bodyHash, bodyHash(draft.conversation, draft.content));
}

function keysOf(pending: readonly Pending[]): readonly string[] {
  return pending.map(({ key }) => key).filter((key) => key !== null);
}
