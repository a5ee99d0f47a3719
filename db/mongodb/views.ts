/**
 * Reading conversations and messages.
 *
 * @module
 */
import type { ConversationPage, MessagePage, MessageQuery, SyncPage, SyncQuery } from "../messages.ts";
import {
  type ConversationRef,
  type ConversationView,
  isMember,
  type Message,
  parseConversationId,
  peerOf,
  type UserId,
} from "../model.ts";
import { SyncPageBuilder } from "../sync_page.ts";
import { messageWeight } from "../weight.ts";
import type { MongoConnection } from "./connection.ts";
import {
  decodePosition,
  decodeSyncPosition,
  encodePosition,
  encodeSyncPosition,
  type Position,
  type SyncPosition,
} from "./cursor.ts";
import { type ConversationDocument, refOf, toMessage, toView } from "./documents.ts";
import { listConversations, type Listed, newestOfListed } from "./listing.ts";
import { eachOf, piecesOf, tailsOf } from "./newest.ts";

/** Conversations of one page of `sync`; the byte cap mostly comes first. */
const MAX_SYNC_CONVERSATIONS = 500;
/** Conversations of `sync` read at once: their messages may be more than the page takes. */
const AHEAD = 8;
/** Ids asked for in one query. */
const MAX_IDS = 1_000;

/** Reads. They throw the driver's errors. */
export class Views {
  readonly #connection: MongoConnection;

  constructor(connection: MongoConnection) {
    this.#connection = connection;
  }

  /** A stretch of a conversation; empty where there is none. */
  async list(conversation: ConversationRef, query: MessageQuery): Promise<MessagePage> {
    const { beforeSeq = Number.MAX_SAFE_INTEGER, afterSeq, limit } = query;
    const range = afterSeq === undefined ? { $lt: beforeSeq } : { $gt: afterSeq };
    const { conversations, messages } = this.#connection;
    // One more than asked for tells whether there are more.
    const [document, found] = await Promise.all([
      conversations.findOne({ _id: conversation.id }, { projection: { firstSeq: 1 } }),
      messages.find({ conversation: conversation.id, seq: range })
        .sort({ seq: afterSeq === undefined ? -1 : 1 }).limit(limit + 1).toArray(),
    ]);
    const kept: Message[] = [];
    let bytes = 0;
    let hasMore = false;
    for (const one of found) {
      // What is about to be removed is gone.
      if (one.seq < (document?.firstSeq ?? 1)) continue;
      const message = toMessage(conversation, one);
      bytes += messageWeight(message);
      hasMore = kept.length === limit || (kept.length > 0 && bytes > query.maxBytes);
      if (hasMore) break;
      kept.push(message);
    }
    return { messages: afterSeq === undefined ? kept.reverse() : kept, hasMore };
  }

  /** One page of a user's conversations. */
  async conversations(
    userId: UserId,
    { before, limit }: { readonly before?: string; readonly limit: number },
  ): Promise<ConversationPage> {
    const after = before === undefined ? null : decodePosition(before);
    const listed = await listConversations(this.#connection, userId, {
      after,
      since: null,
      limit: limit + 1,
    });
    const shown = listed.slice(0, limit);
    const views = await this.#viewsOf(userId, shown);
    const last = listed.length > limit ? shown.at(-1) : undefined;
    return {
      conversations: shown.map(({ document }) => views.get(document._id)).filter((view) =>
        view !== undefined
      ),
      next: last === undefined ? null : encodePosition(last.position),
    };
  }

  /** One page of what a client has missed. */
  async sync(userId: UserId, query: SyncQuery): Promise<SyncPage> {
    const from = query.page === undefined ? null : decodeSyncPosition(query.page);
    const known = from === null ? await this.#compare(userId, query.have) : { reset: [], gone: [] };
    const begin = from ?? firstPosition(query, known.reset.length > 0);
    const page = new SyncPageBuilder(query, begin.fresh, [...known.reset, ...known.gone]);
    const listed = await listConversations(this.#connection, userId, {
      after: begin.after,
      since: begin.since,
      limit: MAX_SYNC_CONVERSATIONS + 1,
    });
    const last = await this.#fill(page, userId, listed.slice(0, MAX_SYNC_CONVERSATIONS));
    const complete = last === listed.at(-1)?.position;
    const next = complete || last === undefined
      ? null
      : encodeSyncPosition({ ...begin, after: last, fresh: page.fresh });
    return page.finish({ ...known, next, now: begin.now });
  }

  /** The other sides of a user's conversations. */
  async contacts(userId: UserId, limit: number): Promise<readonly UserId[]> {
    const listed = await listConversations(this.#connection, userId, { after: null, since: null, limit });
    return listed.map(({ document }) => peerOf(refOf(document), userId));
  }

  /** Adds conversations until one does not fit, and answers the place of the last that did. */
  async #fill(
    page: SyncPageBuilder,
    userId: UserId,
    listed: readonly Listed[],
  ): Promise<Position | undefined> {
    let last: Position | undefined;
    for (const piece of piecesOf(listed, AHEAD)) {
      const views = await this.#viewsOf(userId, piece);
      const missing = new Map<string, readonly Message[]>();
      const changed = new Map<string, readonly Message[]>();
      await eachOf(piece, async ({ document }) => {
        const view = views.get(document._id);
        if (view === undefined) return;
        changed.set(document._id, await this.#changed(document, view, page));
        missing.set(document._id, await this.#missing(document, view, page));
      });
      for (const { document: { _id }, position } of piece) {
        const view = views.get(_id);
        if (view !== undefined && !page.add(view, missing.get(_id) ?? [], changed.get(_id))) return last;
        last = position;
      }
    }
    return last;
  }

  /** Those a page wants that the client may have in an older version; takes note of them. */
  async #changed(
    { _id, firstSeq }: ConversationDocument,
    view: ConversationView,
    page: SyncPageBuilder,
  ): Promise<readonly Message[]> {
    const wanted = page.wantsChanged(view);
    if (wanted === null) return [];
    const found = await this.#connection.messages
      .find({
        conversation: _id,
        change: { $gt: wanted.above },
        deletedAt: { $gt: 0 },
        seq: { $gte: firstSeq },
      })
      .sort({ change: 1 }).limit(wanted.limit).toArray();
    const changed = found.map((one) => toMessage(view.conversation, one));
    page.note(view, changed);
    return changed;
  }

  /** The messages a page wants of a conversation, newest first, one more than its limit. */
  async #missing(
    document: ConversationDocument,
    view: ConversationView,
    page: SyncPageBuilder,
  ): Promise<readonly Message[]> {
    // Those read ahead may turn out to want nothing: the page then passes over what was read.
    const wanted = page.wants(view);
    if (wanted === null) return [];
    const above = Math.max(wanted.aboveSeq, document.firstSeq - 1);
    const found = await this.#connection.messages
      .find({
        conversation: document._id,
        seq: { $gt: above, $lte: view.lastSeq },
        change: { $gt: wanted.above },
        ...(wanted.emptiedAbove === 0
          ? {}
          : { $or: [{ deletedAt: null }, { change: { $gt: wanted.emptiedAbove } }] }),
      })
      .sort({ seq: -1 }).limit(wanted.limit + 1).toArray();
    return found.map((one) => toMessage(view.conversation, one));
  }

  async #viewsOf(
    userId: UserId,
    listed: readonly Listed[],
  ): Promise<ReadonlyMap<string, ConversationView>> {
    const newest = await newestOfListed(this.#connection, listed);
    const views = new Map<string, ConversationView>();
    for (const { document } of listed) {
      const message = newest.get(document._id);
      if (message !== undefined) views.set(document._id, toView(userId, document, message));
    }
    return views;
  }

  /** Which of the client's conversations are ahead of the store, and which are not the user's. */
  async #compare(
    userId: UserId,
    have: ReadonlyMap<string, number>,
  ): Promise<{ readonly reset: readonly string[]; readonly gone: readonly string[] }> {
    const asked = [...have.keys()].filter((id) => {
      const conversation = parseConversationId(id);
      return conversation !== null && isMember(conversation, userId);
    });
    const hints = new Map<string, number>();
    const changes = new Map<string, number>();
    for (const ids of piecesOf(asked, MAX_IDS)) {
      const found = await this.#connection.conversations.find({ _id: { $in: [...ids] }, members: userId })
        .project<{ _id: string; lastSeq: number; changed?: number }>({ lastSeq: 1, changed: 1 }).toArray();
      for (const { _id, lastSeq, changed } of found) {
        hints.set(_id, lastSeq);
        if (changed !== undefined) changes.set(_id, changed);
      }
    }
    // Of those that have at least what the client has, nothing more needs to be known.
    const behind = [...hints].filter(([id, lastSeq]) => lastSeq === 0 || (have.get(id) ?? 0) > lastSeq);
    const tails = await tailsOf(this.#connection.messages, new Map(behind));
    const lastOf = (id: string): number | undefined =>
      tails.get(id)?.change ?? (behind.some(([one]) => one === id) ? undefined : hints.get(id));
    const gone = [...have.keys()].filter((id) => lastOf(id) === undefined);
    const reset = [...have].filter(([id, change]) =>
      change > Math.max(lastOf(id) ?? change, changes.get(id) ?? 0)
    ).map(([id]) => id);
    return { reset, gone };
  }
}

function firstPosition(query: SyncQuery, resets: boolean): SyncPosition {
  // A cache that is dropped must be filled again, wherever its conversation stands in time; and a cursor holds no
  // negative numbers.
  const since = query.since === undefined || resets ? null : Math.max(0, query.since);
  return { after: null, now: query.now, since, fresh: 0 };
}
