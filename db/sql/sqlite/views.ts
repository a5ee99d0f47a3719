/**
 * Reading conversations and messages from SQLite.
 *
 * @module
 */
import type { DatabaseSync } from "node:sqlite";
import type { ConversationPage, MessagePage, MessageQuery, SyncPage, SyncQuery } from "../../messages.ts";
import {
  type ConversationRef,
  type ConversationView,
  directConversation,
  isMember,
  type Message,
  parseConversationId,
  type UserId,
} from "../../model.ts";
import { SyncPageBuilder, type Wanted } from "../../sync_page.ts";
import { messageWeight } from "../../weight.ts";
import {
  decodePosition,
  decodeSyncPosition,
  encodePosition,
  encodeSyncPosition,
  type Position,
  START,
  type SyncPosition,
} from "../cursor.ts";
import { listToMessage, MESSAGE_COLUMNS, type MessageList, toView, type ViewRow } from "../rows.ts";
import { prepare, prepareLists, type Statement } from "./statement.ts";

/** Conversations of one page of `sync`; the byte cap mostly comes first. */
const MAX_SYNC_CONVERSATIONS = 500;

/**
 * Messages read in one go. The byte cap may end a page after a few, so not all of them are; but row by row
 * (`iterate`) costs three times as much as `all`.
 */
const CHUNK = 64;

/** Without regard to what somebody has. */
const ALL: Omit<Wanted, "limit"> = { above: 0, aboveSeq: 0, emptiedAbove: 0 };

const VIEWS = `
  select c.key, c.direct_low as low, c.direct_high as high, c.first_seq as firstSeq, c.last_seq as lastSeq,
    c.last_change as lastChange, c.updated_at as updatedAt, m.delivered_seq as deliveredSeq,
    m.read_seq as readSeq, m.shown_read_seq as shownReadSeq, m.own_after_read as ownAfterRead,
    p.delivered_seq as peerDeliveredSeq, p.shown_read_seq as peerReadSeq
  from member m
  join conversation c on c.key = m.conversation
  left join member p on p.conversation = c.key
    and p.user_id = case when c.direct_low = m.user_id then c.direct_high else c.direct_low end
  where m.user_id = ?1 and m.left_at is null
    and (c.updated_at < ?2 or (c.updated_at = ?2 and c.key < ?3))`;
const NEWEST_FIRST = "order by c.updated_at desc, c.key desc";

/** Reads on prepared statements, inside {@link SqliteDatabase.look}. */
export class Views {
  readonly #all: Statement<ViewRow>;
  readonly #changed: Statement<ViewRow>;
  readonly #membership: Statement<{ readonly lastChange: number }>;
  readonly #key: Statement<{ readonly key: number }>;
  readonly #upwards: Statement<MessageList>;
  readonly #downwards: Statement<MessageList>;
  readonly #changedOnes: Statement<MessageList>;
  readonly #at: Statement<MessageList>;

  constructor(database: DatabaseSync) {
    this.#all = prepare(database, `${VIEWS} ${NEWEST_FIRST} limit ?4`);
    this.#changed = prepare(
      database,
      `${VIEWS} and (c.changed_at >= ?5 or m.changed_at >= ?5) ${NEWEST_FIRST} limit ?4`,
    );
    this.#membership = prepare(
      database,
      "select c.last_change as lastChange from conversation c join member m on m.conversation = c.key " +
        "where c.id = ? and m.user_id = ? and m.left_at is null",
    );
    this.#key = prepare(database, "select key from conversation where id = ?");
    const messages = `select ${MESSAGE_COLUMNS} from message m where m.conversation = ?`;
    this.#upwards = prepareLists(database, `${messages} and m.seq > ? order by m.seq limit ?`);
    this.#downwards = prepareLists(
      database,
      `select ${MESSAGE_COLUMNS} from message m where m.conversation = ?1 and m.seq > ?2 and m.seq < ?3 and m.change > ?4 ` +
        "and (m.deleted_at is null or m.change > ?5) order by m.seq desc limit ?6",
    );
    this.#changedOnes = prepareLists(
      database,
      `${messages} and m.change > ? and m.deleted_at is not null order by m.change limit ?`,
    );
    this.#at = prepareLists(database, `${messages} and m.seq = ?`);
  }

  /** A stretch of a conversation; empty where there is none. */
  list(conversation: ConversationRef, query: MessageQuery): MessagePage {
    const key = this.#key.get(conversation.id)?.key;
    if (key === undefined) return { messages: [], hasMore: false };
    // One row more than asked for tells whether there are more.
    const { afterSeq, beforeSeq = Number.MAX_SAFE_INTEGER, limit } = query;
    const rows = afterSeq === undefined
      ? this.#newestFirst(key, { ...ALL, below: beforeSeq, limit: limit + 1 })
      : this.#oldestFirst(key, afterSeq, limit + 1);
    const messages: Message[] = [];
    let bytes = 0;
    let hasMore = false;
    for (const row of rows) {
      const message = listToMessage(conversation, row);
      bytes += messageWeight(message);
      hasMore = messages.length === limit || (messages.length > 0 && bytes > query.maxBytes);
      if (hasMore) break;
      messages.push(message);
    }
    return { messages: afterSeq === undefined ? messages.reverse() : messages, hasMore };
  }

  /** One page of a user's conversations. */
  conversations(
    userId: UserId,
    query: { readonly before?: string; readonly limit: number },
  ): ConversationPage {
    const from = query.before === undefined ? START : decodePosition(query.before);
    const rows = this.#rows(userId, from, { since: null, limit: query.limit + 1 });
    const shown = rows.slice(0, query.limit);
    const last = rows.length > query.limit ? shown.at(-1) : undefined;
    return {
      conversations: shown.map((row) => this.#view(row)),
      next: last === undefined ? null : encodePosition(positionOf(last)),
    };
  }

  /** One page of what a client has missed. */
  sync(userId: UserId, query: SyncQuery): SyncPage {
    const known = query.page === undefined ? this.#compare(userId, query.have) : { reset: [], gone: [] };
    // A cache that is dropped must be filled again, wherever its conversation stands in time; and a cursor holds no
    // negative numbers.
    const since = query.since === undefined || known.reset.length > 0 ? null : Math.max(0, query.since);
    const from: SyncPosition = query.page === undefined
      ? { ...START, now: query.now, since, fresh: 0 }
      : decodeSyncPosition(query.page);
    const page = new SyncPageBuilder(query, from.fresh, [...known.reset, ...known.gone]);
    const rows = this.#rows(userId, from, { since: from.since, limit: MAX_SYNC_CONVERSATIONS + 1 });
    let last: ViewRow | null = null;
    let complete = true;
    for (const [at, row] of rows.entries()) {
      const view = this.#view(row);
      const changed = this.#changedOf(row, view, page);
      page.note(view, changed);
      complete = at < MAX_SYNC_CONVERSATIONS && page.add(view, this.#missing(row, view, page), changed);
      if (!complete) break;
      last = row;
    }
    const next = complete || last === null
      ? null
      : encodeSyncPosition({ ...from, ...positionOf(last), fresh: page.fresh });
    return page.finish({ ...known, next, now: from.now });
  }

  /** Which of the client's conversations are ahead of the store, and which are not the user's. */
  #compare(
    userId: UserId,
    have: ReadonlyMap<string, number>,
  ): { readonly reset: readonly string[]; readonly gone: readonly string[] } {
    const reset: string[] = [];
    const gone: string[] = [];
    for (const [id, change] of have) {
      const conversation = parseConversationId(id);
      const row = conversation !== null && isMember(conversation, userId)
        ? this.#membership.get(id, userId)
        : undefined;
      if (row === undefined) gone.push(id);
      else if (change > row.lastChange) reset.push(id);
    }
    return { reset, gone };
  }

  /** Those a page wants that the client may have in an older version. */
  #changedOf(row: ViewRow, view: ConversationView, page: SyncPageBuilder): readonly Message[] {
    const wanted = page.wantsChanged(view);
    if (wanted === null) return [];
    return this.#changedOnes.all(row.key, wanted.above, wanted.limit)
      .map((found) => listToMessage(view.conversation, found));
  }

  /** The messages a page wants of a conversation, newest first, one more than its limit. */
  *#missing(row: ViewRow, view: ConversationView, page: SyncPageBuilder): Generator<Message> {
    const wanted = page.wants(view);
    if (wanted === null) return;
    const { limit } = wanted;
    const rows = this.#newestFirst(row.key, { ...wanted, below: Number.MAX_SAFE_INTEGER, limit: limit + 1 });
    for (const row of rows) yield listToMessage(view.conversation, row);
  }

  /** At most `limit` messages between two seqs with a change above, downwards, read as they are asked for. */
  *#newestFirst(
    key: number,
    range: Wanted & { readonly below: number },
  ): Generator<MessageList> {
    const { aboveSeq, above, emptiedAbove } = range;
    let { below, limit } = range;
    while (limit > 0) {
      const rows = this.#downwards.all(key, aboveSeq, below, above, emptiedAbove, Math.min(limit, CHUNK));
      yield* rows;
      if (rows.length < CHUNK) return;
      limit -= rows.length;
      below = rows.at(-1)?.[0] ?? 0;
    }
  }

  /** At most `limit` messages above a seq, upwards, read as they are asked for. */
  *#oldestFirst(key: number, afterSeq: number, limit: number): Generator<MessageList> {
    let above = afterSeq;
    for (let left = limit; left > 0;) {
      const rows = this.#upwards.all(key, above, Math.min(left, CHUNK));
      yield* rows;
      if (rows.length < CHUNK) return;
      left -= rows.length;
      above = rows.at(-1)?.[0] ?? above;
    }
  }

  #rows(
    userId: UserId,
    from: Position,
    which: { readonly since: number | null; readonly limit: number },
  ): readonly ViewRow[] {
    const { updatedAt, key } = from;
    if (which.since === null) return this.#all.all(userId, updatedAt, key, which.limit);
    return this.#changed.all(userId, updatedAt, key, which.limit, which.since);
  }

  #view(row: ViewRow): ConversationView {
    const last = this.#at.get(row.key, row.lastSeq);
    const conversation = directConversation(row.low, row.high);
    return toView(row, last === undefined ? null : listToMessage(conversation, last));
  }
}

function positionOf(row: ViewRow): Position {
  return { updatedAt: row.updatedAt, key: row.key };
}
