import { strict as assert } from "node:assert";
import { systemClock } from "./clock.ts";
import { Batcher } from "./batcher.ts";
import { StoreUnavailableError } from "./errors.ts";
import type { Batch, MarkDraft, MessageDraft, Outcome } from "./messages.ts";
import { directConversation } from "./model.ts";
import { FakeClock, settle } from "../tests/support/fake_clock.ts";

const conversation = directConversation(1, 2);

function draft(content: string): MessageDraft {
  return {
    conversation,
    senderId: 1,
    clientId: null,
    messageId: content,
    kind: "text",
    content,
    createdAt: 1,
  };
}

const ROOMY = { maxBatch: 10, maxWaiting: 100, maxWaitingLength: 1_000 };
const readMark: MarkDraft = { conversation, userId: 2, read: "newest", at: 1 };

/** A store that commits when the test says so, and remembers what it was given. */
class HeldStore {
  readonly batches: Batch[] = [];
  #answers: (() => void)[] = [];
  #arrivals: (() => void)[] = [];
  #seq = 0;

  commit(batch: Batch): Promise<Outcome> {
    this.batches.push(batch);
    for (const arrived of this.#arrivals.splice(0)) arrived();
    return new Promise((resolve, reject) => {
      this.#answers.push(() => {
        const failed = batch.drafts.some((draft) => draft.content === "fail");
        if (failed) reject(new StoreUnavailableError("down"));
        else resolve(this.#outcome(batch));
      });
    });
  }

  /** Resolves when `count` batches have come. */
  async arrived(count: number): Promise<void> {
    while (this.batches.length < count) await new Promise<void>((resolve) => this.#arrivals.push(resolve));
  }

  /** Ends the commit that runs. */
  release(): void {
    this.#answers.shift()?.();
  }

  #outcome({ drafts, marks }: Batch): Outcome {
    const { messageId: _, ...rest } = draft("");
    return {
      appended: drafts.map(({ messageId, content }) => {
        const seq = ++this.#seq;
        const message = { ...rest, messageId, content, seq, change: seq, editedAt: null, deletedAt: null };
        return { message, created: true };
      }),
      marked: marks.map(() => null),
    };
  }
}

function sizes(store: HeldStore): readonly number[] {
  return store.batches.map((batch) => batch.drafts.length + batch.marks.length);
}

Deno.test("Batcher puts everything of one turn into one commit, with one in flight", async () => {
  const store = new HeldStore();
  await using batcher = new Batcher(store, { clock: systemClock, ...ROOMY });
  const first = [batcher.append(draft("a")), batcher.mark(readMark), batcher.append(draft("b"))];
  await store.arrived(1);
  const second = [batcher.append(draft("c")), batcher.append(draft("d"))];
  assert.equal(batcher.waiting, 2);
  assert.equal(store.batches.length, 1);
  store.release();
  await Promise.all(first);
  await store.arrived(2);
  store.release();
  await Promise.all(second);
  assert.deepEqual(sizes(store), [3, 2]);
});

Deno.test("Batcher answers each caller with its own result, in the order they came", async () => {
  const store = new HeldStore();
  await using batcher = new Batcher(store, {
    clock: systemClock,
    maxBatch: 3,
    maxWaiting: 100,
    maxWaitingLength: 1_000,
  });
  const seqs: (readonly [string, number])[] = [];
  const all = Array.from({ length: 8 }, async (_, at) => {
    const appended = await batcher.append(draft(`text ${at}`));
    assert.ok("message" in appended);
    assert.equal(appended.message.content, `text ${at}`);
    seqs.push([appended.message.content, appended.message.seq]);
  });
  for (let batch = 1; batch <= 3; batch++) {
    await store.arrived(batch);
    store.release();
  }
  await Promise.all(all);
  assert.deepEqual(seqs, Array.from({ length: 8 }, (_, at) => [`text ${at}`, at + 1]));
  assert.deepEqual(sizes(store), [3, 3, 2]);
});

Deno.test("Batcher does not let drafts overtake marks that came before them", async () => {
  const store = new HeldStore();
  await using batcher = new Batcher(store, {
    clock: systemClock,
    maxBatch: 2,
    maxWaiting: 100,
    maxWaitingLength: 1_000,
  });
  const all = [batcher.mark(readMark), ...["a", "b", "c"].map((one) => batcher.append(draft(one)))];
  await store.arrived(1);
  store.release();
  await store.arrived(2);
  store.release();
  await Promise.all(all);
  assert.deepEqual(store.batches.map((batch) => batch.marks.length), [1, 0]);
});

Deno.test("Batcher refuses at once what is beyond its bound", async () => {
  const store = new HeldStore();
  await using batcher = new Batcher(store, {
    clock: systemClock,
    maxBatch: 2,
    maxWaiting: 3,
    maxWaitingLength: 1_000,
  });
  const first = batcher.append(draft("first"));
  await store.arrived(1);
  const waiting = ["a", "b", "c"].map((one) => batcher.append(draft(one)));
  await assert.rejects(batcher.append(draft("too many")), StoreUnavailableError);
  await assert.rejects(batcher.mark(readMark), StoreUnavailableError);
  for (let batch = 1; batch <= 3; batch++) {
    await store.arrived(batch);
    store.release();
  }
  await Promise.all([first, ...waiting]);
});

Deno.test("Batcher refuses at once what is beyond the length that may wait, and takes more once that is written", async () => {
  const store = new HeldStore();
  await using batcher = new Batcher(store, {
    clock: systemClock,
    maxBatch: 1,
    maxWaiting: 100,
    maxWaitingLength: 10,
  });
  const first = batcher.append(draft("first"));
  await store.arrived(1);
  const long = batcher.append(draft("0123456789"));
  await assert.rejects(batcher.append(draft("x")), StoreUnavailableError);
  store.release();
  await store.arrived(2);
  const next = batcher.append(draft("x"));
  store.release();
  await store.arrived(3);
  store.release();
  await Promise.all([first, long, next]);
});

Deno.test("Batcher fails everything that waits when a commit fails, and then goes on", async () => {
  const store = new HeldStore();
  await using batcher = new Batcher(store, { clock: systemClock, ...ROOMY });
  const failing = [batcher.append(draft("fail")), batcher.mark(readMark)];
  await store.arrived(1);
  const waiting = batcher.append(draft("behind"));
  store.release();
  for (const result of await Promise.allSettled([...failing, waiting])) {
    assert.ok(result.status === "rejected" && result.reason instanceof StoreUnavailableError);
  }
  const next = batcher.append(draft("next"));
  await store.arrived(2);
  store.release();
  assert.ok("message" in await next);
  const { commits, failedCommits, drafts, marks, biggest, waiting: left } = batcher.figures;
  assert.deepEqual([commits, failedCommits, drafts, marks, biggest, left], [2, 1, 2, 1, 2, 0]);
});

Deno.test("Batcher drains what waits when it is disposed, and refuses what comes after", async () => {
  const store = new HeldStore();
  const batcher = new Batcher(store, {
    clock: systemClock,
    maxBatch: 1,
    maxWaiting: 100,
    maxWaitingLength: 1_000,
  });
  const accepted = [batcher.append(draft("a")), batcher.append(draft("b"))];
  const closing = batcher[Symbol.asyncDispose]();
  await assert.rejects(batcher.append(draft("late")), StoreUnavailableError);
  for (let batch = 1; batch <= 2; batch++) {
    await store.arrived(batch);
    store.release();
  }
  await closing;
  assert.equal((await Promise.all(accepted)).length, 2);
  await batcher[Symbol.asyncDispose]();
});

Deno.test("Batcher lets everybody be read before the commit that follows a big one", async () => {
  const store = new HeldStore();
  const clock = new FakeClock();
  await using batcher = new Batcher(store, { ...ROOMY, clock, maxBatch: 64 });
  const crowd = Array.from({ length: 64 }, (_, at) => batcher.append(draft(`text ${at}`)));
  await store.arrived(1);
  const next = batcher.append(draft("next"));
  store.release();
  await Promise.all(crowd);
  await settle();
  assert.deepEqual(sizes(store), [64]);
  const late = batcher.append(draft("late"));
  await clock.advance(1);
  await store.arrived(2);
  store.release();
  await Promise.all([next, late]);
  assert.deepEqual(sizes(store), [64, 2]);
});

Deno.test("Batcher lets marks after a big commit wait for a message, and not for ever", async () => {
  const store = new HeldStore();
  const clock = new FakeClock();
  await using batcher = new Batcher(store, { ...ROOMY, clock, maxBatch: 64 });
  const crowd = Array.from({ length: 64 }, (_, at) => batcher.append(draft(`text ${at}`)));
  await store.arrived(1);
  const mark = batcher.mark(readMark);
  store.release();
  await Promise.all(crowd);
  await settle();
  for (let ms = 1; ms < 5; ms++) await clock.advance(1);
  assert.deepEqual(sizes(store), [64]);
  await clock.advance(1);
  await store.arrived(2);
  store.release();
  await mark;
  assert.deepEqual(sizes(store), [64, 1]);
});

Deno.test("Batcher has as many commits under way as the store takes, in the order of the writes", async () => {
  const store = Object.assign(new HeldStore(), { commitsAtOnce: 2 });
  await using batcher = new Batcher(store, { clock: systemClock, ...ROOMY });
  const answered: string[] = [];
  const write = (content: string): Promise<void> =>
    batcher.append(draft(content)).then(() => void answered.push(content));
  const first = write("a");
  await store.arrived(1);
  const second = write("b");
  await store.arrived(2);
  const rest = [write("c"), write("d")];
  await settle();
  assert.deepEqual(sizes(store), [1, 1], "a third waits");
  store.release();
  await first;
  await store.arrived(3);
  store.release();
  store.release();
  await Promise.all([second, ...rest]);
  assert.deepEqual(sizes(store), [1, 1, 2]);
  assert.deepEqual(answered, ["a", "b", "c", "d"]);
});

Deno.test("Batcher waits for all commits under way when it ends", async () => {
  const store = Object.assign(new HeldStore(), { commitsAtOnce: 4 });
  const batcher = new Batcher(store, { clock: systemClock, ...ROOMY });
  const writes = [batcher.append(draft("a"))];
  await store.arrived(1);
  writes.push(batcher.append(draft("b")));
  await store.arrived(2);
  let hasEnded = false;
  const ended = batcher[Symbol.asyncDispose]().then(() => hasEnded = true);
  store.release();
  await settle();
  assert.equal(hasEnded, false);
  store.release();
  await ended;
  assert.equal((await Promise.all(writes)).length, 2);
});

Deno.test("Batcher commits nothing where a failure took everything that waited for a commit beside it", async () => {
  const store = Object.assign(new HeldStore(), { commitsAtOnce: 2 });
  await using batcher = new Batcher(store, { clock: systemClock, ...ROOMY });
  const failing = batcher.append(draft("fail"));
  await store.arrived(1);
  const waiting = batcher.append(draft("behind"));
  store.release();
  for (const result of await Promise.allSettled([failing, waiting])) assert.equal(result.status, "rejected");
  await settle();
  const next = batcher.append(draft("next"));
  await store.arrived(2);
  store.release();
  await next;
  assert.deepEqual(sizes(store), [1, 1]);
});
