/**
 * An embedded store with many messages, made quickly by its own commits.
 *
 * @module
 */
import { v7 } from "uuid";
import { directConversation } from "../../../db/model.ts";
import type { MarkDraft, MessageDraft } from "../../../db/messages.ts";
import { openIn } from "../../contract/sqlite.ts";

const AT = 1_800_000_000_000;
/** Drafts of one commit. */
const TOGETHER = 2_000;

/** How much is in the store. */
export interface House {
  readonly conversations: number;
  /** In each conversation. */
  readonly messages: number;
}

/** Fills the store in a directory. Every third conversation is read, every fifth in private. */
export async function fillHouse(dataDir: string, { conversations, messages }: House): Promise<void> {
  await using store = await openIn(dataDir);
  for (let n = 1; n <= 20; n++) {
    const [username, email] = [`person_${n}`, `person_${n}@example.org`];
    await store.users.create({
      username,
      email,
      phone: "",
      passwordDigest: `digest ${n}`,
      createdAt: AT + n,
    });
  }
  let drafts: MessageDraft[] = [];
  const flush = async (): Promise<void> => {
    await store.messages.commit({ drafts, marks: [] });
    drafts = [];
  };
  for (let c = 0; c < conversations; c++) {
    for (let n = 0; n < messages; n++) {
      drafts.push(draftOf(c, n));
      if (drafts.length === TOGETHER) await flush();
    }
  }
  await flush();
  await store.messages.commit({ drafts: [], marks: marksOf(conversations, messages) });
}

function draftOf(c: number, n: number): MessageDraft {
  const at = AT + n * 1_000 + c;
  return {
    conversation: directConversation(100, 1_000 + c),
    senderId: n % 3 === 0 ? 100 : 1_000 + c,
    clientId: `${c}-${n}`,
    messageId: v7({ msecs: at }),
    kind: "text",
    content: n % 50 === 0 ? `一二三四五六七八九十 ${n} `.repeat(40) : `message ${n} of conversation ${c}`,
    createdAt: at,
  };
}

function marksOf(conversations: number, messages: number): readonly MarkDraft[] {
  return Array.from({ length: conversations }, (_, c): MarkDraft => ({
    conversation: directConversation(100, 1_000 + c),
    userId: 100,
    at: AT,
    ...(c % 3 === 0 ? { read: { seq: Math.ceil(messages / 2) } } : { delivered: "newest" }),
    ...(c % 5 === 0 ? { private: true } : {}),
  }));
}
