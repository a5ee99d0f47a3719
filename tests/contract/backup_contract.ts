/**
 * The contract of backups: what a file brings into another backend is what the store held, people's sessions aside.
 *
 * @module
 */
import { strict as assert } from "node:assert";
import { seal } from "../../db/backup/container.ts";
import { type HeaderFacts, headerLine } from "../../db/backup/header.ts";
import { openBackup, verifyBackup } from "../../db/backup/read.ts";
import { restoreBlocks } from "../../db/backup/restore.ts";
import type { BackupSource } from "../../db/backup/source.ts";
import { backupLines } from "../../db/backup/write.ts";
import type { Stretch } from "../../db/archive.ts";
import { sumsOf } from "../../db/copy.ts";
import type { Store } from "../../db/store.ts";
import { AB, ANN, BOB, draft, EVE } from "./drafts.ts";
import { CONVERSATIONS, furnish, MESSAGES } from "./furnished.ts";
import type { OpenedStore, OpenStore } from "./opened.ts";

/** A store that can be backed up beside whoever has it open. */
export interface BackedUpStore extends OpenedStore {
  readonly openSource: () => Promise<BackupSource>;
}

const FACTS: HeaderFacts = {
  id: "01890a5d-ac96-774b-bcce-b302099a8057",
  program: "1.2.3",
  schema: "0002_erasing",
  begunAt: 1_800_000_000_000,
  epoch: "epoch",
  usedInDebug: false,
};

/** The bytes of a backup with these records. */
export async function sealed(lines: AsyncIterable<string>, facts: HeaderFacts = FACTS): Promise<Uint8Array> {
  const chunks = await Array.fromAsync(seal(headerLine(facts), lines));
  return new Uint8Array(await new Blob(chunks.map((chunk) => new Uint8Array(chunk))).arrayBuffer());
}

/** A file in pieces of some length. */
export async function* pieces(bytes: Uint8Array, length = 10_000): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += length) yield bytes.subarray(at, at + length);
}

async function backedUp(from: BackedUpStore): Promise<Uint8Array> {
  await using source = await from.openSource();
  return await sealed(backupLines(source));
}

/** Runs the suite from one backend to another. */
export function testBackup(
  name: string,
  open: { readonly from: () => Promise<BackedUpStore>; readonly to: OpenStore },
): void {
  Deno.test(`${name}: a backup of an open store restores all of it but the sessions`, async () => {
    await using from = await open.from();
    await using to = await open.to();
    await furnish(from.store);
    const file = await backedUp(from);
    const { sums: said } = await verifyBackup(pieces(file));
    const { blocks } = await openBackup(pieces(file, 777));
    const sums = await restoreBlocks(blocks, to.store.archive);
    assert.deepEqual(sums, said);
    assert.deepEqual([sums.users.rows, sums.sessions.rows, sums.invites.rows], [5, 0, 1]);
    assert.deepEqual([sums.conversations.rows, sums.messages.rows], [CONVERSATIONS, MESSAGES]);
    const { sessions: _, ...wanted } = await sumsOf(from.store.archive);
    const { sessions: __, ...got } = sums;
    assert.deepEqual(got, wanted);
    for (const userId of [ANN, BOB, EVE]) {
      assert.deepEqual(await viewsOf(to.store, userId), await viewsOf(from.store, userId));
    }
    const { appended: [next] } = await to.store.messages.commit({ drafts: [draft("next")], marks: [] });
    assert.ok(next !== undefined && "message" in next);
    assert.equal(next.message.seq, 1_101);
  });

  Deno.test(`${name}: a backup of an empty store restores`, async () => {
    await using from = await open.from();
    await using to = await open.to();
    const { blocks } = await openBackup(pieces(await backedUp(from)));
    const sums = await restoreBlocks(blocks, to.store.archive);
    assert.deepEqual(Object.values(sums).map(({ rows }) => rows), [0, 0, 0, 0, 0]);
  });

  Deno.test(`${name}: a restore that was interrupted goes on where it was`, async () => {
    await using from = await open.from();
    await using to = await open.to();
    await furnish(from.store);
    const file = await backedUp(from);
    const { blocks } = await openBackup(pieces(file));
    let left = 1;
    const cut = async function* (): AsyncGenerator<Awaited<ReturnType<typeof blocks.next>>["value"]> {
      for await (const block of blocks) {
        if (block.kind === "messages" && left-- === 0) throw new Error("the power went");
        yield block;
      }
    };
    await assert.rejects(restoreBlocks(cut(), to.store.archive), /the power went/);
    const again = await openBackup(pieces(file));
    const { sums } = await verifyBackup(pieces(file));
    assert.deepEqual(await restoreBlocks(again.blocks, to.store.archive), sums);
  });

  Deno.test(`${name}: what comes, changes and is read while it is backed up leaves no conversation torn`, async () => {
    await using from = await open.from();
    await using to = await open.to();
    await furnish(from.store);
    await using source = await from.openSource();
    let touched = false;
    const busy: BackupSource = {
      ...source,
      messages: {
        countMessages: () => source.messages.countMessages(),
        conversations: (page) => source.messages.conversations(page),
        async *messages(readings): AsyncGenerator<readonly Stretch[]> {
          if (!touched) {
            touched = true;
            await from.store.messages.commit({
              drafts: Array.from({ length: 20 }, (_, n) => draft(`late ${n}`, { clientId: `late-${n}` })),
              marks: [],
            });
            await from.store.messages.emptyMessages({
              conversation: AB,
              senderId: ANN,
              afterSeq: 0,
              limit: 30,
              at: 1_800_000_100_000,
            });
            await from.store.messages.commit({
              drafts: [],
              marks: [{ conversation: AB, userId: BOB, read: { seq: 1_120 }, at: 1_800_000_200_000 }],
            });
          }
          yield* source.messages.messages(readings);
        },
      },
    };
    const file = await sealed(backupLines(busy));
    const { blocks } = await openBackup(pieces(file));
    const sums = await restoreBlocks(blocks, to.store.archive);
    assert.equal(sums.messages.rows, MESSAGES, "what came since is not in it");
    const [ab] = (await to.store.archive.messages.conversations({ after: "", limit: 100 }))
      .filter(({ id }) => id === AB.id);
    assert.ok(ab !== undefined && ab.members.every(({ readSeq }) => readSeq <= ab.lastSeq));
    let highest = 0;
    for await (const stretches of to.store.archive.messages.messages([{ conversation: ab, after: 0 }])) {
      for (const { messages } of stretches) {
        for (const { change } of messages) highest = Math.max(highest, change);
      }
    }
    assert.ok(highest <= ab.lastChange, "no message has a higher change than its conversation");
  });
}

async function viewsOf({ messages }: Store, userId: number): Promise<unknown> {
  return (await messages.conversations(userId, { limit: 100 })).conversations;
}
