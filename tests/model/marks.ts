/**
 * How far each member may be: between what was asked and answered, and what was asked at all.
 *
 * @module
 */
import assert from "node:assert/strict";
import { membersOf } from "./truth.ts";
import type { StoredMember } from "./stored.ts";

/** A mark that somebody asked for. Until it is answered it may be anything up to its target. */
export interface MarkAsk {
  readonly kind: "read" | "delivered";
  readonly isPrivate: boolean;
  /** Asked for this seq; infinite: the newest, whatever that is. */
  readonly target: number;
  /** The conversation went at least this far when it was asked. */
  readonly known: number;
  /** Nobody will hear of it. */
  isLost: boolean;
  /** It moved the mark to at most, and to at least. */
  most: number;
  least: number;
}

/** A mark as it is asked for. */
export type AskedMark = Pick<MarkAsk, "kind" | "isPrivate" | "target" | "known">;

/** The marks of a member as they were told. */
export interface ToldMarks {
  readonly delivered: number;
  readonly read: number;
}

interface Member {
  readonly asks: MarkAsk[];
  /** The highest message that was handed to a device that leaves confirming to the server. */
  handed: number;
  /** The highest whose sender was told that it was handed over, once that had time to be stored. */
  handedSurely: number;
}

/** What is known of all marks. */
export class Marks {
  readonly #members = new Map<string, Member>();

  /** Notes that somebody asks for a mark. */
  ask(user: number, conversation: string, asked: AskedMark): MarkAsk {
    const ask = { ...asked, isLost: false, most: asked.target, least: 0 };
    this.#member(user, conversation).asks.push(ask);
    return ask;
  }

  /** The answer says how far the member is now, which is what this mark came to where it was asked to go further. */
  answered(ask: MarkAsk, told: ToldMarks): void {
    const reached = Math.min(ask.target, ask.kind === "read" ? told.read : told.delivered);
    assert.ok(
      reached >= Math.min(ask.target, ask.known),
      `a mark for ${ask.target} of ${ask.known} came to ${reached}`,
    );
    ask.most = reached;
    ask.least = reached;
  }

  /** It was refused: it moved nothing. */
  refused(ask: MarkAsk): void {
    ask.most = 0;
  }

  /** Notes that a device which does not confirm took a message. */
  handed(user: number, conversation: string, seq: number): void {
    const member = this.#member(user, conversation);
    member.handed = Math.max(member.handed, seq);
  }

  /** The highest that was handed over. */
  handedTo(user: number, conversation: string): number {
    return this.#member(user, conversation).handed;
  }

  /** Notes that a delivery by the server is stored by now. */
  handedSurely(user: number, conversation: string, seq: number): void {
    const member = this.#member(user, conversation);
    member.handedSurely = Math.max(member.handedSurely, seq);
  }

  /** Marks of which nobody heard went no further than conversations go now. To be called while nothing moves. */
  limit(lastOf: (conversation: string) => number): void {
    for (const [key, { asks }] of this.#members) {
      const conversation = key.split(" ")[1] ?? "";
      for (const ask of asks) {
        if (ask.isLost) ask.most = Math.min(ask.most, lastOf(conversation));
      }
    }
  }

  /** What a member's own device was told. */
  toldOwn(user: number, conversation: string, told: ToldMarks): void {
    const { read, delivered } = this.#most(user, conversation);
    assert.ok(told.read <= read, `user ${user} read ${conversation} to ${told.read}, asked was ${read}`);
    assert.ok(
      told.delivered <= delivered,
      `user ${user} got ${conversation} to ${told.delivered} of ${delivered}`,
    );
  }

  /** What the other side was told: nothing of private reads. */
  toldPeer(user: number, conversation: string, told: ToldMarks): void {
    const { shown, delivered } = this.#most(user, conversation);
    assert.ok(
      told.read <= shown,
      `the peer saw user ${user} read ${conversation} to ${told.read}, shown is ${shown}`,
    );
    assert.ok(
      told.delivered <= delivered,
      `user ${user} got ${conversation} to ${told.delivered} of ${delivered}`,
    );
  }

  /** Compares with what is stored in the end. */
  verify(stored: StoredMember): void {
    const { userId, conversation } = stored;
    const most = this.#most(userId, conversation);
    const least = this.#least(userId, conversation);
    for (const mark of ["delivered", "read", "shown"] as const) {
      const value = stored[mark];
      assert.ok(
        least[mark] <= value && value <= most[mark],
        `${mark} of user ${userId} in ${conversation} is ${value}, not ${least[mark]} to ${most[mark]}`,
      );
    }
  }

  #most(user: number, conversation: string): { delivered: number; read: number; shown: number } {
    const { asks, handed } = this.#member(user, conversation);
    const reads = asks.filter((ask) => ask.kind === "read");
    return {
      delivered: Math.max(handed, ...asks.map((ask) => ask.most)),
      read: Math.max(0, ...reads.map((ask) => ask.most)),
      shown: Math.max(0, ...reads.filter((ask) => !ask.isPrivate).map((ask) => ask.most)),
    };
  }

  #least(user: number, conversation: string): { delivered: number; read: number; shown: number } {
    const { asks, handedSurely } = this.#member(user, conversation);
    const reads = asks.filter((ask) => ask.kind === "read");
    return {
      delivered: Math.max(handedSurely, ...asks.map((ask) => ask.least)),
      read: Math.max(0, ...reads.map((ask) => ask.least)),
      shown: Math.max(0, ...reads.filter((ask) => !ask.isPrivate).map((ask) => ask.least)),
    };
  }

  #member(user: number, conversation: string): Member {
    assert.ok(membersOf(conversation).includes(user), `${conversation} is not of user ${user}`);
    const key = `${user} ${conversation}`;
    const member = this.#members.get(key) ?? { asks: [], handed: 0, handedSurely: 0 };
    this.#members.set(key, member);
    return member;
  }
}
