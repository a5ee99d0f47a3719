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
  readonly limit: number;
}

/** One page in the making. */
export class SyncPageBuilder {
  readonly #query: SyncQuery;
  readonly #conversations: ConversationView[] = [];
  readonly #messages = new Map<string, readonly Message[]>();
  readonly #limited: string[] = [];
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
    const have = this.#have(view);
    if (have === null) {
      return this.#fresh < FRESH_WITH_MESSAGES ? { above: 0, limit: this.#query.limit } : null;
    }
    return have < view.lastChange ? { above: have, limit: this.#query.limit } : null;
  }

  /**
   * Adds a conversation with the messages {@link wants} asked for (newest first, read one by one and no further
   * than needed). False: it does not fit and belongs on the next page. The first always fits; what is too much of
   * it is cut.
   */
  add(view: ConversationView, newestFirst: Iterable<Message>): boolean {
    const wanted = this.wants(view);
    const have = this.#have(view);
    const id = view.conversation.id;
    const first = this.#conversations.length === 0;
    let bytes = this.#bytes + viewWeight(view) + 2 * idWeight(id);
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
    if (messages.length > 0) this.#messages.set(id, messages.reverse());
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
    };
  }

  /** The change the client has; null when it has nothing, or more than there is and drops it. */
  #have(view: ConversationView): number | null {
    const have = this.#query.have.get(view.conversation.id);
    return have === undefined || have > view.lastChange ? null : have;
  }
}
