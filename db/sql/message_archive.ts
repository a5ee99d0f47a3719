/**
 * Conversations and messages of a SQL database, out and in.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { type Kysely, sql } from "kysely";
import type {
  After,
  ArchivedConversation,
  ArchivedMember,
  ArchivedMessage,
  MessageArchive,
} from "../archive.ts";
import { inPieces } from "./chunks.ts";
import type { SqlDatabase } from "./database.ts";
import type { ConversationTable, MemberTable, Schema } from "./schema.ts";

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
      return rows.map((row) =>
        toConversation(row, members.filter((member) => member.conversation === row.key))
      );
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

  messages(conversationId: string, { after, limit }: After<number>): Promise<readonly ArchivedMessage[]> {
    return this.#database.read(async (db) => {
      const key = await keyOf(db, conversationId);
      if (key === null) return [];
      const rows = await db.selectFrom("message").selectAll().where("conversation", "=", key)
        .where("seq", ">", after).orderBy("seq").limit(limit).execute();
      return rows.map(({ id: _, conversation: __, bodyHash, ...rest }) => ({
        ...rest,
        bodyHash: Buffer.from(bodyHash).toString("hex"),
      }));
    });
  }

  async putMessages(conversationId: string, messages: readonly ArchivedMessage[]): Promise<void> {
    await this.#database.write(async (db) => {
      const conversation = await keyOf(db, conversationId);
      if (conversation === null) {
        throw new Error(`Cannot put messages into "${conversationId}": the conversation was not put`);
      }
      for (const some of inPieces(messages)) {
        await db.insertInto("message").values(
          some.map((one) => ({ ...one, conversation, bodyHash: Buffer.from(one.bodyHash, "hex") })),
        ).execute();
      }
    });
  }

  lastStoredSeq(conversationId: string): Promise<number> {
    return this.#database.read(async (db) => {
      const key = await keyOf(db, conversationId);
      if (key === null) return 0;
      const row = await db.selectFrom("message").select("seq").where("conversation", "=", key)
        .orderBy("seq", "desc").limit(1).executeTakeFirst();
      return row?.seq ?? 0;
    });
  }

  /** Counts each member's own messages above what they have read. */
  async finish(): Promise<void> {
    await this.#database.write((db) =>
      sql`update member set own_after_read = (select count(*) from message
        where message.conversation = member.conversation and message.seq > member.read_seq
        and message.sender_id = member.user_id)`.execute(db)
    );
  }

  async countMessages(): Promise<number> {
    const { count } = await this.#database.read((db) =>
      db.selectFrom("message").select((all) => all.fn.countAll().as("count")).executeTakeFirstOrThrow()
    );
    return Number(count);
  }
}

async function keyOf(db: Kysely<Schema>, id: string): Promise<number | null> {
  const row = await db.selectFrom("conversation").select("key").where("id", "=", id).executeTakeFirst();
  return row?.key ?? null;
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
