/**
 * What a client has asked and not heard of yet, by the ids it gave: each is answered once.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { MarkAsk } from "./marks.ts";
import type { Body } from "./truth.ts";

/** A `sync` as it was asked. */
export interface SyncRequest {
  readonly kind: "sync";
  readonly have: ReadonlyMap<string, number>;
  readonly hasSince: boolean;
  readonly limit: number;
  /** Whether it asks for the first page. */
  readonly isFirst: boolean;
  /** Conversations that this user surely has, which no page has shown yet. */
  readonly missing: Set<string>;
  /** Whether it follows a `resync`. */
  readonly follows: boolean;
}

/** A `history` as it was asked, with the highest seq that the client knew of. */
export interface HistoryRequest {
  readonly kind: "history";
  readonly conversation: string;
  readonly before: number | null;
  readonly after: number | null;
  readonly limit: number;
  readonly known: number;
}

/** What was asked; answered by a frame of its own, or by an error. */
export type Question =
  | { readonly kind: "send"; readonly body: Body }
  | { readonly kind: "mark"; readonly conversation: string; readonly mark: MarkAsk; readonly isBad: boolean }
  | SyncRequest
  | HistoryRequest
  | { readonly kind: "watch"; readonly added: readonly number[] }
  | { readonly kind: "heartbeat" }
  /** Answered only where it is refused. */
  | { readonly kind: "typing" };
/** A question of one kind. */
export type QuestionOf<Kind extends Question["kind"]> = Extract<Question, { kind: Kind }>;

/** A question, and what was the case when it was asked. */
export interface Ask {
  readonly question: Question;
  /** The mark by which to know whether the store refused since. */
  readonly refusals: number;
  /** How many reads were not answered yet. */
  readonly reads: number;
}

/** The name under which a message without an id waits; there is one at a time. */
export const ANONYMOUS = "";

/** The open questions of a connection. */
export class Asks {
  readonly #open = new Map<string, Ask[]>();

  /** Notes a question. */
  add(id: string, ask: Ask): void {
    this.#open.set(id, [...this.#open.get(id) ?? [], ask]);
  }

  /** Whether something waits under this id. */
  has(id: string): boolean {
    return this.#open.has(id);
  }

  /** The ids that wait for anything but a read, which may have to wait for its turn. */
  waiting(): readonly string[] {
    const isSlow = ({ question: { kind } }: Ask): boolean => ["sync", "history", "typing"].includes(kind);
    return [...this.#open].filter(([, asks]) => !asks.every(isSlow)).map(([id]) => id);
  }

  /** How many of a kind wait. */
  count(...kinds: readonly Question["kind"][]): number {
    return [...this.#open.values()].flat().filter((ask) => kinds.includes(ask.question.kind)).length;
  }

  /** The oldest question under an id, which is answered now. Throws when none waits. */
  answer(id: string, what: string): Ask {
    const asks = this.#open.get(id);
    const first = asks?.shift();
    assert.ok(asks !== undefined && first !== undefined, `${what} answers "${id}", which nobody asks`);
    if (asks.length === 0) this.#open.delete(id);
    return first;
  }

  /** The same, of one kind. */
  answerOf<Kind extends Question["kind"]>(id: string, kind: Kind): QuestionOf<Kind> {
    const { question } = this.answer(id, kind);
    assert.ok(isOf(question, kind), `"${id}" asked ${question.kind} and was answered by ${kind}`);
    return question;
  }

  /** What was asked under the ids whose answer is still to come. */
  describe(): string {
    return [...this.#open]
      .filter(([, asks]) => asks.some((ask) => ask.question.kind !== "typing"))
      .map(([id, asks]) => `${id}: ${asks.map((ask) => ask.question.kind)}`).join(", ");
  }

  /** Everything that will never be answered. */
  takeAll(): readonly Question[] {
    const all = [...this.#open.values()].flat().map((ask) => ask.question);
    this.#open.clear();
    return all;
  }
}

function isOf<Kind extends Question["kind"]>(question: Question, kind: Kind): question is QuestionOf<Kind> {
  return question.kind === kind;
}
