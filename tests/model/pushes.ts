/**
 * What was pushed to a connection: the messages of a conversation in rising order, each once.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { MessageFrame } from "../../realtime/frames.ts";
import type { Known } from "./known.ts";
import type { Body } from "./truth.ts";

/** Copies of one hint that the network may make. */
const MAX_COPIES = 2;

/** The pushes of one connection. */
export class Pushes {
  readonly #known: Known;
  readonly #begunAt: number;
  readonly #last = new Map<string, number>();
  readonly #typing = new Map<string, number>();

  constructor(known: Known) {
    this.#known = known;
    this.#begunAt = known.now();
  }

  /** The highest seq, by conversation. */
  get all(): ReadonlyMap<string, number> {
    return this.#last;
  }

  /** The highest seq of a conversation. */
  last(conversation: string): number {
    return this.#last.get(conversation) ?? 0;
  }

  /** Takes a message; `isOnlyHere`: its sender sent it by this connection and no other. */
  take(frame: MessageFrame, isOnlyHere: (body: Body) => boolean, viewer: number): void {
    const { conversation_id: conversation, seq, is_offline: isOffline } = frame.data;
    const last = this.last(conversation);
    assert.ok(seq > last, `${conversation} ${seq} was pushed behind ${last}`);
    assert.equal(isOffline, false);
    if (isOnlyHere(this.#known.truth.learn(frame, viewer))) this.#takeOwn(`${conversation} ${seq}`);
    this.#last.set(conversation, seq);
  }

  /** Takes a hint that somebody is typing. */
  takeTyping(from: number, to: number, active: boolean): void {
    const key = `${from} ${active}`;
    const count = (this.#typing.get(key) ?? 0) + 1;
    this.#typing.set(key, count);
    const copies = this.#known.wasRough(this.#begunAt) ? MAX_COPIES : 1;
    const most = this.#known.typing.count(from, to, active) * copies;
    assert.ok(count <= most, `typing of user ${from}`);
  }

  /** Where a hint of another instance was missing, what is read from the store may be one's own. */
  #takeOwn(place: string): void {
    const mayRead = this.#known.setting.instances > 1;
    assert.ok(mayRead, `${place} was pushed to the connection that sent it`);
    this.#known.figures.count("pushed own");
  }
}
