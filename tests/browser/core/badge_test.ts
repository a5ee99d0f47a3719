/** The unread count that the page shows: whatever it hears in whatever order, and however often. */
import assert from "node:assert/strict";
import fc from "fast-check";
import type { Conversation, MessageFrame } from "../../../realtime/frames.ts";
import { withMarks, withMessages, withSync } from "../../../static/core/chats.js";
import { EMPTY_STATE } from "../../../static/core/state.js";
import { CONVERSATION, conversation, message, PEER, SELF } from "./stage.ts";

/** A part of what there is, from none to all. */
const part = fc.double({ min: 0, max: 1, noNaN: true });
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant("say" as const), from: fc.constantFrom(SELF, PEER) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant("hear" as const), skipped: fc.nat(3) }) },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constantFrom("fill" as const, "look back" as const), size: fc.nat(8) }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("read elsewhere" as const), of: part }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("read here" as const), arrives: fc.boolean() }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("receipt" as const), of: part }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("sync" as const),
      of: part,
      limit: fc.integer({ min: 1, max: 9 }),
    }),
  },
);
type Step = typeof step extends fc.Arbitrary<infer One> ? One : never;

/** How it stood on the server at some moment. */
interface Moment {
  readonly last: number;
  readonly read: number;
}

/** One conversation on the server, and as one device of user {@link SELF} sees it. */
class Play {
  readonly #stored: MessageFrame[] = [];
  readonly #moments: Moment[] = [{ last: 0, read: 0 }];
  #state = { ...EMPTY_STATE, selfId: SELF };
  /** The highest seq that was pushed. */
  #pushed = 0;
  readonly #isOneSided: boolean;

  /** @param isOneSided Whether only the other one writes: then whatever is counted twice is too much. */
  constructor(isOneSided: boolean) {
    this.#isOneSided = isOneSided;
  }

  /** Whether a mark moved into what the device does not hold: until the next sync it does not know what is left. */
  isEstimated = false;

  /** What the device shows; null while it knows of no conversation. */
  get shown(): Conversation | null {
    return this.#state.chats.get(CONVERSATION)?.info ?? null;
  }

  /** Messages of others above a mark. */
  recount(read: number): number {
    return this.#stored.filter((one) => one.from_user_id !== SELF && one.data.seq > read).length;
  }

  play(what: Step): void {
    const { last, read } = this.#now;
    if (what.do === "say") {
      this.#stored.push(message(last + 1, { from: this.#isOneSided ? PEER : what.from }));
      this.#moments.push({ last: last + 1, read });
    } else if (what.do === "read elsewhere") this.#readTo(Math.floor(what.of * last));
    else if (what.do === "read here") this.#readHere(what.arrives);
    else if (what.do === "sync") {
      // What is pushed waits behind the answer to a sync: it may be of a moment ago, but not of one before that.
      const moments = this.#moments.filter(({ last }) => last >= (this.shown?.last_seq ?? 0));
      this.sync(this.#at(moments, what.of) ?? this.#now, what.limit);
    } else if (what.do === "receipt") {
      const moment = this.#at(this.#moments, what.of);
      if (moment !== undefined) this.#mark(moment.read);
    } else if (what.do === "hear") {
      // Rising, each once; some are lost on the way.
      this.#pushed = Math.min(this.#stored.length, this.#pushed + what.skipped) + 1;
      this.#take(this.#pushed, this.#pushed);
    } else if (what.do === "fill") this.#take(this.#held.to + 1, this.#held.to + what.size);
    else this.#take(this.#held.from - what.size, this.#held.from);
  }

  /** Reads everything that the device knows of; what is read here arrives in the end. */
  readAll(): void {
    this.#readHere(true);
  }

  /** The device tells what it has read, and the server answers as it is. */
  recover(): void {
    this.#readTo(this.shown?.read_seq ?? 0);
    this.sync(this.#now, this.#stored.length + 1);
  }

  /** Answers a sync as of some moment. */
  sync({ last, read }: Moment, limit: number): void {
    const have = this.#state.chats.get(CONVERSATION)?.have ?? 0;
    const stored = this.#stored.slice(0, last);
    if (stored.length === 0) return;
    const unread = stored.filter((one) => one.from_user_id !== SELF && one.data.seq > read).length;
    const info = conversation({ last: stored.at(-1), read_seq: read, delivered_seq: read, unread });
    const missed = stored.filter(({ data }) => data.change > have);
    this.isEstimated = false;
    this.#state = withSync(this.#state, {
      conversations: [info],
      messages: { [CONVERSATION]: missed.slice(-limit) },
      limited: missed.length > limit ? { [CONVERSATION]: true } : {},
      reset: [],
      gone: [],
      next: null,
      now: "",
    });
  }

  /** What the device holds without a hole. */
  get #held(): { readonly from: number; readonly to: number } {
    const messages = this.#state.chats.get(CONVERSATION)?.timeline.messages ?? [];
    return { from: messages[0]?.data.seq ?? 1, to: messages.at(-1)?.data.seq ?? 0 };
  }

  /** Takes those of some messages that there are. */
  #take(from: number, to: number): void {
    const heard = this.#stored.slice(Math.max(0, from - 1), Math.max(0, to));
    this.#state = withMessages(this.#state, CONVERSATION, heard);
  }

  get #now(): Moment {
    return this.#moments.at(-1) ?? { last: 0, read: 0 };
  }

  #at<One>(all: readonly One[], of: number): One | undefined {
    return all[Math.min(all.length - 1, Math.floor(of * all.length))];
  }

  #readTo(seq: number): void {
    const { last, read } = this.#now;
    this.#moments.push({ last, read: Math.max(read, seq) });
  }

  #readHere(arrives: boolean): void {
    const seq = this.shown?.last_seq ?? 0;
    this.#mark(seq);
    if (arrives) this.#readTo(seq);
  }

  #mark(seq: number): void {
    const { shown } = this;
    if (shown !== null && this.#held.to < shown.last_seq && seq < shown.last_seq) this.isEstimated = true;
    const marks = { userId: SELF, conversationId: CONVERSATION, deliveredSeq: seq, readSeq: seq };
    this.#state = withMarks(this.#state, marks);
  }
}

Deno.test("The badge is never negative, never more than there can be, and right after a sync", () => {
  fc.assert(
    fc.property(
      fc.boolean(),
      fc.array(step, { minLength: 5, maxLength: 60, size: "max" }),
      (isOneSided, steps) => {
        const play = new Play(isOneSided);
        let read = 0;
        for (const what of steps) {
          play.play(what);
          const { shown } = play;
          if (shown === null) continue;
          assert.ok(shown.read_seq >= read, "what was read stays read");
          read = shown.read_seq;
          assert.ok(Number.isInteger(shown.unread) && shown.unread >= 0, `${shown.unread}`);
          const most = Math.max(0, shown.last_seq - read);
          assert.ok(shown.unread <= most || play.isEstimated, `${shown.unread} of ${most}`);
        }
        play.recover();
        assert.equal(play.shown?.unread ?? 0, play.recount(play.shown?.read_seq ?? 0));
        play.readAll();
        assert.equal(play.shown?.unread ?? 0, 0);
        play.recover();
        assert.equal(play.shown?.unread ?? 0, 0, "and stays so");
      },
    ),
    { numRuns: 4_000 },
  );
});
