import assert from "node:assert/strict";
import { StoreUnavailableError } from "../db/errors.ts";
import type { MessagePage, MessageQuery } from "../db/messages.ts";
import { type ConversationView, directConversation, type Message, type UserId } from "../db/model.ts";
import { FakeClock, settle } from "../tests/support/fake_clock.ts";
import { InOrder } from "./in_order.ts";

const ANN: UserId = 1;
const BOB: UserId = 2;
const CONVERSATION = directConversation(ANN, BOB);

/** A conversation in a store, whose hints to Bob a test publishes as it likes. */
class Stage {
  readonly clock = new FakeClock();
  readonly stored: Message[] = [];
  readonly pushed: number[] = [];
  readonly asked: MessageQuery[] = [];
  gaps = 0;
  isDown = false;
  readonly inOrder: InOrder;

  constructor(options: { readonly mayLose: boolean } = { mayLose: true }) {
    this.inOrder = new InOrder({
      messages: { list: (_conversation, query) => this.#list(query) },
      clock: this.clock,
      mayLose: options.mayLose,
      push: (_userId, message) => void this.pushed.push(message.seq),
      onGap: () => void this.gaps++,
    });
  }

  /** Stores messages up to a seq. */
  store(upTo: number): void {
    for (let seq = this.stored.length + 1; seq <= upTo; seq++) {
      this.stored.push({
        conversation: CONVERSATION,
        seq,
        change: seq,
        messageId: `m${seq}`,
        senderId: ANN,
        clientId: null,
        kind: "text",
        content: "",
        createdAt: this.clock.now(),
        editedAt: null,
        deletedAt: null,
      });
    }
  }

  /** The hint of a message arrives. */
  hint(...seqs: readonly number[]): void {
    for (const seq of seqs) {
      const message = this.stored[seq - 1];
      assert.ok(message !== undefined);
      this.inOrder.take(BOB, { type: "message", message, except: null });
    }
  }

  async #list(query: MessageQuery): Promise<MessagePage> {
    this.asked.push(query);
    await new Promise<void>((resolve) => setImmediate(resolve));
    if (this.isDown) throw new StoreUnavailableError("Cannot read: the store is down");
    const { afterSeq = 0, beforeSeq = Infinity, limit } = query;
    const found = this.stored.filter(({ seq }) => seq > afterSeq && seq < beforeSeq);
    const messages = query.afterSeq === undefined ? found.slice(-limit) : found.slice(0, limit);
    return { messages, hasMore: found.length > messages.length };
  }
}

function view(lastSeq: number, updatedAt: number): ConversationView {
  return {
    conversation: CONVERSATION,
    firstSeq: 1,
    lastSeq,
    lastChange: lastSeq,
    lastMessage: null,
    unread: 0,
    deliveredSeq: 0,
    readSeq: 0,
    shownReadSeq: 0,
    peerReadSeq: 0,
    peerDeliveredSeq: 0,
    updatedAt,
  };
}

Deno.test("InOrder pushes late hints in order, without asking the store", async () => {
  const stage = new Stage();
  stage.inOrder.begin(BOB);
  stage.store(6);
  stage.hint(1, 3, 5, 4);
  assert.deepEqual(stage.pushed, [1]);
  await stage.clock.advance(199);
  stage.hint(2, 2, 3, 6);
  assert.deepEqual(stage.pushed, [1, 2, 3, 4, 5, 6]);
  await stage.clock.advance(60_000);
  assert.deepEqual(stage.asked, []);
  assert.equal(stage.clock.waiting, 0);
});

Deno.test("InOrder reads lost hints after 200 ms, and drops them when they come after all", async () => {
  const stage = new Stage();
  stage.inOrder.begin(BOB);
  stage.store(5);
  stage.hint(1, 5);
  await stage.clock.advance(199);
  assert.deepEqual(stage.pushed, [1]);
  await stage.clock.advance(1);
  assert.deepEqual(stage.pushed, [1, 2, 3, 4, 5]);
  stage.hint(4, 2, 3, 5);
  assert.deepEqual(stage.pushed, [1, 2, 3, 4, 5]);
  assert.equal(stage.gaps, 0);
});

Deno.test("InOrder reads what was lost right before the first hint, and nothing from before the user came", async () => {
  const stage = new Stage();
  stage.store(7);
  await stage.clock.advance(60_000);
  stage.inOrder.begin(BOB);
  stage.store(10);
  stage.hint(10);
  assert.deepEqual(stage.pushed, [], "held while the store is read");
  await settle();
  assert.deepEqual(stage.pushed, [8, 9, 10]);
});

Deno.test("InOrder looks back as far as anything is new, and asks the devices to sync where that is too much", async () => {
  const stage = new Stage();
  stage.store(5);
  await stage.clock.advance(6_000);
  stage.inOrder.begin(BOB);
  stage.store(100);
  stage.hint(100);
  await stage.clock.advance(250);
  assert.deepEqual(stage.pushed, Array.from({ length: 95 }, (_, n) => n + 6));
  assert.deepEqual([stage.asked.length, stage.gaps], [5, 0]);
  stage.inOrder.end(BOB);
  stage.inOrder.begin(BOB);
  stage.store(500);
  stage.hint(500);
  for (let read = 0; stage.gaps === 0 && read < 15; read++) await settle();
  assert.deepEqual([stage.pushed.at(95), stage.pushed.at(-1), stage.gaps], [200, 500, 1]);
});

Deno.test("InOrder begins behind what sync answered to the only device", async () => {
  const stage = new Stage();
  stage.inOrder.begin(BOB);
  stage.store(7);
  stage.inOrder.synced(BOB, [view(7, stage.clock.now())]);
  stage.store(9);
  stage.hint(6, 9);
  await stage.clock.advance(200);
  assert.deepEqual(stage.pushed, [8, 9]);
});

Deno.test("InOrder learns nothing from a sync about conversations in which something was pushed", async () => {
  const stage = new Stage();
  stage.inOrder.begin(BOB);
  stage.store(4);
  stage.hint(1);
  stage.inOrder.synced(BOB, [view(4, stage.clock.now())]);
  stage.hint(2, 3, 4);
  await settle();
  assert.deepEqual(stage.pushed, [1, 2, 3, 4]);
});

Deno.test("InOrder asks nothing where no hint can be lost", async () => {
  const stage = new Stage({ mayLose: false });
  stage.store(7);
  stage.inOrder.begin(BOB);
  stage.hint(7);
  await settle();
  assert.deepEqual(stage.pushed, [7]);
  assert.deepEqual(stage.asked, []);
});

Deno.test("InOrder waits for a store that is down, and asks the devices to sync when it stays so", async () => {
  const stage = new Stage();
  stage.inOrder.begin(BOB);
  stage.store(4);
  stage.hint(1, 3);
  stage.isDown = true;
  await stage.clock.advance(400);
  assert.deepEqual(stage.pushed, [1]);
  stage.isDown = false;
  await stage.clock.advance(10_000);
  assert.deepEqual(stage.pushed, [1, 2, 3, 4]);
  assert.equal(stage.gaps, 0);
  stage.isDown = true;
  stage.store(6);
  stage.hint(6);
  await stage.clock.advance(60_000);
  assert.deepEqual(stage.pushed, [1, 2, 3, 4, 6]);
  assert.equal(stage.gaps, 1);
  stage.hint(5);
  assert.deepEqual(stage.pushed, [1, 2, 3, 4, 6], "never out of order");
  assert.equal(stage.clock.waiting, 0);
});

Deno.test("InOrder holds a bounded number of hints and loses none of the messages", async () => {
  const stage = new Stage();
  stage.inOrder.begin(BOB);
  stage.store(250);
  stage.hint(1);
  for (let seq = 3; seq <= 250; seq++) stage.hint(seq);
  await stage.clock.advance(10_000);
  assert.deepEqual(stage.pushed, stage.stored.map((message) => message.seq));
  assert.equal(stage.gaps, 0);
});

Deno.test("InOrder does not push again what it pushed before it forgot the conversation", async () => {
  const stage = new Stage();
  stage.inOrder.begin(BOB);
  stage.store(10);
  for (let seq = 1; seq <= 10; seq++) stage.hint(seq);
  await stage.clock.advance(60_000);
  const [first] = stage.stored;
  assert.ok(first !== undefined);
  for (let senderId = 3; senderId <= 600; senderId++) {
    const message = { ...first, senderId, conversation: directConversation(senderId, BOB) };
    stage.inOrder.take(BOB, { type: "message", message, except: null });
  }
  stage.pushed.length = 0;
  stage.store(11);
  stage.hint(11);
  await settle();
  assert.deepEqual(stage.pushed, [11]);
});

Deno.test("InOrder goes on behind messages that retention removed", async () => {
  const stage = new Stage();
  stage.inOrder.begin(BOB);
  stage.store(9);
  stage.hint(1);
  const [, , , , ...kept] = stage.stored.splice(1);
  stage.hint(1);
  const last = kept.at(-1);
  assert.ok(last !== undefined);
  stage.stored.push(...kept);
  stage.inOrder.take(BOB, { type: "message", message: last, except: null });
  await stage.clock.advance(10_000);
  assert.deepEqual(stage.pushed, [1, 6, 7, 8, 9]);
});

Deno.test("InOrder forgets a user who left, also in the middle of a gap", async () => {
  const stage = new Stage();
  stage.inOrder.begin(BOB);
  stage.store(5);
  stage.hint(1, 4);
  stage.inOrder.end(BOB);
  stage.hint(5);
  await stage.clock.advance(10_000);
  assert.deepEqual(stage.pushed, [1]);
  assert.equal(stage.clock.waiting, 0);
  stage.inOrder.begin(BOB);
  stage.hint(5);
  stage.inOrder.end(BOB);
  await stage.clock.advance(10_000);
  assert.deepEqual(stage.pushed, [1]);
});

Deno.test("InOrder waits anew for what skips while a gap is read", async () => {
  const stage = new Stage();
  stage.inOrder.begin(BOB);
  stage.store(6);
  stage.hint(1, 3);
  const filling = stage.clock.advance(200);
  stage.store(8);
  stage.hint(8);
  await filling;
  await stage.clock.advance(10_000);
  assert.deepEqual(stage.pushed, [1, 2, 3, 4, 5, 6, 7, 8]);
  assert.equal(stage.gaps, 0);
});
