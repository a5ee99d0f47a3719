import assert from "node:assert/strict";
import { openSqlite } from "../../tests/contract/sqlite.ts";
import { AB, draft, markDraft, messageOf } from "../../tests/contract/drafts.ts";
import { StoreUnavailableError } from "../errors.ts";
import type { Batch, Outcome } from "../messages.ts";
import { MergedCommits } from "./merged_commits.ts";

Deno.test("MergedCommits.commit() writes what several isolates ask for at once in one commit", async () => {
  await using opened = await openSqlite();
  const { messages } = opened.store;
  const batches: Batch[] = [];
  const merged = new MergedCommits({
    commit(batch): Promise<Outcome> {
      batches.push(batch);
      return messages.commit(batch);
    },
  });
  const outcomes = await Promise.all([
    merged.commit({ drafts: [draft("1"), draft("2")], marks: [] }),
    merged.commit({
      drafts: [],
      marks: [markDraft({ read: { seq: 1 } }), markDraft({ delivered: "newest" })],
    }),
    merged.commit({ drafts: [draft("3")], marks: [markDraft({ read: "newest" })] }),
  ]);
  assert.equal(batches.length, 1);
  const seqs = outcomes.map(({ appended }) => appended.map((one) => messageOf(one).seq));
  assert.deepEqual(seqs, [[1, 2], [], [3]], "each gets what became of its own");
  assert.deepEqual(outcomes.map(({ marked }) => marked.length), [0, 2, 1]);
});

Deno.test("MergedCommits.commit() keeps the order of what comes while a commit runs", async () => {
  await using opened = await openSqlite();
  const merged = new MergedCommits(opened.store.messages);
  const all = Array.from({ length: 50 }, (_, n) => merged.commit({ drafts: [draft(`${n}`)], marks: [] }));
  const seqs = (await Promise.all(all)).flatMap(({ appended }) => appended.map((one) => messageOf(one).seq));
  assert.deepEqual(seqs, Array.from({ length: 50 }, (_, n) => n + 1));
  const { messages } = await opened.store.messages.list(AB, { limit: 100, maxBytes: 100_000 });
  assert.deepEqual(messages.map(({ content }) => content), Array.from({ length: 50 }, (_, n) => `${n}`));
});

Deno.test("MergedCommits.commit() fails all who shared a commit that failed, and goes on", async () => {
  await using opened = await openSqlite();
  let isDown = true;
  const merged = new MergedCommits({
    commit: (batch) =>
      isDown ? Promise.reject(new StoreUnavailableError("down")) : opened.store.messages.commit(batch),
  });
  const both = await Promise.allSettled([
    merged.commit({ drafts: [draft("1")], marks: [] }),
    merged.commit({ drafts: [draft("2")], marks: [] }),
  ]);
  assert.deepEqual(both.map(({ status }) => status), ["rejected", "rejected"]);
  isDown = false;
  const { appended } = await merged.commit({ drafts: [draft("3")], marks: [] });
  assert.equal(messageOf(appended[0]).seq, 1);
});
