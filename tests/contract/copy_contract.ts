/**
 * The contract of moving house: what one backend held is what the other holds, and behaves as it did.
 *
 * @module
 */
import { strict as assert } from "node:assert";
import type { Archive, Stretch } from "../../db/archive.ts";
import { copyArchive, CopyDiffersError, PARTS, sumsOf } from "../../db/copy.ts";
import type { Store } from "../../db/store.ts";
import type { ConversationView, UserId } from "../../db/model.ts";
import { AE, ANN, BOB, draft, EVE, question, ROOM, seqs } from "./drafts.ts";
import { BE, CONVERSATIONS, furnish, MESSAGES, NOW } from "./furnished.ts";
import type { OpenStore } from "./opened.ts";

/** Runs the suite from one backend to another, and back. */
export function testCopy(name: string, open: { readonly from: OpenStore; readonly to: OpenStore }): void {
  Deno.test(`${name}: copyArchive() brings everything, and what was brought back is identical`, async () => {
    await using from = await open.from();
    await using to = await open.to();
    await using back = await open.from();
    await furnish(from.store);
    const told = new Map<string, number>();
    const there = await copyArchive(archivesOf(from, to), (_step, part, done) => void told.set(part, done));
    assert.deepEqual(Object.fromEntries(PARTS.map((part) => [part, there[part].rows])), {
      users: 5,
      sessions: 2,
      invites: 1,
      conversations: CONVERSATIONS,
      messages: MESSAGES,
    });
    assert.deepEqual([...told.keys()], [...PARTS]);
    const again = await copyArchive(archivesOf(to, back));
    assert.deepEqual(again, await sumsOf(from.store.archive));
  });

  Deno.test(`${name}: a copied store goes on where the other was`, async () => {
    await using from = await open.from();
    await using to = await open.to();
    await furnish(from.store);
    await copyArchive(archivesOf(from, to));
    const { users, messages } = to.store;
    assert.equal((await users.find({ login: "ANN@example.org" }))?.passwordDigest, "digest of ann");
    for (const userId of [ANN, BOB, EVE]) {
      assert.deepEqual(await viewsOf(to.store, userId), await viewsOf(from.store, userId));
    }
    const have = question({ have: new Map([[AE.id, 4]]) });
    assert.deepEqual(await messages.sync(EVE, have), await from.store.messages.sync(EVE, have));
    const repeat = draft("message 1100", { clientId: "id-1100" });
    const { appended } = await messages.commit({ drafts: [repeat, draft("new")], marks: [] });
    const [first, second] = appended;
    assert.ok(first !== undefined && "message" in first && second !== undefined && "message" in second);
    assert.deepEqual([first.created, first.message.seq], [false, 1100]);
    assert.deepEqual([second.created, second.message.seq], [true, 1101]);
    const page = await messages.list(BE, { limit: 100, maxBytes: ROOM });
    assert.deepEqual(
      seqs(page.messages),
      seqs((await from.store.messages.list(BE, { limit: 100, maxBytes: ROOM })).messages),
    );
    const [{ unread: before } = { unread: -1 }] = await viewsOf(from.store, BOB);
    const [{ unread: now } = { unread: -1 }] = await viewsOf(to.store, BOB);
    assert.equal(now, before + 1, "what comes after is counted from there");
    const next = await users.create({
      username: "next",
      email: "next@example.org",
      phone: "",
      passwordDigest: "d",
      createdAt: NOW,
    });
    assert.ok(next.id > 9, "no number is given twice");
  });

  Deno.test(`${name}: copyArchive() goes on where it was interrupted`, async () => {
    await using from = await open.from();
    await using to = await open.to();
    await furnish(from.store);
    const broken = putting(to.store.archive, async (stretches, put) => {
      await put(stretches.map((one) => ({ ...one, messages: one.messages.slice(0, 400) })).slice(0, 1));
      throw new Error("the power went");
    });
    await assert.rejects(copyArchive({ from: from.store.archive, to: broken }), /the power went/);
    let brought = 0;
    const counted = putting(to.store.archive, async (stretches, put) => {
      for (const { messages } of stretches) brought += messages.length;
      await put(stretches);
    });
    const told: number[] = [];
    const sums = await copyArchive({ from: from.store.archive, to: counted }, (step, part, done) => {
      if (step === "copying" && part === "messages") told.push(done);
    });
    assert.deepEqual(sums, await sumsOf(from.store.archive));
    assert.deepEqual(
      [brought, told.at(-1)],
      [MESSAGES - 400, MESSAGES],
      "what was there is not brought again",
    );
    for (const userId of [ANN, BOB, EVE]) {
      assert.deepEqual(await viewsOf(to.store, userId), await viewsOf(from.store, userId));
    }
  });

  Deno.test(`${name}: copyArchive() finds out when the copy is not the same`, async () => {
    await using from = await open.from();
    await using to = await open.to();
    await furnish(from.store);
    await to.store.messages.commit({
      drafts: [draft("was there before", { messageId: crypto.randomUUID() })],
      marks: [],
    });
    await assert.rejects(copyArchive(archivesOf(from, to)), CopyDiffersError);
  });
}

function archivesOf(
  from: { readonly store: Store },
  to: { readonly store: Store },
): { readonly from: Archive; readonly to: Archive } {
  return { from: from.store.archive, to: to.store.archive };
}

/** An archive that puts messages in its own way. */
function putting(
  { accounts, messages }: Archive,
  way: (
    stretches: readonly Stretch[],
    put: (stretches: readonly Stretch[]) => Promise<void>,
  ) => Promise<void>,
): Archive {
  return {
    accounts,
    messages: {
      conversations: (page) => messages.conversations(page),
      putConversations: (conversations) => messages.putConversations(conversations),
      messages: (readings) => messages.messages(readings),
      putMessages: (stretches) => way(stretches, (some) => messages.putMessages(some)),
      lastStoredSeqs: (conversations) => messages.lastStoredSeqs(conversations),
      raiseChange: (id, lastChange) => messages.raiseChange(id, lastChange),
      finish: () => messages.finish(),
      countMessages: () => messages.countMessages(),
    },
  };
}

async function viewsOf({ messages }: Store, userId: UserId): Promise<readonly ConversationView[]> {
  return (await messages.conversations(userId, { limit: 100 })).conversations;
}
