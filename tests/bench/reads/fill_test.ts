import assert from "node:assert/strict";
import { directConversation } from "../../../db/model.ts";
import { openIn } from "../../contract/sqlite.ts";
import { TemporaryDirectory } from "../../support/temporary_directory.ts";
import { fill } from "./fill.ts";
import { Dice, drawSpread, LISTS } from "./spread.ts";

Deno.test("fill() leaves what the program would have: dense seqs, right unread counts, next seq", async () => {
  await using directory = await TemporaryDirectory.make();
  const dice = new Dice(7);
  const spread = drawSpread({ messages: 20_000, people: 900, conversations: 2_500 }, dice);
  const { messages: count } = await fill(directory.path, spread, { dice, now: Date.now(), told: () => {} });
  assert.equal(count, spread.conversations.reduce((sum, { size }) => sum + size, 0));
  await using store = await openIn(directory.path);
  const { messages } = store;
  for (const { conversations } of LISTS) {
    for (const user of spread.listed.get(conversations) ?? []) {
      const page = await messages.conversations(user, { limit: 1_000 });
      assert.equal(page.conversations.length, conversations);
      for (const view of page.conversations.slice(0, 10)) {
        const { messages: all } = await messages.list(view.conversation, {
          afterSeq: 0,
          limit: 1_000,
          maxBytes: Number.MAX_SAFE_INTEGER,
        });
        assert.deepEqual(all.map(({ seq }) => seq), Array.from({ length: view.lastSeq }, (_, at) => at + 1));
        const unread = all.filter(({ seq, senderId }) => seq > view.readSeq && senderId !== user);
        assert.equal(view.unread, unread.length);
      }
    }
  }
  const [{ low, high, size } = { low: 0, high: 0, size: 0 }] = spread.conversations;
  const { appended: [next] } = await messages.commit({
    drafts: [{
      conversation: directConversation(low, high),
      senderId: low,
      clientId: "next",
      messageId: crypto.randomUUID(),
      kind: "text",
      content: "next",
      createdAt: Date.now(),
    }],
    marks: [],
  });
  assert.ok(next !== undefined && "message" in next);
  assert.equal(next.message.seq, size + 1);
});

Deno.test("a spread is the same for the same seed, and another for another", () => {
  const drawn = (seed: number): unknown =>
    drawSpread({ messages: 10_000, people: 900, conversations: 2_500 }, new Dice(seed)).conversations;
  assert.deepEqual(drawn(1), drawn(1));
  assert.notDeepEqual(drawn(1), drawn(2));
});
