/**
 * Fills one page of an answer to `sync`: which messages go in, what is cut, and where the next page begins.
 *
 * The rules of the contract in one place, for every backend; reading is left to the caller.
 *
 * @module
 */
import type { SyncPage, SyncQuery } from "./messages.ts";
import type { ConversationView, Message } from "./model.ts";
import { idWeight, messageWeight, viewWeight } from "./weight.ts";

/** Conversations new to the client that bring messages; the others bring only their last one. */
const FRESH_WITH_MESSAGES = 20;
/** Braces, keys, times and the cursor. */
const ENVELOPE_BYTES = 1_024;

/** Messages to read for a conversation: the newest `limit` of those with a change above `above`, newest first. */
export interface Wanted {
  readonly above: number;
  /** All that are new to the client have a higher seq, as no message takes more than one change when it comes. */
  readonly aboveSeq: number;
  /** Of those that were emptied only what has a change above: the others are among {@link WantedChanged}. */
  readonly emptiedAbove: number;
  readonly limit: number;
}

/** Messages that were emptied with a change above `above`, the lowest first. */
export interface WantedChanged {
  readonly above: number;
  /** One more than a page takes. */
  readonly limit: number;
}

/** One page in the making. */
export class SyncPageBuilder {
  readonly #query: SyncQuery;
  readonly #conversations: ConversationView[] = [];
  readonly #messages = new Map<string, readonly Message[]>();
  readonly #limited: string[] = [];
  /** Conversations of which the client is to drop what it has, and those of them that are on this page. */
  readonly #dropped = new Set<string>();
  readonly #reset: string[] = [];
  #bytes = ENVELOPE_BYTES;
  #fresh: number;

  constructor(query: SyncQuery, fresh: number, ids: readonly string[]) {
    this.#query = query;
    this.#fresh = fresh;
    for (const id of ids) this.#bytes += idWeight(id);
  }

  /** Conversations so far of which the client had nothing, on this page and those before. */
  get fresh(): number {
    return this.#fresh;
  }

  /** What to read for a conversation; null: nothing. */
  wants(view: ConversationView): Wanted | null {
    const { limit } = this.#query;
    const have = this.#have(view);
    if (have === null) {
      return this.#fresh < FRESH_WITH_MESSAGES ? { above: 0, aboveSeq: 0, emptiedAbove: 0, limit } : null;
    }
    const { lastSeq, lastChange } = view;
    if (have >= lastChange) return null;
    return { above: have, aboveSeq: lastSeq - (lastChange - have), emptiedAbove: lastChange, limit };
  }

  /** What to read beside it, and to {@link note}; null: nothing the client has was changed. */
  wantsChanged(view: ConversationView): WantedChanged | null {
    const have = this.#have(view);
    if (have === null || have >= view.lastChange || view.lastChange === view.lastSeq) return null;
    return { above: have, limit: this.#query.limit + 1 };
  }

  /**
   * Takes note of how many messages {@link wantsChanged} came to. Where those are more than a page brings, the client
   * drops what it has, and gets the conversation as one that is new to it.
   */
  note(view: ConversationView, changed: readonly Message[]): void {
    if (changed.length > this.#query.limit) this.#dropped.add(view.conversation.id);
  }

  /**
   * Adds a conversation with the messages {@link wants} asked for (newest first, read one by one and no further
   * than needed) and the changed ones, as they were noted. False: it does not fit and belongs on the next page. The
   * first always fits; what is too much of it is cut.
   */
  add(
    view: ConversationView,
    newestFirst: Iterable<Message>,
    changed: readonly Message[] = [],
  ): boolean {
    const wanted = this.wants(view);
    const have = this.#have(view);
    const id = view.conversation.id;
    const first = this.#conversations.length === 0;
    const isDropped = this.#dropped.has(id);
    const kept = isDropped ? [] : changed;
    let bytes = this.#bytes + viewWeight(view) + (isDropped ? 3 : 2) * idWeight(id);
    for (const message of kept) bytes += messageWeight(message);
    if (!first && bytes > this.#query.maxBytes) return false;
    const messages: Message[] = [];
    let limited = wanted === null && have === null && view.lastSeq > 0;
    for (const message of wanted === null ? [] : newestFirst) {
      const weight = messageWeight(message);
      const tooMuch = bytes + weight > this.#query.maxBytes;
      if (tooMuch && !first) return false;
      limited = tooMuch || messages.length === wanted?.limit;
      if (limited) break;
      bytes += weight;
      messages.push(message);
    }
    this.#bytes = bytes;
    if (have === null) this.#fresh++;
    this.#conversations.push(view);
    const found = merged(kept, messages.reverse());
    if (found.length > 0) this.#messages.set(id, found);
    if (isDropped) this.#reset.push(id);
    if (limited) this.#limited.push(id);
    return true;
  }

  /** The page. */
  finish(
    rest: Pick<SyncPage, "reset" | "gone" | "next" | "now">,
  ): SyncPage {
    return {
      conversations: this.#conversations,
      messages: this.#messages,
      limited: this.#limited,
      ...rest,
      reset: [...rest.reset, ...this.#reset],
    };
  }

  /** The change the client has; null when it has nothing, or more than there is and drops it. */
  #have(view: ConversationView): number | null {
    const { id } = view.conversation;
    const have = this.#query.have.get(id);
    return have === undefined || have > view.lastChange || this.#dropped.has(id) ? null : have;
  }
}

/** In rising seq. */
function merged(changed: readonly Message[], others: readonly Message[]): readonly Message[] {
  if (changed.length === 0) return others;
  return [...changed, ...others].sort((one, other) => one.seq - other.seq);
}
