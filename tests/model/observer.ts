/**
 * Somebody who is told of marks: they never go back for them, and never tell what was not done.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { Conversation } from "../../realtime/frames.ts";
import type { Known } from "./known.ts";
import type { ToldMarks } from "./marks.ts";
import { peerIn } from "./truth.ts";

/** What one connection of a user, or one reader of their list, was told. */
export class Observer {
  readonly #user: number;
  readonly #known: Known;
  readonly #told = new Map<string, ToldMarks>();

  constructor(user: number, known: Known) {
    this.#user = user;
    this.#known = known;
  }

  /** The marks of a member as they were told last. */
  marks(conversation: string, of: number): ToldMarks {
    return this.#told.get(`${of} ${conversation}`) ?? { delivered: 0, read: 0 };
  }

  /**
   * Takes the marks of a member from a receipt. Those of several instances may overtake each other: they are
   * cumulative, and the furthest counts.
   */
  tell(conversation: string, of: number, told: ToldMarks): void {
    const before = this.marks(conversation, of);
    if (this.#known.setting.instances === 1) assertForward(before, told, `user ${of} in ${conversation}`);
    this.#take(conversation, of, further(before, told));
  }

  #take(conversation: string, of: number, told: ToldMarks): void {
    this.#told.set(`${of} ${conversation}`, told);
    // What waits behind the answer to a sync is delivered already, and nobody sees it yet.
    const seen = this.#known.isReading(of) ? { ...told, delivered: 0 } : told;
    if (of === this.#user) this.#known.marks.toldOwn(of, conversation, seen);
    else this.#known.marks.toldPeer(of, conversation, seen);
  }

  /** Takes both members' marks of a conversation as it is listed. */
  tellView(view: Conversation): void {
    const { conversation_id: conversation, peer_read_seq: read, peer_delivered_seq: delivered } = view;
    const peer = peerIn(conversation, this.#user);
    const told = [
      [this.#user, { delivered: view.delivered_seq, read: view.read_seq }],
      [peer, { delivered: delivered ?? 0, read: read ?? 0 }],
    ] as const;
    for (const [of, marks] of told) {
      assertForward(this.marks(conversation, of), marks, `user ${of} in ${conversation}`);
      this.#take(conversation, of, marks);
    }
  }
}

/** Whoever reads the lists of people, over connections and instances. */
export class Readers {
  readonly #known: Known;
  readonly #readers = new Map<number, Observer>();

  constructor(known: Known) {
    this.#known = known;
  }

  /** Whoever reads the list of a user. */
  of(user: number): Observer {
    const reader = this.#readers.get(user) ?? new Observer(user, this.#known);
    this.#readers.set(user, reader);
    return reader;
  }
}

/** The higher of two marks, each. */
export function further(one: ToldMarks, other: ToldMarks = { delivered: 0, read: 0 }): ToldMarks {
  return { delivered: Math.max(one.delivered, other.delivered), read: Math.max(one.read, other.read) };
}

function assertForward(before: ToldMarks, now: ToldMarks, whose: string): void {
  for (const mark of ["delivered", "read"] as const) {
    const [was, is] = [before[mark], now[mark]];
    assert.ok(is >= was, `${mark} of ${whose} went back from ${was} to ${is}`);
  }
}
