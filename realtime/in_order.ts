/**
 * Messages of a conversation, in rising seq and each once, whatever the bus did to their hints: what skips a seq
 * waits a moment for those between, which are then read from the store.
 *
 * What was stored before a user was followed here is not looked for: their devices ask for it by `sync`.
 *
 * @module
 */
import { getLogger } from "@logtape/logtape";
import type { Clock, Timer } from "../db/clock.ts";
import type { MessageStore } from "../db/messages.ts";
import type { ConversationView, Message, UserId } from "../db/model.ts";
import type { MessageEvent } from "./events.ts";
import { noteSeq } from "./known_seqs.ts";
import { MAX_ANSWER_BYTES, MAX_PAGE } from "./limits.ts";

const log = getLogger(["chat", "realtime"]);

/** How long a hint that skips a seq waits for those between, in ms; most are late by less. */
const HOLD_MS = 200;
/** Hints of one conversation, and of all, that are kept while they wait; the store has the rest. */
const MAX_HELD = 32;
const MAX_HELD_IN_ALL = 2_000;
/** Messages that are read to fill one gap; where more are missing, devices are asked to sync. */
const MAX_FILLED = 300;
/** Reads without success before what is held goes out with the gap, and devices are asked to sync. */
const MAX_TRIES = 5;
/** Messages looked at before the first hint of a conversation; as many again while all of them are new. */
const LOOK_BACK = 20;
/** Clocks of instances differ, and a commit takes its time: what is older by this much was stored before, in ms. */
const MARGIN_MS = 5_000;

/** Hands a message to a user's connections; `event` is null where it was read from the store. */
type Push = (userId: UserId, message: Message, event: MessageEvent | null) => void;

interface InOrderDeps {
  readonly messages: Pick<MessageStore, "list">;
  readonly clock: Clock;
  /** Whether hints may be lost, so that even the first of a conversation may have missed one before it. */
  readonly mayLose: boolean;
  readonly push: Push;
  /** Told that a gap could not be filled here. */
  readonly onGap: (userId: UserId) => void;
}

/** What is known of a user whose messages come here. */
interface Followed {
  readonly since: number;
  /** Of a conversation in which nothing was pushed yet, what is older than this was not missed here. */
  lookBackTo: number;
  /** The highest seq pushed here, by conversation; null until there is one, as most sockets are idle. */
  pushed: Map<string, number> | null;
  waiting: Map<string, Gap> | null;
}

/** A conversation of a user in which something is missing, or may be. */
interface Gap {
  readonly userId: UserId;
  readonly followed: Followed;
  readonly conversation: Message["conversation"];
  readonly held: Map<number, MessageEvent>;
  /** The highest seq pushed, or known to be older than the following; null: not known yet. */
  last: number | null;
  /** The highest seq heard of. */
  upTo: number;
  /** Runs while late hints are waited for; null while the store is read. */
  timer: Timer | null;
  tries: number;
}

/** The order of messages for the users who are followed here. */
export class InOrder implements Disposable {
  readonly #deps: InOrderDeps;
  readonly #users = new Map<UserId, Followed>();
  #heldInAll = 0;

  constructor(deps: InOrderDeps) {
    this.#deps = deps;
  }

  /** Messages for the user may come from now on. */
  begin(userId: UserId): void {
    const since = this.#deps.clock.now();
    this.#users.set(userId, { since, lookBackTo: since - MARGIN_MS, pushed: null, waiting: null });
  }

  /** Forgets everything about the user. */
  end(userId: UserId): void {
    const followed = this.#users.get(userId);
    this.#users.delete(userId);
    for (const gap of followed?.waiting?.values() ?? []) this.#stop(gap);
  }

  /** Takes a hint: pushes it, holds it, or drops what was pushed before. */
  take(userId: UserId, event: MessageEvent): void {
    const followed = this.#users.get(userId);
    if (followed === undefined) return;
    const { seq, conversation } = event.message;
    const gap = followed.waiting?.get(conversation.id);
    if (gap !== undefined) return this.#join(gap, event);
    const last = followed.pushed?.get(conversation.id) ?? null;
    if (last !== null && seq <= last) return;
    const isNext = last === null ? seq === 1 || !this.#deps.mayLose : seq === last + 1;
    if (!isNext) return this.#open(userId, followed, { event, last });
    this.#note(followed, conversation.id, seq);
    this.#deps.push(userId, event.message, event);
  }

  /**
   * Notes that the only device of a user here was answered by `sync`: what is pushed begins behind that. Where
   * nothing is new, nothing is noted: looking back finds nothing there either.
   */
  synced(userId: UserId, views: readonly ConversationView[]): void {
    const followed = this.#users.get(userId);
    if (followed === undefined || !this.#deps.mayLose) return;
    for (const { conversation, updatedAt, lastSeq } of views) {
      if (updatedAt < followed.lookBackTo || followed.waiting?.has(conversation.id)) continue;
      if (followed.pushed?.has(conversation.id) !== true) {
        this.#note(followed, conversation.id, lastSeq);
      }
    }
  }

  [Symbol.dispose](): void {
    for (const userId of [...this.#users.keys()]) this.end(userId);
  }

  #open(
    userId: UserId,
    followed: Followed,
    { event, last }: { readonly event: MessageEvent; readonly last: number | null },
  ): void {
    const { conversation, seq } = event.message;
    const base = { userId, followed, conversation, held: new Map(), timer: null, tries: 0 };
    const gap: Gap = { ...base, last, upTo: seq };
    (followed.waiting ??= new Map()).set(conversation.id, gap);
    this.#hold(gap, event);
    if (last === null) void this.#lookBack(gap, seq);
    else this.#wait(gap, HOLD_MS);
  }

  #join(gap: Gap, event: MessageEvent): void {
    if (event.message.seq <= (gap.last ?? 0)) return;
    gap.upTo = Math.max(gap.upTo, event.message.seq);
    this.#hold(gap, event);
    // While the store is read, what it answers goes first.
    if (gap.timer !== null) this.#flush(gap);
  }

  #hold(gap: Gap, event: MessageEvent): void {
    if (gap.held.has(event.message.seq)) return;
    if (gap.held.size >= MAX_HELD || this.#heldInAll >= MAX_HELD_IN_ALL) return;
    gap.held.set(event.message.seq, event);
    this.#heldInAll++;
  }

  #wait(gap: Gap, ms: number): void {
    gap.timer = this.#deps.clock.after(ms, () => {
      gap.timer = null;
      void this.#fill(gap);
    });
  }

  /** Pushes what follows without a gap; answers whether nothing is missing any more, and then it is over. */
  #flush(gap: Gap): boolean {
    for (;;) {
      const next = gap.held.get((gap.last ?? 0) + 1);
      if (next === undefined) break;
      this.#push(gap, next.message);
    }
    if ((gap.last ?? 0) < gap.upTo) return false;
    this.#stop(gap);
    return true;
  }

  /** Pushes a message, as its hint told it where there was one. */
  #push(gap: Gap, message: Message): void {
    const event = gap.held.get(message.seq) ?? null;
    if (gap.held.delete(message.seq)) this.#heldInAll--;
    this.#advance(gap, message.seq);
    this.#deps.push(gap.userId, message, event);
  }

  #advance(gap: Gap, seq: number): void {
    gap.last = seq;
    this.#note(gap.followed, gap.conversation.id, seq);
  }

  #stop(gap: Gap): void {
    gap.timer?.cancel();
    this.#heldInAll -= gap.held.size;
    gap.held.clear();
    const { followed } = gap;
    if (followed.waiting?.get(gap.conversation.id) === gap) followed.waiting.delete(gap.conversation.id);
    if (followed.waiting?.size === 0) followed.waiting = null;
  }

  /** Nothing of this conversation was pushed yet: what came shortly before its first hint may have been lost. */
  async #lookBack(gap: Gap, seq: number): Promise<void> {
    const { fresh, isWhole } = await this.#freshBefore(gap, seq);
    if (!this.#isCurrent(gap)) return;
    this.#advance(gap, (fresh[0]?.seq ?? seq) - 1);
    for (const message of fresh) this.#push(gap, message);
    if (!this.#flush(gap) && this.#isCurrent(gap)) this.#wait(gap, HOLD_MS);
    if (!isWhole) this.#deps.onGap(gap.userId);
  }

  /** What came shortly before a message, oldest first; not whole where that is too much or cannot be read. */
  async #freshBefore(
    gap: Gap,
    seq: number,
  ): Promise<{ readonly fresh: readonly Message[]; readonly isWhole: boolean }> {
    let fresh: readonly Message[] = [];
    let isWhole = false;
    try {
      while (!isWhole && fresh.length < MAX_FILLED && this.#isCurrent(gap)) {
        const query = { beforeSeq: fresh[0]?.seq ?? seq, limit: LOOK_BACK, maxBytes: MAX_ANSWER_BYTES };
        const { messages, hasMore } = await this.#deps.messages.list(gap.conversation, query);
        const more = messages.filter((message) => message.createdAt >= gap.followed.lookBackTo);
        fresh = [...more, ...fresh];
        isWhole = !hasMore || more.length < messages.length;
      }
    } catch (error) {
      log.warn("What came before a message was not read: {error}", { error: String(error) });
    }
    return { fresh, isWhole };
  }

  /** Reads what is missing; what comes meanwhile is held. */
  async #fill(gap: Gap): Promise<void> {
    const asked = gap.upTo;
    try {
      for (let read = 0; read < MAX_FILLED && (gap.last ?? 0) < asked; read += MAX_PAGE) {
        const query = { afterSeq: gap.last ?? 0, limit: MAX_PAGE, maxBytes: MAX_ANSWER_BYTES };
        const { messages, hasMore } = await this.#deps.messages.list(gap.conversation, query);
        if (!this.#isCurrent(gap)) return;
        for (const message of messages) this.#pushRead(gap, message);
        if (!hasMore) break;
      }
    } catch (error) {
      log.warn("Missing messages were not read: {error}", { error: String(error) });
    }
    if (!this.#isCurrent(gap) || this.#flush(gap) || !this.#isCurrent(gap)) return;
    // What was heard of during the read is waited for like any other.
    gap.tries = (gap.last ?? 0) >= asked ? 0 : gap.tries + 1;
    if (gap.tries < MAX_TRIES) return this.#wait(gap, HOLD_MS * 2 ** gap.tries);
    this.#giveUp(gap);
  }

  #pushRead(gap: Gap, message: Message): void {
    if (message.seq <= (gap.last ?? 0)) return;
    if (gap.held.has(message.seq) || isAfter(message, gap.followed)) this.#push(gap, message);
    else this.#advance(gap, message.seq);
  }

  /** The store does not answer, or does not have what was heard of: that is for the devices to find. */
  #giveUp(gap: Gap): void {
    const held = [...gap.held.values()].sort((one, other) => one.message.seq - other.message.seq);
    for (const { message } of held) this.#push(gap, message);
    if ((gap.last ?? 0) < gap.upTo) this.#advance(gap, gap.upTo);
    this.#stop(gap);
    this.#deps.onGap(gap.userId);
  }

  #note(followed: Followed, conversationId: string, seq: number): void {
    const { pushed } = followed;
    const grown = (pushed?.size ?? 0) + (pushed?.has(conversationId) === true ? 0 : 1);
    followed.pushed = noteSeq(pushed, conversationId, seq);
    // One was forgotten: what was pushed in it must not be taken for missed.
    if (followed.pushed.size < grown) followed.lookBackTo = this.#deps.clock.now() - MARGIN_MS;
  }

  /** Whether anybody still waits: the user may have gone, or come again, during a read. */
  #isCurrent(gap: Gap): boolean {
    return this.#users.get(gap.userId) === gap.followed &&
      gap.followed.waiting?.get(gap.conversation.id) === gap;
  }
}

/** Whether a message may have been stored after its user was followed, so that its hint was for them. */
function isAfter(message: Message, followed: Followed): boolean {
  return message.createdAt >= followed.since - MARGIN_MS;
}
