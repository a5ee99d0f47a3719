/**
 * Conversations and messages of a SQL database, out and in.
 *
 * @module
 */
import { sql } from "kysely";
import type {
  After,
  ArchivedConversation,
  ArchivedMember,
  ArchivedMessage,
  MessageArchive,
  Reading,
  Stretch,
} from "../archive.ts";
import { groupsOf, lengthOf, MESSAGES_AT_ONCE } from "../readings.ts";
import { insertMessages, type KeyedMessage, readPage, readWhole } from "./archived_messages.ts";
import { inPieces } from "./chunks.ts";
import type { SqlDatabase } from "./database.ts";
import type { ConversationTable, MemberTable } from "./schema.ts";

/** Conversations whose counts are made in one statement. */
const COUNTED_AT_ONCE = 100;
/** Messages that are counted in one statement: a second at most on a slow disk. */
const COUNTED_MESSAGES = 50_000;

/** The {@link MessageArchive} of a SQL database. */
export class SqlMessageArchive implements MessageArchive {
  readonly #database: SqlDatabase;

  constructor(database: SqlDatabase) {
    this.#database = database;
  }

  conversations({ after, limit }: After<string>): Promise<readonly ArchivedConversation[]> {
    return this.#database.read(async (db) => {
      const rows = await db.selectFrom("conversation").selectAll().where("id", ">", after)
        .orderBy("id").limit(limit).execute();
      if (rows.length === 0) return [];
      const members = await db.selectFrom("member").selectAll()
        .where("conversation", "in", rows.map((row) => row.key)).orderBy("userId").execute();
      const byKey = Map.groupBy(members, (member) => member.conversation);
      return rows.map((row) => toConversation(row, byKey.get(row.key) ?? []));
    });
  }

  async putConversations(conversations: readonly ArchivedConversation[]): Promise<void> {
    if (conversations.length === 0) return;
    await this.#database.write(async (db) => {
      const there = await db.selectFrom("conversation").select("id")
        .where("id", "in", conversations.map((one) => one.id)).execute();
      const known = new Set(there.map((row) => row.id));
      const fresh = conversations.filter((one) => !known.has(one.id));
      const last = await db.selectFrom("conversation").select((all) => all.fn.max("key").as("key"))
        .executeTakeFirst();
      // A driver gives an absent maximum as null, whatever the type says.
      const base = Number(last?.key ?? 0) + 1;
      const rows = fresh.map((one, at) => ({ key: base + at, one }));
      for (const some of inPieces(rows)) {
        await db.insertInto("conversation").values(some.map(({ key, one }) => toConversationRow(key, one)))
          .execute();
        const members = some.flatMap(({ key, one }) => one.members.map((member) => toMemberRow(key, member)));
        if (members.length > 0) await db.insertInto("member").values(members).execute();
      }
    });
  }

  async *messages(readings: readonly Reading[]): AsyncGenerator<readonly Stretch[]> {
    const keys = await this.#keysOf(readings.map(({ conversation }) => conversation));
    for (const group of groupsOf(readings)) {
      if ("conversation" in group) yield* this.#paged(group, keys);
      else yield await this.#whole(group, keys);
    }
  }

  async putMessages(stretches: readonly Stretch[]): Promise<void> {
    if (stretches.length === 0) return;
    const keys = await this.#keysOf(stretches.map(({ conversation }) => conversation));
    const rows = stretches.flatMap(({ conversation: { id }, messages }) => {
      const conversation = keyOf(keys, id);
      return messages.map((one) => ({ ...one, conversation }));
    });
    await this.#database.write((db) => insertMessages(db, rows));
  }

  async lastStoredSeqs(
    conversations: readonly ArchivedConversation[],
  ): Promise<ReadonlyMap<string, number>> {
    if (conversations.length === 0) return new Map();
    const keys = await this.#keysOf(conversations);
    const rows = await this.#database.read((db) =>
      db.selectFrom("message").select((all) => ["conversation", all.fn.max("seq").as("seq")])
        .where("conversation", "in", [...keys.values()]).groupBy("conversation").execute()
    );
    const seqs = new Map(rows.map(({ conversation, seq }) => [conversation, seq]));
    return new Map([...keys].flatMap(([id, key]) => {
      const seq = seqs.get(key);
      return seq === undefined ? [] : [[id, seq] as const];
    }));
  }

  async raiseChange(id: string, lastChange: number): Promise<void> {
    await this.#database.write((db) =>
      db.updateTable("conversation").set({ lastChange })
        .where("id", "=", id).where("lastChange", "<", lastChange).execute()
    );
  }

  /** Counts each member's own messages above what they have read. */
  async finish(): Promise<void> {
    for (let after = "";;) {
      const page = await this.conversations({ after, limit: COUNTED_AT_ONCE });
      const last = page.at(-1);
      if (last === undefined) return;
      const keys = await this.#keysOf(page);
      const [long, short] = partition(page, (one) => lengthOf(one) > COUNTED_MESSAGES);
      await this.#countShort(short.map(({ id }) => keyOf(keys, id)));
      for (const one of long) await this.#countLong(one, keyOf(keys, one.id));
      after = last.id;
    }
  }

  /** Taken from the conversations: a server may need long to count rows. */
  async countMessages(): Promise<number> {
    const { count } = await this.#database.read((db) =>
      db.selectFrom("conversation").select(sql<unknown>`sum(last_seq - first_seq + 1)`.as("count"))
        .executeTakeFirstOrThrow()
    );
    return Number(count ?? 0);
  }

  async #keysOf(conversations: readonly ArchivedConversation[]): Promise<ReadonlyMap<string, number>> {
    if (conversations.length === 0) return new Map();
    const rows = await this.#database.read((db) =>
      db.selectFrom("conversation").select(["id", "key"])
        .where("id", "in", conversations.map(({ id }) => id)).execute()
    );
    return new Map(rows.map(({ id, key }) => [id, key]));
  }

  /** All messages of short conversations, which are few together. */
  async #whole(
    readings: readonly Reading[],
    keys: ReadonlyMap<string, number>,
  ): Promise<readonly Stretch[]> {
    const wanted = readings.map(({ conversation }) => keyOf(keys, conversation.id));
    const found = await this.#database.read((db) => readWhole(db, wanted));
    return readings.map(({ conversation, after }) => ({
      conversation,
      messages: (found.get(keyOf(keys, conversation.id)) ?? []).filter(({ seq }) => seq > after).map(
        withoutKey,
      ),
    }));
  }

  async *#paged(
    { conversation, after }: Reading,
    keys: ReadonlyMap<string, number>,
  ): AsyncGenerator<readonly Stretch[]> {
    const key = keyOf(keys, conversation.id);
    for (let from = after;;) {
      const rows = await this.#database.read((db) =>
        readPage(db, key, { after: from, limit: MESSAGES_AT_ONCE })
      );
      const last = rows.at(-1);
      if (last === undefined) return;
      yield [{ conversation, messages: rows.map(withoutKey) }];
      from = last.seq;
    }
  }

  async #countShort(keys: readonly number[]): Promise<void> {
    if (keys.length === 0) return;
    await this.#database.write((db) =>
      sql`update member set own_after_read = (select count(*) from message
        where message.conversation = member.conversation and message.seq > member.read_seq
        and message.sender_id = member.user_id) where conversation in (${sql.join(keys)})`.execute(db)
    );
  }

  async #countLong({ members, lastSeq }: ArchivedConversation, key: number): Promise<void> {
    for (const { userId, readSeq } of members) {
      let own = 0;
      for (let from = readSeq; from < lastSeq; from += COUNTED_MESSAGES) {
        const { count } = await this.#database.read((db) =>
          db.selectFrom("message").select((all) => all.fn.countAll().as("count"))
            .where("conversation", "=", key).where("senderId", "=", userId)
            .where("seq", ">", from).where("seq", "<=", from + COUNTED_MESSAGES).executeTakeFirstOrThrow()
        );
        own += Number(count);
      }
      await this.#database.write((db) =>
        db.updateTable("member").set({ ownAfterRead: own })
          .where("conversation", "=", key).where("userId", "=", userId).execute()
      );
    }
  }
}

function partition<T>(all: readonly T[], test: (one: T) => boolean): readonly [readonly T[], readonly T[]] {
  return [all.filter(test), all.filter((one) => !test(one))];
}

function keyOf(keys: ReadonlyMap<string, number>, id: string): number {
  const key = keys.get(id);
  if (key === undefined) throw new Error(`Cannot use the conversation "${id}": it was not put`);
  return key;
}

function withoutKey({ conversation: _, ...message }: KeyedMessage): ArchivedMessage {
  return message;
}

function toConversation(row: ConversationTable, members: readonly MemberTable[]): ArchivedConversation {
  return {
    id: row.id,
    kind: row.kind,
    low: row.directLow,
    high: row.directHigh,
    firstSeq: row.firstSeq,
    lastSeq: row.lastSeq,
    lastChange: row.lastChange,
    updatedAt: row.updatedAt,
    changedAt: row.changedAt,
    members: members.map((member) => ({
      userId: member.userId,
      role: member.role,
      joinedSeq: member.joinedSeq,
      leftAt: member.leftAt,
      deliveredSeq: member.deliveredSeq,
      readSeq: member.readSeq,
      shownReadSeq: member.shownReadSeq,
      changedAt: member.changedAt,
    })),
  };
}

function toConversationRow(
  key: number,
  { members: _, low, high, ...rest }: ArchivedConversation,
): ConversationTable {
  return { ...rest, key, directLow: low, directHigh: high };
}

/** The counter of own messages is made in {@link SqlMessageArchive.finish}. */
function toMemberRow(conversation: number, member: ArchivedMember): MemberTable {
  return { ...member, conversation, ownAfterRead: 0 };
}
