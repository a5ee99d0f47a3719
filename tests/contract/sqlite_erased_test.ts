/** What was erased is not found in the bytes of the embedded store's files, nor in what is made of it later. */
import assert from "node:assert/strict";
import { systemClock } from "../../db/clock.ts";
import { copyArchive } from "../../db/copy.ts";
import { directConversation } from "../../db/model.ts";
import type { Store } from "../../db/store.ts";
import { Erasing } from "../../routes/accounts/erasing.ts";
import { openIn, TemporaryDirectory } from "./sqlite.ts";

/** In everything that Ann gave away of herself. */
const MARKER = "zebra-7c41";
const KEPT = "giraffe-9d02";

/** Which files of a directory hold a text. */
async function filesWith(directory: string, text: string): Promise<readonly string[]> {
  const found: string[] = [];
  for await (const { name, isFile } of Deno.readDir(directory)) {
    if (!isFile) continue;
    const bytes = new TextDecoder("latin1").decode(await Deno.readFile(`${directory}/${name}`));
    if (bytes.toLowerCase().includes(text)) found.push(name);
  }
  return found.sort();
}

/** Two people who wrote a lot, one of whom holds the marker wherever somebody can hold one. */
async function furnish(store: Store): Promise<{ readonly ann: number; readonly bob: number }> {
  const { users, sessions, invites, messages } = store;
  const create = async (name: string, phone: string): Promise<number> =>
    (await users.create({
      username: name,
      email: `${name}@example.org`,
      phone,
      passwordDigest: `digest ${phone}`,
      createdAt: 1,
    })).id;
  const bob = await create("bob", KEPT);
  const ann = await create(MARKER, MARKER);
  await users.update(ann, { avatar: `/avatars/${MARKER}.png` }, 2);
  const times = { createdAt: 1, lastUsedAt: Date.now(), expiresAt: Date.now() + 1e9 };
  await sessions.create({ id: `hash ${MARKER}`, userId: ann, device: MARKER, address: MARKER, ...times });
  await invites.create({
    id: `invite-${MARKER}`,
    role: "member",
    usesLeft: 1,
    expiresAt: Date.now() + 1e9,
    createdAt: 1,
    createdBy: ann,
  });
  const conversations = [bob, 77, 78, 79].map((peer) => directConversation(ann, peer));
  for (let round = 0; round < 40; round++) {
    const drafts = conversations.flatMap((conversation, at) =>
      [ann, bob].filter((id) => id === ann || at === 0).map((senderId) => {
        const word = senderId === ann ? MARKER : KEPT;
        return {
          conversation,
          senderId,
          clientId: `${word}-${round}-${at}`,
          messageId: crypto.randomUUID(),
          kind: "text" as const,
          content: `${word} ${"and more ".repeat(round * 7)}${word}`,
          createdAt: 1_000 + round,
        };
      })
    );
    await messages.commit({ drafts, marks: [] });
    if (round === 20) await messages.removeBefore(1_005, 1_000);
  }
  return { ann, bob };
}

Deno.test("SQLite: nothing of somebody who was erased is in any file, while the store is open and after", async () => {
  await using directory = await TemporaryDirectory.make();
  await using elsewhere = await TemporaryDirectory.make();
  {
    await using store = await openIn(directory.path);
    const { ann, bob } = await furnish(store);
    const before = await filesWith(directory.path, MARKER);
    assert.ok(before.length > 0, "the test finds what is there");
    const erased = await new Erasing({ store, news: null, clock: systemClock }).erase(ann);
    assert.deepEqual(erased, { messages: 4 * 40 - 3 * 5 - 5, conversations: 4 });
    assert.deepEqual(await filesWith(directory.path, MARKER), []);
    assert.ok((await filesWith(directory.path, KEPT)).length > 0, "others keep their side");
    const { messages } = await store.messages.list(directConversation(ann, bob), {
      limit: 1_000,
      maxBytes: 1e9,
    });
    assert.ok(messages.filter(({ senderId }) => senderId === bob).every(({ content }) => content !== ""));
    {
      await using copy = await openIn(elsewhere.path);
      await copyArchive({ from: store.archive, to: copy.archive });
    }
  }
  assert.deepEqual(await filesWith(directory.path, MARKER), []);
  assert.deepEqual(await filesWith(elsewhere.path, MARKER), []);
  assert.ok((await filesWith(elsewhere.path, KEPT)).length > 0);
});

Deno.test("SQLite: an erasure that was cut short is gone on with, and then nothing is left", async () => {
  await using directory = await TemporaryDirectory.make();
  const stop = new AbortController();
  {
    await using store = await openIn(directory.path);
    const { ann } = await furnish(store);
    const erasing = new Erasing({ store, news: null, clock: systemClock });
    await erasing.erase(ann, { signal: stop.signal, progress: () => stop.abort() });
    assert.equal(await store.users.find({ id: ann }), null);
    assert.ok((await filesWith(directory.path, MARKER)).length > 0, "it stopped after one conversation");
  }
  await using store = await openIn(directory.path);
  const erasing = new Erasing({ store, news: null, clock: systemClock });
  assert.equal(await erasing.sweep(), 1);
  assert.deepEqual(await filesWith(directory.path, MARKER), []);
  assert.equal(await erasing.sweep(), 0, "it is over");
});
