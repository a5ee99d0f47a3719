/**
 * The contract of moving house: what one backend held is what the other holds, and behaves as it did.
 *
 * @module
 */
import { strict as assert } from "node:assert";
import type { Archive } from "../../db/archive.ts";
import { copyArchive, CopyDiffersError, PARTS, sumsOf } from "../../db/copy.ts";
import type { Store } from "../../db/store.ts";
import { AB, AE, ANN, BOB, draft, EVE, seqs, viewOf } from "./drafts.ts";
import type { OpenStore } from "./opened.ts";

const NOW = 1_800_000_000_000;

/** Runs the suite from one backend to another, and back. */
export function testCopy(name: string, open: { readonly from: OpenStore; readonly to: OpenStore }): void {
  Deno.test(`${name}: copyArchive() brings everything, and what was brought back is identical`, async () => {
    await using from = await open.from();
    await using to = await open.to();
    await using back = await open.from();
    await fill(from.store);
    const told = new Map<string, number>();
    const there = await copyArchive(archivesOf(from, to), (part, done) => void told.set(part, done));
    assert.deepEqual(Object.fromEntries(PARTS.map((part) => [part, there[part].rows])), {
      users: 3,
      sessions: 2,
      invites: 1,
      conversations: 2,
      messages: 605,
    });
    assert.deepEqual([...told.keys()], [...PARTS]);
    const again = await copyArchive(archivesOf(to, back));
    assert.deepEqual(again, await sumsOf(from.store.archive));
  });

  Deno.test(`${name}: a copied store goes on where the other was`, async () => {
    await using from = await open.from();
    await using to = await open.to();
    await fill(from.store);
    await copyArchive(archivesOf(from, to));
    const { users, messages } = to.store;
    assert.equal((await users.find({ login: "ANN@example.org" }))?.passwordDigest, "digest of ann");
    for (const userId of [ANN, BOB]) {
      assert.deepEqual(
        { ...await viewOf(messages, userId), lastMessage: null },
        { ...await viewOf(from.store.messages, userId), lastMessage: null },
      );
    }
    const repeat = draft("message 600", { clientId: "id-600" });
    const { appended } = await messages.commit({ drafts: [repeat, draft("new")], marks: [] });
    const [first, second] = appended;
    assert.ok(first !== undefined && "message" in first && second !== undefined && "message" in second);
    assert.deepEqual([first.created, first.message.seq], [false, 600]);
    assert.deepEqual([second.created, second.message.seq], [true, 601]);
    const page = await messages.list(AE, { limit: 10, maxBytes: 10_000_000 });
    assert.deepEqual(seqs(page.messages), [1, 2, 3, 4, 5]);
    const next = await users.create({
      username: "next",
      email: "next@example.org",
      phone: "",
      passwordDigest: "d",
      createdAt: NOW,
    });
    assert.ok(next.id > 3, "no number is given twice");
  });

  Deno.test(`${name}: copyArchive() goes on where it was interrupted`, async () => {
    await using from = await open.from();
    await using to = await open.to();
    await fill(from.store);
    await assert.rejects(
      copyArchive(archivesOf(from, to), (part, done) => {
        if (part === "messages" && done >= 500) throw new Error("the power went");
      }),
      /the power went/,
    );
    let brought = 0;
    const sums = await copyArchive(archivesOf(from, to), (part, done) => {
      if (part === "messages") brought = done;
    });
    assert.deepEqual(sums, await sumsOf(from.store.archive));
    assert.ok(brought < 605, "what was there is not brought again");
  });

  Deno.test(`${name}: copyArchive() finds out when the copy is not the same`, async () => {
    await using from = await open.from();
    await using to = await open.to();
    await fill(from.store);
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

/** People, sessions, an invite; a conversation of 600 messages with marks, and one of 5 with a private read. */
async function fill({ users, sessions, invites, messages }: Store): Promise<void> {
  for (const username of ["ann", "bob", "Ève 🦊"]) {
    const email = `${username === "ann" ? "ann" : crypto.randomUUID()}@example.org`;
    await users.create({
      username,
      email,
      phone: "",
      passwordDigest: `digest of ${username}`,
      createdAt: NOW,
    });
  }
  await users.update(2, { status: "disabled" }, NOW + 1);
  await users.touch([3], NOW + 2);
  for (const id of ["s1", "s2"]) {
    const times = { createdAt: NOW, lastUsedAt: NOW, expiresAt: NOW + 90 * 86_400_000 };
    await sessions.create({ id, userId: 1, device: "Firefox on Linux", address: "192.0.2.1", ...times });
  }
  await invites.create({ id: "i", role: "member", usesLeft: 3, expiresAt: NOW + 1_000, createdAt: NOW });
  const many = Array.from({ length: 600 }, (_, n) => {
    const senderId = n % 3 === 0 ? BOB : ANN;
    return draft(`message ${n + 1}`, {
      clientId: `id-${n + 1}`,
      senderId: n === 599 ? ANN : senderId,
      createdAt: NOW + n,
    });
  });
  await messages.commit({
    drafts: [
      ...many,
      ...["a", "b", "你好\u{1f98a}", "d", "e"].map((content) =>
        draft(content, { conversation: AE, createdAt: NOW })
      ),
    ],
    marks: [],
  });
  await messages.commit({
    drafts: [],
    marks: [
      { conversation: AB, userId: BOB, read: { seq: 300 }, at: NOW + 5 },
      { conversation: AB, userId: ANN, delivered: { seq: 599 }, at: NOW + 6 },
      { conversation: AE, userId: EVE, read: { seq: 4 }, private: true, at: NOW + 7 },
    ],
  });
}
