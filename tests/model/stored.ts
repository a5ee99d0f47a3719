/**
 * What is on the disk, read without the program's own queries, and what must hold there by itself.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { DatabaseSync } from "node:sqlite";
import { z } from "zod";

const Message = z.object({
  conversation: z.string(),
  seq: z.number(),
  change: z.number(),
  messageId: z.string(),
  senderId: z.number(),
  clientId: z.string().nullable(),
  content: z.string(),
  createdAt: z.number(),
});
const Member = z.object({
  conversation: z.string(),
  userId: z.number(),
  delivered: z.number(),
  read: z.number(),
  shown: z.number(),
  ownAfterRead: z.number(),
});
const Head = z.object({ id: z.string(), lastSeq: z.number(), lastChange: z.number(), firstSeq: z.number() });

export type StoredMessage = z.infer<typeof Message>;
export type StoredMember = z.infer<typeof Member>;

/** The rows of a store. */
export class Stored {
  readonly messages: readonly StoredMessage[];
  readonly members: readonly StoredMember[];
  readonly #heads: readonly z.infer<typeof Head>[];
  readonly #byConversation: ReadonlyMap<string, readonly StoredMessage[]>;

  /** Reads all of it. */
  constructor(database: DatabaseSync) {
    const rows = (text: string): unknown[] => database.prepare(text).all();
    this.messages = z.array(Message).parse(rows(
      "select c.id as conversation, m.seq, m.change, m.message_id as messageId, m.sender_id as senderId, " +
        "m.client_id as clientId, m.content, m.created_at as createdAt " +
        "from message m left join conversation c on c.key = m.conversation order by c.id, m.seq",
    ));
    this.members = z.array(Member).parse(rows(
      "select c.id as conversation, p.user_id as userId, p.delivered_seq as delivered, p.read_seq as read, " +
        "p.shown_read_seq as shown, p.own_after_read as ownAfterRead " +
        "from member p left join conversation c on c.key = p.conversation",
    ));
    this.#heads = z.array(Head).parse(rows(
      "select id, last_seq as lastSeq, last_change as lastChange, first_seq as firstSeq from conversation",
    ));
    this.#byConversation = Map.groupBy(this.messages, (message) => message.conversation);
  }

  /** The messages of a conversation, in the order of their seqs. */
  of(conversation: string): readonly StoredMessage[] {
    return this.#byConversation.get(conversation) ?? [];
  }

  /** One message. */
  at(conversation: string, seq: number): StoredMessage | undefined {
    return this.of(conversation)[seq - 1];
  }

  /** The conversations of a user. */
  conversations(userId: number): readonly string[] {
    return this.members.filter((member) => member.userId === userId).map((member) => member.conversation);
  }

  /** A member of a conversation. */
  member(conversation: string, userId: number): StoredMember {
    const member = this.members.find((one) => one.conversation === conversation && one.userId === userId);
    assert.ok(member !== undefined, `user ${userId} is no member of ${conversation}`);
    return member;
  }

  /** What must hold whatever was sent: dense seqs, ids given once, counters that agree with the rows. */
  verify(): void {
    const ids = this.messages.map((message) => message.messageId);
    assert.equal(new Set(ids).size, ids.length, "two messages have one id");
    const keys = this.messages.flatMap((one) =>
      one.clientId === null ? [] : [`${one.senderId}/${one.clientId}`]
    );
    assert.equal(new Set(keys).size, keys.length, "two messages have one client id");
    for (const { id, lastSeq, lastChange, firstSeq } of this.#heads) {
      const seqs = this.of(id).map((message) => message.seq);
      assert.deepEqual(seqs, seqs.map((_, index) => index + 1), `the seqs of ${id} have holes`);
      assert.deepEqual([lastSeq, lastChange, firstSeq], [seqs.length, seqs.length, 1], `the head of ${id}`);
    }
    for (const { conversation, userId, delivered, read, shown, ownAfterRead } of this.members) {
      const last = this.of(conversation).length;
      assert.ok(
        shown <= read && read <= delivered && delivered <= last,
        `the marks of ${userId} in ${conversation}`,
      );
      const own = this.of(conversation).filter((one) => one.senderId === userId && one.seq > read).length;
      assert.equal(ownAfterRead, own, `own messages of ${userId} in ${conversation} after ${read}`);
    }
  }
}
