/**
 * Erasing accounts: what they say of a person, and the text of everything the person wrote.
 *
 * Others keep their side of each conversation, with a stone where a message was. It goes in small steps, so that people
 * chat meanwhile, and can be cut short anywhere: what was begun is taken up again by {@link Erasing.sweep}.
 *
 * @module
 */
import { getLogger } from "@logtape/logtape";
import type { Clock } from "../../db/clock.ts";
import type { ConversationRef, UserId } from "../../db/model.ts";
import type { ServingStore } from "../../db/store.ts";
import { ChatError, type ErasureNews } from "../../realtime/mod.ts";
import { asked, hasOtherOwner, isActiveOwner } from "./people.ts";

const log = getLogger(["chat", "accounts"]);

/** Messages looked at in one step: a few ms, which is all that anybody waits for. */
const STEP = 200;
/** Between two steps, so that the store belongs to those who write, in ms. */
const PAUSE_MS = 10;
/** Conversations and erasures asked for at once. */
const PAGE = 200;
/**
 * After this long all is gone through once more, in ms: a message or a sign-in may have been under way, and an instance
 * that heard nothing of it closes the person's sockets within 30 s.
 */
export const AGAIN_AFTER_MS = 60_000;

/** What erasing needs. */
export interface ErasingDeps {
  readonly store: Pick<ServingStore, "users" | "sessions" | "messages" | "erasures">;
  /** Tells others; null: nobody else has the store open, so there is nobody to tell. */
  readonly news: Pick<ErasureNews, "accountGone" | "conversationChanged"> | null;
  readonly clock: Clock;
}

/** How an erasure is followed and stopped. */
export interface ErasingOptions {
  /** Told after each conversation how many messages were emptied and conversations gone through so far. */
  readonly progress?: (messages: number, conversations: number) => void;
  /** Ends it between two steps; what was begun stays begun. */
  readonly signal?: AbortSignal;
}

/** What an erasure came to. */
export interface Erased {
  readonly messages: number;
  readonly conversations: number;
}

/** Accounts that are to be erased, and are. */
export class Erasing {
  readonly #deps: ErasingDeps;

  constructor(deps: ErasingDeps) {
    this.#deps = deps;
  }

  /**
   * Notes that an account is to be erased at a time, until when {@link keep} takes it back. Throws `no_such_user`,
   * `last_owner` for the only owner there is.
   */
  async schedule(userId: UserId, dueAt: number): Promise<void> {
    await this.#requireErasable(userId);
    if (!await this.#deps.store.erasures.schedule(userId, dueAt)) throw new ChatError("no_such_user");
  }

  /** Takes back what was scheduled. Throws `no_such_user`; answers whether there was something to take back. */
  async keep(userId: UserId): Promise<boolean> {
    const { erasures } = this.#deps.store;
    const asked = await erasures.find(userId);
    if (!await erasures.schedule(userId, null)) throw new ChatError("no_such_user");
    return asked !== null;
  }

  /** Erases an account now. Throws as {@link schedule} does. */
  async erase(userId: UserId, options: ErasingOptions = {}): Promise<Erased> {
    await this.#requireErasable(userId);
    return await this.#begin(userId, options);
  }

  /** Erases whatever is due, and goes on with what was begun. Answers how many accounts are over with. */
  async sweep(options: ErasingOptions = {}): Promise<number> {
    const { store: { erasures }, clock } = this.#deps;
    let over = 0;
    for (let afterId = 0;;) {
      const due = await erasures.due(clock.now(), { afterId, limit: PAGE });
      for (const { userId, begun } of due) {
        if (options.signal?.aborted === true) return over;
        if (begun) {
          await this.#empty(userId, options, { isFirst: false });
          over++;
        } else await this.#beginDue(userId, options);
        afterId = userId;
      }
      if (due.length < PAGE) return over;
    }
  }

  async #beginDue(userId: UserId, options: ErasingOptions): Promise<void> {
    try {
      await this.#requireErasable(userId);
      await this.#begin(userId, options);
    } catch (error) {
      if (!(error instanceof ChatError)) throw error;
      log.warn("The account {userId} is due to be erased and is not: {reason}", {
        userId,
        reason: error.code,
      });
    }
  }

  async #begin(userId: UserId, options: ErasingOptions): Promise<Erased> {
    const { store: { erasures }, clock, news } = this.#deps;
    const now = clock.now();
    // Due at once until the first round is over: whoever stops in between goes on at the next start.
    if (!await asked(erasures.begin(userId, { now, againAt: now }))) throw new ChatError("no_such_user");
    news?.accountGone(userId);
    return await this.#empty(userId, options, { isFirst: true });
  }

  /** One round through everything that may be left of a person. */
  async #empty(
    userId: UserId,
    options: ErasingOptions,
    { isFirst }: { readonly isFirst: boolean },
  ): Promise<Erased> {
    const { store: { sessions, erasures }, clock, news } = this.#deps;
    await sessions.end(userId, { exceptId: null });
    let [messages, conversations] = [0, 0];
    for await (const conversation of this.#conversationsOf(userId)) {
      const count = await this.#emptyConversation(userId, conversation, options);
      if (count === null) return { messages, conversations };
      // The first time also where there was nothing: whom it was with is another now.
      if (isFirst || count > 0) news?.conversationChanged(conversation, userId);
      messages += count;
      conversations++;
      options.progress?.(messages, conversations);
    }
    await erasures.scrub();
    // Where nobody else is there, nothing can have been under way.
    await erasures.again(userId, isFirst && news !== null ? clock.now() + AGAIN_AFTER_MS : null);
    return { messages, conversations };
  }

  async *#conversationsOf(userId: UserId): AsyncGenerator<ConversationRef> {
    for (let after = "";;) {
      const page = await this.#deps.store.messages.conversationsOf(userId, after, PAGE);
      yield* page;
      const last = page.at(-1);
      if (last === undefined || page.length < PAGE) return;
      after = last.id;
    }
  }

  /** How many messages were emptied; null: it was told to stop. */
  async #emptyConversation(
    senderId: UserId,
    conversation: ConversationRef,
    { signal }: ErasingOptions,
  ): Promise<number | null> {
    const { store: { messages }, clock } = this.#deps;
    let count = 0;
    for (let afterSeq = 0;;) {
      if (signal?.aborted === true) return null;
      const step = await messages.emptyMessages({
        conversation,
        senderId,
        afterSeq,
        limit: STEP,
        at: clock.now(),
      });
      count += step.count;
      if (step.isLast) return count;
      afterSeq = step.seq;
      await new Promise<void>((resolve) => void clock.after(PAUSE_MS, resolve));
    }
  }

  async #requireErasable(userId: UserId): Promise<void> {
    const { users } = this.#deps.store;
    const account = await users.find({ id: userId });
    if (account === null) throw new ChatError("no_such_user");
    if (isActiveOwner(account) && !await hasOtherOwner(users, userId)) throw new ChatError("last_owner");
  }
}
