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

  /** Takes the marks of a member. */
  tell(conversation: string, of: number, told: ToldMarks): void {
    const before = this.marks(conversation, of);
    for (const mark of ["delivered", "read"] as const) {
      const [was, is] = [before[mark], told[mark]];
      assert.ok(is >= was, `${mark} of user ${of} in ${conversation} went back from ${was} to ${is}`);
    }
    this.#told.set(`${of} ${conversation}`, told);
    // What waits behind the answer to a sync is delivered already, and nobody sees it yet.
    const seen = this.#known.isReading(of) ? { ...told, delivered: 0 } : told;
    if (of === this.#user) this.#known.marks.toldOwn(of, conversation, seen);
    else this.#known.marks.toldPeer(of, conversation, seen);
  }

  /** Takes both members' marks of a conversation as it is listed. */
  tellView(view: Conversation): void {
    const { conversation_id: conversation, peer_read_seq: read, peer_delivered_seq: delivered } = view;
    this.tell(conversation, this.#user, { delivered: view.delivered_seq, read: view.read_seq });
    const peer = peerIn(conversation, this.#user);
    this.tell(conversation, peer, { delivered: delivered ?? 0, read: read ?? 0 });
  }
}
