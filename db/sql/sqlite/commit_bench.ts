/**
 * What a commit costs: `deno bench -P=test db/sql/sqlite/commit_bench.ts`. Prints, asserts nothing.
 *
 * @module
 */
import { v7 } from "uuid";
import { systemClock } from "../../clock.ts";
import type { MessageDraft } from "../../messages.ts";
import { directConversation } from "../../model.ts";
import { SqliteStore } from "./store.ts";

const directory = await Deno.makeTempDir();
const store = await SqliteStore.open({
  dataDir: directory,
  clock: systemClock,
  newId: () => crypto.randomUUID(),
});
const TEXT = "x".repeat(100);

/** Drafts over 50 conversations, of both sides in turn. */
function drafts(count: number): readonly MessageDraft[] {
  return Array.from({ length: count }, (_, at) => {
    const low = 1 + (at % 50);
    const conversation = directConversation(low, low + 1_000);
    return {
      conversation,
      senderId: Math.floor(at / 50) % 2 === 0 ? low : low + 1_000,
      clientId: crypto.randomUUID(),
      messageId: v7(),
      kind: "text",
      content: TEXT,
      createdAt: Date.now(),
    };
  });
}

for (const count of [1, 10, 100, 500]) {
  Deno.bench(`commit of ${count} drafts in 50 conversations`, { group: "drafts" }, async (bench) => {
    const batch = { drafts: drafts(count), marks: [] };
    bench.start();
    await store.messages.commit(batch);
    bench.end();
  });
}

let seq = 0;
Deno.bench("commit of 50 read marks", { group: "marks" }, async (bench) => {
  seq++;
  const marks = Array.from({ length: 50 }, (_, at) => ({
    conversation: directConversation(1 + at, 1_001 + at),
    userId: 1 + at,
    read: { seq },
    at: Date.now(),
  }));
  bench.start();
  await store.messages.commit({ drafts: [], marks });
  bench.end();
});

Deno.bench("history page of 50", { group: "reads" }, async () => {
  await store.messages.list(directConversation(1, 1_001), { limit: 50, maxBytes: 1_000_000 });
});

Deno.bench("sync of one conversation with nothing new", { group: "reads" }, async () => {
  await store.messages.sync(1, {
    have: new Map([["1-1001", 1_000_000]]),
    since: Date.now() + 1_000,
    limit: 50,
    maxBytes: 500_000,
    now: Date.now(),
  });
});

globalThis.addEventListener("unload", () => Deno.removeSync(directory, { recursive: true }));
