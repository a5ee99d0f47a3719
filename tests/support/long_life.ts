/**
 * A store in which one person has many conversations that go back for a long time, made quickly by its own commits.
 *
 * @module
 */
import { v7 } from "uuid";
import type { MessageDraft } from "../../db/messages.ts";
import { directConversation } from "../../db/model.ts";
import { openIn } from "../contract/sqlite.ts";

/** Whose conversations they are. */
export const SLEEPER = 1;
export const OTHERS_AFTER = 1_000;
/** Drafts of one commit. */
const TOGETHER = 2_000;

/** What is written. */
export interface Writing {
  readonly conversations: number;
  /** In each conversation. */
  readonly messages: number;
  /** When the first and the last come, in ms since 1970; evenly between. */
  readonly from: number;
  readonly to: number;
  /** The others have the numbers after this; default {@link OTHERS_AFTER}. */
  readonly othersAfter?: number;
}

/** Writes in all conversations by turns, after what is there already. */
export async function write(dataDir: string, writing: Writing): Promise<void> {
  const { conversations, messages, from, to, othersAfter = OTHERS_AFTER } = writing;
  await using store = await openIn(dataDir);
  const count = conversations * messages;
  let drafts: MessageDraft[] = [];
  for (let at = 0; at < count; at++) {
    const createdAt = Math.floor(from + (to - from) * at / count);
    const other = othersAfter + 1 + at % conversations;
    drafts.push(draftOf({ other, isOwn: at % 3 === 0, createdAt }));
    if (drafts.length < TOGETHER && at < count - 1) continue;
    await store.messages.commit({ drafts, marks: [] });
    drafts = [];
  }
}

function draftOf(
  { other, isOwn, createdAt }: {
    readonly other: number;
    readonly isOwn: boolean;
    readonly createdAt: number;
  },
): MessageDraft {
  return {
    conversation: directConversation(SLEEPER, other),
    senderId: isOwn ? SLEEPER : other,
    clientId: crypto.randomUUID(),
    messageId: v7({ msecs: createdAt }),
    kind: "text",
    content: `written at ${createdAt} with ${other}`,
    createdAt,
  };
}
