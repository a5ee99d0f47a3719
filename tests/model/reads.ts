/**
 * What a client reads back from the store over one connection: what it missed, and what it is told to look for.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { Conversation, ServerFrame } from "../../realtime/frames.ts";
import { checkHistory, checkSync } from "./answers.ts";
import { ANONYMOUS, type Question } from "./asks.ts";
import type { Known } from "./known.ts";
import { Resyncing } from "./resyncing.ts";
import type { Visit } from "./visit.ts";

type FrameOf<Type extends ServerFrame["type"]> = Extract<ServerFrame, { type: Type }>;

/** Devices follow a `resync` at once, in the middle of the time given, and nearly at its end. */
const RESYNC_PARTS = 3;

/** The syncs and stretches of history of one connection. */
export class Reads {
  readonly #known: Known;
  readonly #visit: Visit;
  readonly #resyncing: Resyncing;
  #isSynced = false;

  constructor(known: Known, visit: Visit) {
    this.#known = known;
    this.#visit = visit;
    this.#resyncing = new Resyncing(visit.device.index % RESYNC_PARTS / RESYNC_PARTS);
  }

  /** Whether a `sync` was answered whole: from then on what is pushed leaves no holes. */
  get isSynced(): boolean {
    return this.#isSynced;
  }

  /** Whether it was asked to sync and has not done so yet. */
  get isOwed(): boolean {
    return this.#resyncing.isOwed;
  }

  /** Does what is due. */
  goOn(): void {
    if (this.#resyncing.begin(this.#known.now())) this.#visit.device.resync(this.#visit);
  }

  /** Hints may have been lost. */
  resync(frame: FrameOf<"resync">): void {
    assert.ok(this.#known.setting.instances > 1, "hints cannot be lost inside one process");
    this.#resyncing.ask(this.#known.now(), frame.data.within_ms);
  }

  /** A page of what was missed. */
  sync(frame: FrameOf<"sync">): void {
    const { device, asks, pushed } = this.#visit;
    const request = asks.answerOf(frame.id ?? ANONYMOUS, "sync");
    checkSync(request, frame.data, {
      user: device.user,
      isBig: this.#known.setting.isBig,
      pushed: (conversation) => pushed.get(conversation) ?? 0,
    });
    for (const view of frame.data.conversations) this.#view(view);
    for (const message of Object.values(frame.data.messages).flat()) {
      this.#known.truth.learn(message, device.user);
    }
    device.synced(frame.data, !this.#isSynced);
    if (!request.isFirst && frame.data.next === null) this.#allowMoved();
    if (frame.data.next !== null) {
      this.#known.figures.count("sync page");
      return device.askPage(this.#visit, request, frame.data.next);
    }
    this.#isSynced = true;
    if (request.follows) this.#resyncing.answered();
    device.since = frame.data.now;
  }

  /**
   * What changed between two pages of an answer stood on none of those that were left: the client sees by the seq of
   * what was pushed that it skips some, and may ask for their history.
   */
  #allowMoved(): void {
    const { device, pushed } = this.#visit;
    const { holdings } = device;
    for (const [conversation, last] of pushed) {
      if (holdings.whole(conversation, holdings.floor(conversation)) < last) {
        holdings.allowHoles(conversation, last);
      }
    }
  }

  /** A stretch of a conversation. */
  history(frame: FrameOf<"history">): void {
    const { device, asks } = this.#visit;
    const request = asks.answerOf(frame.id ?? ANONYMOUS, "history");
    checkHistory(request, frame.data, this.#known.setting.isBig);
    for (const message of frame.data.messages) {
      this.#known.truth.learn(message, device.user);
      device.keepFrame(message);
    }
  }

  /** A question was refused. */
  refused(question: Question): void {
    if (question.kind === "sync" && question.follows) this.#resyncing.refused(this.#known.now());
  }

  #view(view: Conversation): void {
    const { user } = this.#visit.device;
    this.#known.truth.tell(user, view);
    this.#visit.observer.tellView(view);
    if (view.last_message !== null && view.last_message.data.cut === undefined) {
      this.#known.truth.learn(view.last_message, user);
    }
  }
}
