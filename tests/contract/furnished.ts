/**
 * A store with something of everything, for moving house.
 *
 * @module
 */
import type { MessageDraft } from "../../db/messages.ts";
import { type ConversationRef, directConversation } from "../../db/model.ts";
import type { Store } from "../../db/store.ts";
import { AB, AE, ANN, BOB, draft, EVE } from "./drafts.ts";

/** When it was furnished. */
export const NOW = 1_800_000_000_123;
/** Bob's and Eve's, whose oldest messages are removed. */
export const BE: ConversationRef = directConversation(BOB, EVE);

/** Whose numbers are in one order and whose texts in another. */
const FRIENDS = [9, 10, 99, 100, 101, 999, 1_000, 4_294_967_295];
const LONG = 1_100;
const TEXTS = ["a", "b", "你好\u{1f98a}", "\u2028 'x\\' \u0001", " e "];
const CLIENT_IDS = ["Id", "id", "id ", "\u00efd", "0".repeat(64), null];
/** As long as a message may be, and longer in bytes than any other. */
const LONGEST = ["字".repeat(10_000), "\u{1f98a}".repeat(10_000)];
const LONGEST_COUNT = 60;

/** What there is afterwards. */
export const CONVERSATIONS: number = 3 + FRIENDS.length;
export const MESSAGES: number = LONG + TEXTS.length + (CLIENT_IDS.length + LONGEST_COUNT - 3) +
  FRIENDS.length;

/** People, sessions and an invite, conversations of all lengths, marks, a private read, what retention left, and some that were emptied. */
export async function furnish(store: Store): Promise<void> {
  await inviteAll(store);
  const { messages } = store;
  for (const drafts of [long(), short(), longest()]) await messages.commit({ drafts, marks: [] });
  await messages.removeBefore(2_000, 100);
  await messages.commit({
    drafts: [],
    marks: [
      { conversation: AB, userId: BOB, read: { seq: 300 }, at: NOW + 5 },
      { conversation: AB, userId: ANN, delivered: { seq: LONG - 1 }, at: NOW + 6 },
      { conversation: AE, userId: EVE, read: { seq: 4 }, private: true, at: NOW + 7 },
      { conversation: BE, userId: EVE, read: { seq: 20 }, at: NOW + 8 },
    ],
  });
  await messages.emptyMessages({ conversation: AE, senderId: ANN, afterSeq: 0, limit: 3, at: NOW + 9 });
}

async function inviteAll({ users, sessions, invites, archive }: Store): Promise<void> {
  for (const username of ["ann", "bob", "\u00c8ve \u{1f98a}"]) {
    const email = `${username === "ann" ? "ann" : crypto.randomUUID()}@example.org`;
    const passwordDigest = `digest of ${username}`;
    await users.create({ username, email, phone: "", passwordDigest, createdAt: NOW });
  }
  await users.update(2, { status: "disabled" }, NOW + 1);
  await users.touch([3], NOW + 2);
  const nothing = { passwordDigest: null, email: null, phone: null, avatar: null, status: null };
  const keys = { nameKey: null, emailKey: null, lastSeenAt: null, eraseAt: null };
  await archive.accounts.putUsers([
    {
      ...nothing,
      ...keys,
      id: 8,
      username: null,
      role: "member",
      createdAt: null,
      updatedAt: null,
      deletedAt: null,
    },
    {
      ...nothing,
      ...keys,
      id: 9,
      username: "bob",
      role: "member",
      createdAt: 1,
      updatedAt: 999,
      deletedAt: NOW,
      eraseAt: NOW + 60_000,
    },
  ]);
  for (const id of ["s1", "s2"]) {
    const times = { createdAt: NOW, lastUsedAt: NOW, expiresAt: NOW + 90 * 86_400_000 };
    await sessions.create({ id, userId: 1, device: "Firefox on Linux", address: "192.0.2.1", ...times });
  }
  await invites.create({
    id: "i",
    role: "member",
    usesLeft: 3,
    expiresAt: NOW + 1_000,
    createdAt: NOW,
    createdBy: 1,
  });
}

function long(): readonly MessageDraft[] {
  return Array.from({ length: LONG }, (_, n) =>
    draft(`message ${n + 1}`, {
      clientId: `id-${n + 1}`,
      senderId: n % 3 === 0 && n < LONG - 1 ? BOB : ANN,
      createdAt: NOW + n,
    }));
}

function short(): readonly MessageDraft[] {
  return [
    ...TEXTS.map((content) => draft(content, { conversation: AE, createdAt: NOW })),
    ...FRIENDS.map((id) =>
      draft(`to ${id}`, { conversation: directConversation(5, id), senderId: 5, createdAt: NOW })
    ),
  ];
}

/** The first three are older than what retention keeps. */
function longest(): readonly MessageDraft[] {
  return [
    ...CLIENT_IDS.map((clientId, n) =>
      draft(`${n}`, { conversation: BE, senderId: BOB, clientId, createdAt: n < 3 ? 1_000 : NOW })
    ),
    ...Array.from({ length: LONGEST_COUNT }, (_, n) =>
      draft(LONGEST[n % LONGEST.length] ?? "", {
        conversation: BE,
        senderId: n % 2 === 0 ? EVE : BOB,
        createdAt: NOW,
      })),
  ];
}
