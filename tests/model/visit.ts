/**
 * One connection as its client sees it: what must hold of the frames that come by it.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { ServerFrame } from "../../realtime/frames.ts";
import { ANONYMOUS, type Ask, Asks, type Question } from "./asks.ts";
import type { Device, SessionState } from "./device.ts";
import { EarlyRoom } from "./early_room.ts";
import { type Known, quotaKept } from "./known.ts";
import type { Line } from "./line.ts";
import { Observer } from "./observer.ts";
import { Pushes } from "./pushes.ts";
import { Reads } from "./reads.ts";
import { Roster } from "./roster.ts";
import { checkClose, checkRefusal, refusalMark } from "./refusals.ts";

type FrameOf<Type extends ServerFrame["type"]> = Extract<ServerFrame, { type: Type }>;

/** From `opened` to the end. */
export class Visit {
  readonly line: Line;
  readonly device: Device;
  readonly asks = new Asks();
  readonly roster: Roster;
  readonly observer: Observer;
  /** The session it was opened with; null: debug mode took its word. */
  readonly session: SessionState | null;
  readonly #known: Known;
  #isWelcome = false;
  #isEnded = false;
  #written = 0;
  readonly #early = new EarlyRoom();
  readonly #errors = new Map<number, number>();
  readonly #pushes: Pushes;
  readonly #delivered = new Map<string, number>();
  readonly #reads: Reads;
  #wasStalled = false;

  constructor(known: Known, device: Device, line: Line) {
    this.#known = known;
    this.device = device;
    this.session = device.session;
    this.line = line;
    this.roster = new Roster(known, device.user);
    this.observer = new Observer(device.user, known);
    this.#pushes = new Pushes(known);
    this.#reads = new Reads(known, this);
  }

  /** Whether the client still counts on it. */
  get isLive(): boolean {
    return !this.#isEnded && !this.line.isVanished && this.line.closedWith === null;
  }

  get isWelcome(): boolean {
    return this.#isWelcome;
  }

  /** Whether a `sync` was answered whole. */
  get isSynced(): boolean {
    return this.#reads.isSynced;
  }

  /** The highest seq that was pushed, by conversation. */
  get pushed(): ReadonlyMap<string, number> {
    return this.#pushes.all;
  }

  /** Whether it was asked to sync and has not done so yet. */
  get owesSync(): boolean {
    return this.#reads.isOwed;
  }

  /** Whether the client ever stopped reading. */
  get wasStalled(): boolean {
    return this.#wasStalled;
  }

  /** The highest message of its own that an acknowledgement called delivered. */
  delivered(conversation: string): number {
    return this.#delivered.get(conversation) ?? 0;
  }

  /** How many frames the client wrote. */
  get written(): number {
    return this.#written;
  }

  /** How many errors with this number came. */
  errors(code: number): number {
    return this.#errors.get(code) ?? 0;
  }

  /** Writes a frame, and waits for an answer under its id where there is a question. */
  write(frame: { readonly id?: string; readonly [key: string]: unknown }, question: Question | null): void {
    // More are not worked before welcome, and the answer to them names no id.
    if (!this.#isWelcome && !this.#early.takes(frame)) return;
    this.#written++;
    if (question !== null) {
      const reads = this.asks.count("sync", "history");
      this.asks.add(frame.id ?? ANONYMOUS, { question, refusals: refusalMark(this.#known), reads });
      if (question.kind === "send") {
        question.body.open++;
        question.body.via.add(this);
        this.#known.quotas.of(this.line.at).tried(this.device.user);
      }
    }
    this.line.write(frame);
  }

  /** The client stops reading, or goes on; answers whether that is new. */
  stall(isStalled: boolean): boolean {
    if (this.line.isStalled === isStalled) return false;
    this.line.stall(isStalled);
    this.#wasStalled = true;
    return true;
  }

  /** Takes what has arrived; ends when the server closed. */
  read(): void {
    if (this.#isEnded) return;
    const frames = this.line.read();
    for (const frame of frames) this.#take(frame);
    if (this.line.isStalled || this.line.isVanished) return;
    if (this.line.closedWith === null) return this.#reads.goOn();
    this.#known.figures.count(`closed ${this.line.closedWith}`);
    checkClose(this.line.closedWith, this, this.#known);
    this.end();
  }

  /** Throws where something that waited while nothing moved is still not answered. */
  checkAnswered(ids: readonly string[]): void {
    if (!this.isLive || this.line.isStalled || !this.#isWelcome) return;
    const unanswered = ids.filter((id) => this.asks.has(id));
    assert.deepEqual(unanswered, [], `questions of device ${this.device.index} that are never answered`);
  }

  /** The client gives it up: what was not answered never will be. */
  end(): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    if (this.asks.count("sync", "history") > 0) this.#known.deliveries.cut(this.device.user);
    for (const question of this.asks.takeAll()) {
      if (question.kind === "mark") question.mark.isLost = true;
      if (question.kind !== "send") continue;
      question.body.open--;
      question.body.lost++;
      // Nothing tells a try without an id from the first one, so there is one.
      if (question.body.clientId === null) this.device.outbox.delete(question.body);
    }
    this.device.left(this);
  }

  #take(frame: ServerFrame): void {
    this.#known.figures.count(`frame ${frame.type}`);
    if (!this.#isWelcome) assert.equal(frame.type, "welcome", "the first frame");
    switch (frame.type) {
      case "welcome":
        return this.#welcome(frame);
      case "user_list":
      case "join":
      case "leave":
        return this.roster.take(frame);
      case "private":
        return this.#message(frame);
      case "read":
        return this.#acknowledgement(frame);
      case "receipt":
        return this.#receipt(frame);
      case "sync":
        return this.#reads.sync(frame);
      case "history":
        return this.#reads.history(frame);
      case "presence":
        return this.roster.watched(frame, this.asks.answerOf(frame.id ?? ANONYMOUS, "watch").added);
      case "typing":
        return this.#isTyping(frame);
      case "heartbeat":
        return void this.asks.answerOf(frame.id ?? ANONYMOUS, "heartbeat");
      case "error":
        return this.#error(frame);
      case "resync":
        return this.#reads.resync(frame);
    }
  }

  #welcome(frame: FrameOf<"welcome">): void {
    assert.ok(!this.#isWelcome, "welcome twice");
    this.#isWelcome = true;
    assert.equal(frame.data.user_id, this.device.user);
    assert.equal(frame.data.username, `user${this.device.user}`);
    this.#known.epoch ??= frame.data.epoch;
    assert.equal(frame.data.epoch, this.#known.epoch, "the store was neither restored nor replaced");
  }

  #message(frame: FrameOf<"private">): void {
    const { user } = this.device;
    this.#pushes.take(frame, ({ via }) => via.has(this) && via.size === 1, user);
    this.device.pushed(frame, this);
  }

  #acknowledgement(frame: FrameOf<"read">): void {
    const { original_message_id: id, message_id: messageId, conversation_id: conversation, seq } = frame.data;
    const { body } = this.asks.answerOf(this.asks.has(id) ? id : ANONYMOUS, "send");
    assert.equal(id, body.clientId ?? messageId);
    assert.deepEqual([frame.from_user_id, frame.to_user_id], [body.to, this.device.user]);
    body.open--;
    this.#known.truth.acknowledge(body, { messageId, seq, conversation });
    quotaKept(this.#known, this.device.user, this.line.at);
    this.device.acknowledged(body, { messageId, seq });
    this.#known.figures.count(`ack ${frame.data.status}`);
    if (frame.data.status === "stored") return;
    const { marks } = this.#known;
    const handed = marks.handedTo(body.to, conversation);
    // It may wait behind the answer to a sync.
    const isTrue = handed >= seq || this.#known.isReading(body.to);
    assert.ok(isTrue, `${conversation} ${seq} is said to be delivered, ${handed} was handed over`);
    this.#known.deliveries.told({ at: this.line.at, user: body.to, conversation, seq });
    this.#delivered.set(conversation, Math.max(seq, this.delivered(conversation)));
  }

  #receipt(frame: FrameOf<"receipt">): void {
    const { conversation_id: conversation, delivered_seq: delivered, read_seq: read } = frame.data;
    if (frame.id !== undefined) {
      assert.equal(frame.from_user_id, this.device.user);
      const question = this.asks.answerOf(frame.id, "mark");
      assert.equal(conversation, question.conversation);
      this.#known.marks.answered(question.mark, { delivered, read });
    }
    this.observer.tell(conversation, frame.from_user_id, { delivered, read });
  }

  #isTyping(frame: FrameOf<"typing">): void {
    assert.equal(frame.to_user_id, this.device.user);
    this.#pushes.takeTyping(frame.from_user_id, frame.to_user_id, frame.data.active);
  }

  #error(frame: FrameOf<"error">): void {
    const { code, error, temporary } = frame.data;
    this.#errors.set(code, this.errors(code) + 1);
    this.#known.figures.count(`error ${code} ${error}`);
    assert.equal(temporary, code === 429 || code === 503, `temporary of ${code}`);
    const ask = this.asks.answer(frame.id ?? ANONYMOUS, `error ${code} ${error}`);
    checkRefusal(code, ask, { visit: this, known: this.#known });
    this.#refused(ask, code);
  }

  #refused({ question }: Ask, code: number): void {
    if (question.kind === "mark") this.#known.marks.refused(question.mark);
    this.#reads.refused(question);
    if (question.kind !== "send") return;
    question.body.open--;
    if (code === 409) quotaKept(this.#known, this.device.user, this.line.at);
    this.device.refused(question.body, code);
  }
}
