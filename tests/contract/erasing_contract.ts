/**
 * Erasing somebody from a whole store, whatever it is made of: nothing of them is in anything it gives out.
 *
 * @module
 */
import { strict as assert } from "node:assert";
import { systemClock } from "../../db/clock.ts";
import { directConversation } from "../../db/model.ts";
import type { Store } from "../../db/store.ts";
import { Erasing } from "../../routes/accounts/erasing.ts";
import { draft } from "./drafts.ts";
import type { OpenStore } from "./opened.ts";

const MARKER = "zebra-7c41";
const KEPT = "giraffe-9d02";
const PEERS = [101, 102, 103];
const ROUNDS = 90;

/** Everything a store would bring to another one, as text. */
async function everything({ archive: { accounts, messages } }: Store): Promise<string> {
  const page = { after: "", limit: 1_000 };
  const conversations = await messages.conversations(page);
  const readings = conversations.map((conversation) => ({ conversation, after: 0 }));
  const parts: unknown[] = [
    await accounts.users({ after: 0, limit: 1_000 }),
    await accounts.sessions(page),
    await accounts.invites(page),
  ];
  for await (const stretches of messages.messages(readings)) parts.push(stretches);
  return JSON.stringify(parts);
}

/** Runs the suite against a store. */
export function testErasing(name: string, open: OpenStore): void {
  Deno.test(`${name}: somebody who is erased, in two goes, is in nothing that the store gives out`, async () => {
    await using opened = await open();
    const { store } = opened;
    const create = async (username: string): Promise<number> => {
      const email = `${username}@example.org`;
      return (await store.users.create({
        username,
        email,
        phone: username,
        passwordDigest: username,
        createdAt: 1,
      }))
        .id;
    };
    await create("owner");
    const ann = await create(MARKER);
    const now = Date.now();
    const times = { createdAt: now, lastUsedAt: now, expiresAt: now + 1e9 };
    await store.sessions.create({
      id: `s ${MARKER}`,
      userId: ann,
      device: MARKER,
      address: MARKER,
      ...times,
    });
    const drafts = Array.from({ length: ROUNDS }, (_, round) =>
      PEERS.flatMap((peer) => [
        draft(`${MARKER} ${round}`, {
          conversation: directConversation(ann, peer),
          senderId: ann,
          clientId: `${MARKER} ${peer} ${round}`,
        }),
        draft(KEPT, { conversation: directConversation(ann, peer), senderId: peer }),
      ])).flat();
    await store.messages.commit({ drafts, marks: [] });
    assert.ok((await everything(store)).includes(MARKER));
    const stop = new AbortController();
    const erasing = new Erasing({ store, news: null, clock: systemClock });
    const first = await erasing.erase(ann, { signal: stop.signal, progress: () => stop.abort() });
    assert.deepEqual(first, { messages: ROUNDS, conversations: 1 });
    assert.deepEqual(await store.sessions.list(ann, now), []);
    assert.ok((await everything(store)).includes(MARKER), "it was cut short");
    assert.equal(await erasing.sweep(), 1);
    const left = await everything(store);
    assert.ok(!left.includes(MARKER));
    assert.equal(left.split(KEPT).length - 1, PEERS.length * ROUNDS, "others keep their side");
    assert.equal(await erasing.sweep(), 0);
    for (const peer of PEERS) {
      const { conversations: [view] } = await store.messages.conversations(peer, { limit: 1 });
      assert.deepEqual([view?.lastSeq, view?.lastChange], [2 * ROUNDS, 3 * ROUNDS]);
    }
  });
}
