/**
 * Reading conversations and messages from MySQL.
 *
 * @module
 */
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
import { type ConversationRow, CONVERSATIONS_OF, refsOf } from "../member_of.ts";
import { type MessageRow, type StoredRow, toMessage, toView, type ViewRow } from "../rows.ts";
import type { MysqlConnection, Value } from "./connection.ts";
import type { MysqlDatabase } from "./database.ts";
import {
  ALL_VIEWS,
  CHANGED_ONES,
  CHANGED_VIEWS,
  CONTACTS,
  DOWNWARDS,
  MEMBER_IDS,
  MEMBERSHIP,
  MISSING,
  REPEAT,
  UPWARDS,
} from "./reads.ts";

/** Conversations of one page of `sync`; the byte cap mostly comes first. */
const MAX_SYNC_CONVERSATIONS = 500;
/** Conversations read in one go for `sync`. */
const CONVERSATIONS = 50;
/** Messages read in one go for `sync`: the byte cap may end a page after a few. */
const MESSAGES = 200;
/** Ids asked for at once. */
const IDS = 1_000;

/** A conversation beside one of its members, with its last message where there is one. */
type FullViewRow = ViewRow & { readonly [Key in keyof MessageRow]: MessageRow[Key] | null };
type FoundMessage = MessageRow & { readonly conversation: number };

/** What was stored under a sender's client id; null: nothing. */
export async function findRepeat(
  connection: MysqlConnection,
  senderId: UserId,
  clientId: string,
): Promise<StoredRow | null> {
  return (await connection.rows<StoredRow>(REPEAT, [senderId, clientId]))[0] ?? null;
}

/** Reads in few round trips each. */
export class Views {
  readonly #database: MysqlDatabase;

  constructor(database: MysqlDatabase) {
    this.#database = database;
  }

  /** A stretch of a conversation; empty where there is none. */
  async list(conversation: ConversationRef, query: MessageQuery): Promise<MessagePage> {
    const { afterSeq, beforeSeq = Number.MAX_SAFE_INTEGER, limit, maxBytes } = query;
    // One row more than asked for tells whether there are more.
    const rows = await this.#rows<MessageRow>(
      afterSeq === undefined ? DOWNWARDS : UPWARDS,
      [conversation.id, afterSeq ?? beforeSeq, limit + 1],
    );
    const messages = [];
    let bytes = 0;
    let hasMore = false;
    for (const row of rows) {
      const message = toMessage(conversation, row);
      bytes += messageWeight(message);
      hasMore = messages.length === limit || (messages.length > 0 && bytes > maxBytes);
      if (hasMore) break;
      messages.push(message);
    }
    return { messages: afterSeq === undefined ? messages.reverse() : messages, hasMore };
  }

  /** One page of a user's conversations. */
  async conversations(
    userId: UserId,
    query: { readonly before?: string; readonly limit: number },
  ): Promise<ConversationPage> {
    const from = query.before === undefined ? START : decodePosition(query.before);
    const rows = await this.#views(userId, from, { since: null, limit: query.limit + 1 });
    const shown = rows.slice(0, query.limit);
    const last = rows.length > query.limit ? shown.at(-1) : undefined;
    return {
      conversations: shown.map(viewOf),
      next: last === undefined ? null : encodePosition(positionOf(last)),
    };
  }

  /** One page of what a client has missed. */
  async sync(userId: UserId, query: SyncQuery): Promise<SyncPage> {
    const known = query.page === undefined
      ? await this.#compare(userId, query.have)
      : { reset: [], gone: [] };
    // A cache that is dropped must be filled again, wherever its conversation stands in time; and a cursor holds no
    // negative numbers.
    const since = query.since === undefined || known.reset.length > 0 ? null : Math.max(0, query.since);
    const from: SyncPosition = query.page === undefined
      ? { ...START, now: query.now, since, fresh: 0 }
      : decodeSyncPosition(query.page);
    const page = new SyncPageBuilder(query, from.fresh, [...known.reset, ...known.gone]);
    const { last, complete } = await this.#fill(page, userId, from);
    const next = complete || last === null
      ? null
      : encodeSyncPosition({ ...from, ...positionOf(last), fresh: page.fresh });
    return page.finish({ ...known, next, now: from.now });
  }

  /** Everybody with whom `userId` has a conversation, newest activity first. */
  async contacts(userId: UserId, limit: number): Promise<readonly UserId[]> {
    const rows = await this.#rows<{ readonly userId: UserId }>(CONTACTS, [userId, userId, limit]);
    return rows.map((row) => row.userId);
  }

  /** The conversations of a user by their ids, behind one. */
  async conversationsOf(userId: UserId, after: string, limit: number): Promise<readonly ConversationRef[]> {
    return refsOf(await this.#rows<ConversationRow>(CONVERSATIONS_OF, [userId, after, limit]));
  }

  /** Everybody who is a member of something, above `afterId`. */
  async memberIds(afterId: UserId, limit: number): Promise<readonly UserId[]> {
    const rows = await this.#rows<{ readonly userId: UserId }>(MEMBER_IDS, [afterId, limit]);
    return rows.map((row) => row.userId);
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
    const changes = new Map<string, number>();
    for (let at = 0; at < asked.length; at += IDS) {
      const rows = await this.#rows<{ readonly id: string; readonly lastChange: number }>(
        MEMBERSHIP,
        [asked.slice(at, at + IDS), userId],
      );
      for (const { id, lastChange } of rows) changes.set(id, lastChange);
    }
    const ids = [...have.keys()];
    return {
      reset: ids.filter((id) => (have.get(id) ?? 0) > (changes.get(id) ?? Number.POSITIVE_INFINITY)),
      gone: ids.filter((id) => !changes.has(id)),
    };
  }

  /** Adds conversations to a page until it is full or there are no more. */
  async #fill(
    page: SyncPageBuilder,
    userId: UserId,
    from: SyncPosition,
  ): Promise<{ readonly last: FullViewRow | null; readonly complete: boolean }> {
    let last: FullViewRow | null = null;
    for (let left = MAX_SYNC_CONVERSATIONS; left > 0;) {
      const place: Position = last === null ? from : positionOf(last);
      const limit = Math.min(left, CONVERSATIONS);
      const rows = await this.#views(userId, place, { since: from.since, limit: limit + 1 });
      const changed = await this.#changed(page, rows.slice(0, limit));
      for (let at = 0; at < Math.min(rows.length, limit);) {
        const group = groupOf(page, rows.slice(at, limit));
        const messages = await this.#missing(group);
        for (const { row, view } of group) {
          const added = page.add(view, messages.get(row.key) ?? [], changed.get(row.key));
          if (!added) return { last, complete: false };
          last = row;
        }
        at += group.length;
      }
      if (rows.length <= limit) return { last, complete: true };
      left -= limit;
    }
    return { last, complete: false };
  }

  /** The messages a page wants of some conversations, each newest first, one more than its limit. */
  async #missing(group: readonly Grouped[]): Promise<ReadonlyMap<number, readonly Message[]>> {
    const wanting = group.filter((one) => one.wanted !== null);
    if (wanting.length === 0) return new Map();
    // What came after the conversation was read belongs to the next answer.
    const values = wanting.flatMap(({ row, wanted }) =>
      wanted === null
        ? []
        : [row.key, wanted.aboveSeq, row.lastSeq, wanted.above, wanted.emptiedAbove, wanted.limit + 1]
    );
    const text = wanting.map(() => MISSING).join(" union all ");
    const messages = byKey(wanting.map(({ row }) => row), await this.#rows<FoundMessage>(text, values));
    // Each part is in order, and nothing promises that the whole leaves it so.
    for (const list of messages.values()) list.sort((a, b) => b.seq - a.seq);
    return messages;
  }

  /** The messages a page wants that the client may have in an older version; takes note of them. */
  async #changed(
    page: SyncPageBuilder,
    rows: readonly FullViewRow[],
  ): Promise<ReadonlyMap<number, readonly Message[]>> {
    const wanting = rows.flatMap((row) => {
      const view = viewOf(row);
      const wanted = page.wantsChanged(view);
      return wanted === null ? [] : [{ row, view, wanted }];
    });
    if (wanting.length === 0) return new Map();
    const values = wanting.flatMap(({ row, wanted: { above, limit } }) => [row.key, above, limit]);
    const text = wanting.map(() => CHANGED_ONES).join(" union all ");
    const messages = byKey(wanting.map(({ row }) => row), await this.#rows<FoundMessage>(text, values));
    for (const { row, view } of wanting) page.note(view, messages.get(row.key) ?? []);
    return messages;
  }

  #views(
    userId: UserId,
    { updatedAt, key }: Position,
    which: { readonly since: number | null; readonly limit: number },
  ): Promise<readonly FullViewRow[]> {
    const { since, limit } = which;
    return since === null
      ? this.#rows(ALL_VIEWS, [userId, updatedAt, updatedAt, key, limit])
      : this.#rows(CHANGED_VIEWS, [userId, updatedAt, updatedAt, key, since, since, limit]);
  }

  #rows<Row>(text: string, values: readonly Value[]): Promise<readonly Row[]> {
    return this.#database.look((connection) => connection.rows<Row>(text, values));
  }
}

/** A conversation on its way into a page. */
interface Grouped {
  readonly row: FullViewRow;
  readonly view: ConversationView;
  readonly wanted: Wanted | null;
}

/** The first of `rows`, so many that their messages are read in one go; at least one. */
function groupOf(page: SyncPageBuilder, rows: readonly FullViewRow[]): readonly Grouped[] {
  const group: Grouped[] = [];
  let messages = 0;
  for (const row of rows) {
    const view = viewOf(row);
    const wanted = page.wants(view);
    if (wanted !== null) messages += Math.min(wanted.limit + 1, view.lastSeq - wanted.aboveSeq);
    if (group.length > 0 && messages > MESSAGES) break;
    group.push({ row, view, wanted });
  }
  return group;
}

/** Messages by the keys of their conversations, which are among `rows`. */
function byKey(rows: readonly FullViewRow[], messages: readonly FoundMessage[]): Map<number, Message[]> {
  const lists = new Map<number, Message[]>();
  const refs = new Map(rows.map(({ key, low, high }) => [key, directConversation(low, high)]));
  for (const found of messages) {
    const conversation = refs.get(found.conversation);
    if (conversation === undefined) continue;
    const list = lists.get(found.conversation) ?? [];
    list.push(toMessage(conversation, found));
    lists.set(found.conversation, list);
  }
  return lists;
}

function viewOf(row: FullViewRow): ConversationView {
  const conversation = directConversation(row.low, row.high);
  return toView(row, hasMessage(row) ? toMessage(conversation, row) : null);
}

/** Whether the last message is there; retention leaves the newest, so it mostly is. */
function hasMessage(row: FullViewRow): row is ViewRow & MessageRow {
  return row.messageId !== null;
}

function positionOf(row: ViewRow): Position {
  return { updatedAt: row.updatedAt, key: row.key };
}
