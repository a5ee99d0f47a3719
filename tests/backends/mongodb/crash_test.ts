import { strict as assert } from "node:assert";
import { v7 } from "uuid";
import { StoreUnavailableError } from "../../../db/errors.ts";
import type { Batch, MessageStore } from "../../../db/messages.ts";
import { directConversation } from "../../../db/model.ts";
import {
  AB,
  AE,
  ANN,
  append,
  appendAll,
  BOB,
  draft,
  EVE,
  markDraft,
  seqs,
  texts,
} from "../../contract/drafts.ts";
import { openTestMongo } from "../../support/ferretdb.ts";
import { CommandProxy, type Cut } from "./command_proxy.ts";
import { openMessages } from "./opened.ts";
import { checkTruth, readAll, type Truth } from "./truth.ts";

/** Bob's and Eve's: nothing happens in it. */
const BE = directConversation(BOB, EVE);
const ALL = [AB, AE, BE];
const BEFORE = { since: 2_000, known: new Map([[AB.id, 4], [BE.id, 1]]) };
/** More than any batch here takes. */
const MOST_WRITES = 30;
const AT_ONCE = 4;

/** What there is before: two conversations, with marks. */
async function prepare(store: MessageStore): Promise<void> {
  await appendAll(store, ...texts(3), draft("known", { clientId: "known", senderId: BOB }));
  await appendAll(store, draft("quiet", { conversation: BE, senderId: EVE, createdAt: 1_500 }));
  await store.commit({ drafts: [], marks: [markDraft({ read: { seq: 2 } })] });
}

/** Both sides write into what there is, one into what there is not, one again; two read. */
function batch(): Batch {
  return {
    drafts: [
      draft("a1", { clientId: "a1", createdAt: 3_000 }),
      draft("b1", { clientId: "b1", senderId: BOB, createdAt: 3_001 }),
      draft("e1", { conversation: AE, clientId: "e1", createdAt: 3_002 }),
      draft("known", { clientId: "known", senderId: BOB, createdAt: 3_003 }),
      draft("a2", { clientId: "a2", createdAt: 3_004 }),
      draft("e2", { conversation: AE, clientId: "e2", senderId: EVE, createdAt: 3_005 }),
    ],
    marks: [
      markDraft({ read: { seq: 6 }, at: 3_006 }),
      markDraft({ userId: EVE, conversation: AE, delivered: "newest", at: 3_007 }),
    ],
  };
}

function ids({ messages }: Truth, conversation = AB): readonly (string | null)[] {
  return (messages.get(conversation.id) ?? []).map((message) => message.clientId);
}

/** Commits through a proxy that cuts at a write; answers whether that write came, and which it was. */
async function cutCommit(url: string, at: number, how: Cut): Promise<CommandProxy> {
  const proxy = new CommandProxy(url);
  const opened = await openMessages(proxy.url);
  proxy.cutAt(at, how);
  const result = await opened.messages.commit(batch()).catch((error: unknown) => error);
  await opened.messages.idle();
  // Settling comes after the answer, and may be what was cut.
  assert.ok(result instanceof StoreUnavailableError || "appended" in Object(result), String(result));
  await opened[Symbol.asyncDispose]();
  return proxy;
}

/** Runs `scenario` with a cut at every write there is; answers what was cut. Most of the time is waiting. */
async function atEveryWrite(
  scenario: (url: string, at: number) => Promise<string | null>,
): Promise<readonly string[]> {
  await using mongo = await openTestMongo();
  const cuts: string[] = [];
  for (let next = 1; next <= MOST_WRITES; next += AT_ONCE) {
    const some = await Promise.all(
      Array.from({ length: AT_ONCE }, (_, n) => scenario(mongo.other(String(next + n)), next + n)),
    );
    cuts.push(...some.filter((cut) => cut !== null));
    if (some.includes(null)) return cuts;
  }
  throw new Error(`More than ${MOST_WRITES} writes`);
}

for (const how of ["before", "after", "late"] as const) {
  Deno.test(`MongoDB: a commit that ends at any write (${how}) leaves what every reader understands`, async () => {
    const cuts = await atEveryWrite(async (url, at) => {
      await using first = await openMessages(url);
      await prepare(first.messages);
      await first[Symbol.asyncDispose]();
      await using proxy = await cutCommit(url, at, how);
      if (!proxy.isCut) return null;
      await using again = await openMessages(url);
      const where = `${how} write ${at} (${proxy.seen.at(-1)})`;
      const truth = await checkTruth(again.messages, ALL, BEFORE).catch((error: unknown) => {
        throw new Error(`After a cut ${where}`, { cause: error });
      });
      assert.ok(isPrefix(ids(truth).slice(4), ["a1", "b1", "a2"]), where);
      assert.ok(isPrefix(ids(truth, AE), ["e1", "e2"]), where);
      if (how === "late") await deliverInBetween(again.messages, proxy);
      await finish(again.messages, where);
      return proxy.seen.at(-1) ?? "";
    });
    assert.deepEqual(cuts, [
      "insert person",
      "insert conversation",
      "update conversation",
      "insert message",
      // Settling and marks, which do not wait for one another.
      "update conversation",
      "update conversation",
    ]);
  });
}

/** Another message takes the next place; then comes the write of whoever is long gone. */
async function deliverInBetween(store: MessageStore, proxy: CommandProxy): Promise<void> {
  await appendAll(store, draft("between", { clientId: "between", createdAt: 3_500 }));
  await proxy.deliver();
  await checkTruth(store, ALL, BEFORE);
}

/** Everybody asks again, as clients do: everything is stored once, in order. */
async function finish(store: MessageStore, where: string): Promise<void> {
  const again = batch();
  const { appended, marked } = await store.commit({
    drafts: again.drafts.map((one) => ({ ...one, messageId: v7() })),
    marks: again.marks,
  });
  for (const one of appended) assert.ok("message" in one, where);
  assert.ok(marked.every((one) => one !== null), where);
  const truth = await checkTruth(store, ALL, BEFORE);
  assert.deepEqual(ids(truth).filter((id) => id !== null && id !== "between"), ["known", "a1", "b1", "a2"]);
  assert.deepEqual(ids(truth, AE), ["e1", "e2"]);
  await appendAll(
    store,
    draft("on", { createdAt: 4_000 }),
    draft("on", { conversation: AE, createdAt: 4_000 }),
  );
  await checkTruth(store, ALL, BEFORE);
}

function isPrefix(some: readonly unknown[], all: readonly unknown[]): boolean {
  return some.every((one, at) => one === all[at]);
}

for (const how of ["before", "after", "late"] as const) {
  Deno.test(`MongoDB: removing that ends at any write (${how}) leaves no hole and no false count`, async () => {
    const cuts = await atEveryWrite(async (url, at) => {
      await using first = await openMessages(url);
      await prepare(first.messages);
      await appendAll(first.messages, ...texts(4, { senderId: BOB, createdAt: 2_500 }));
      await first[Symbol.asyncDispose]();
      await using proxy = new CommandProxy(url);
      const opened = await openMessages(proxy.url);
      proxy.cutAt(at, how);
      await opened.messages.removeBefore(2_600, 5).catch((error: unknown) => {
        assert.ok(error instanceof StoreUnavailableError);
      });
      await opened[Symbol.asyncDispose]();
      if (!proxy.isCut) return null;
      await using again = await openMessages(url);
      const view = { since: 9_999, known: new Map([[AB.id, 8], [BE.id, 1]]) };
      await checkTruth(again.messages, ALL, view);
      if (how === "late") await proxy.deliver();
      await checkTruth(again.messages, ALL, view);
      await again.messages.removeBefore(2_600, 100);
      await checkTruth(again.messages, ALL, view);
      assert.deepEqual(seqs(await readAll(again.messages, AB)), [8]);
      const [next] = await append(again.messages, draft("on", { senderId: ANN }));
      assert.ok(next !== undefined && "message" in next && next.message.seq === 9);
      return proxy.seen.at(-1) ?? "";
    });
    assert.deepEqual(cuts, ["update conversation", "delete message"]);
  });
}
