/** Every statement that the embedded store runs while people chat: SQLite finds its rows by an index. */
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { databasePath } from "../../db/sql/sqlite/files.ts";
import { directConversation } from "../../db/model.ts";
import { AB, AE, ANN, BOB, draft, markDraft, question, ROOM } from "./drafts.ts";
import { openIn, TemporaryDirectory } from "./sqlite.ts";

/** A look at all rows of a table or of an index that has a row for each message, member or conversation. */
const SCAN = /\bSCAN (m|c|p|message|member|conversation)\b/;

/** Notes what is prepared while `work` runs. */
async function prepared(work: () => Promise<void>): Promise<ReadonlySet<string>> {
  const texts = new Set<string>();
  const original = DatabaseSync.prototype.prepare;
  DatabaseSync.prototype.prepare = function (text, ...rest): ReturnType<typeof original> {
    texts.add(text);
    return original.call(this, text, ...rest);
  };
  try {
    await work();
  } finally {
    DatabaseSync.prototype.prepare = original;
  }
  return texts;
}

/** Everything that is asked of a store and written into it while people chat. */
async function useEverything(dataDir: string): Promise<void> {
  await using store = await openIn(dataDir);
  const { messages, users } = store;
  const several = Array.from({ length: 40 }, (_, at) => directConversation(ANN, 100 + at));
  for (let round = 0; round < 5; round++) {
    const drafts = several.flatMap((conversation, at) =>
      Array.from({ length: 10 }, (_, nth) =>
        draft(`text ${nth}`, {
          conversation,
          senderId: conversation.low,
          clientId: `${round}/${at}/${nth}`,
          createdAt: 1_000 * round + at,
        }))
    );
    await messages.commit({ drafts, marks: [] });
  }
  const known = draft("a", { conversation: AB, senderId: BOB, clientId: "known" });
  await messages.commit({ drafts: [known, draft("b"), draft("c", { conversation: AE })], marks: [] });
  await messages.commit({
    drafts: [],
    marks: [
      markDraft({ userId: BOB, read: { seq: 1 } }),
      markDraft({ userId: ANN, delivered: { messageId: known.messageId } }),
      markDraft({ userId: ANN, conversation: directConversation(ANN, 100), read: { seq: 20 } }),
    ],
  });
  await messages.repeatOf(known);
  await messages.list(AB, { limit: 5, maxBytes: ROOM });
  await messages.list(AB, { beforeSeq: 9, limit: 5, maxBytes: ROOM });
  await messages.list(AB, { afterSeq: 1, limit: 5, maxBytes: ROOM });
  const { next } = await messages.conversations(ANN, { limit: 5 });
  await messages.conversations(ANN, { limit: 5, before: next ?? "" });
  await messages.sync(ANN, question({ have: new Map([[AB.id, 1], [AE.id, 999]]) }));
  await messages.sync(BOB, question({ since: 1_000, have: new Map([[AB.id, 1]]) }));
  await messages.contacts(ANN, 10);
  await messages.memberIds(5, 10);
  await messages.removeBefore(2_000, 150);
  await users.find({ id: ANN });
  await users.find({ login: "ann" });
  await users.byIds([ANN, BOB]);
}

Deno.test("SQLite: whatever is asked while people chat, no message and no conversation is looked at for nothing", async () => {
  await using directory = await TemporaryDirectory.make();
  // Once to make the tables, so that what is prepared after it is what a running program prepares.
  await using _made = await openIn(directory.path);
  await _made[Symbol.asyncDispose]();
  const texts = await prepared(() => useEverything(directory.path));
  using database = new DatabaseSync(databasePath(directory.path));
  const asked = [...texts].filter((text) =>
    /\b(message|member|conversation)\b/.test(text) && /^\s*(select|update|delete|insert|with)\b/i.test(text)
  );
  assert.ok(asked.length >= 20, `${asked.length} statements`);
  for (const text of asked) {
    const plan = database.prepare(`explain query plan ${text}`).all().map(({ detail }) => String(detail));
    for (const step of plan) {
      assert.doesNotMatch(step, SCAN, `${text}\n${plan.join("\n")}`);
    }
  }
});
