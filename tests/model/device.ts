/**
 * A device: what it keeps over connections, and what a client of the protocol does with what it is told.
 *
 * @module
 */
import type { Session } from "../../db/model.ts";
import type { MessageFrame, ServerFrame } from "../../realtime/frames.ts";
import { ANONYMOUS, type SyncRequest } from "./asks.ts";
import { Holdings } from "./holdings.ts";
import type { Known } from "./known.ts";
import type { AskedMark, MarkAsk, ToldMarks } from "./marks.ts";
import type { DeviceKind } from "./scenario.ts";
import { type Body, conversationOf, type Place } from "./truth.ts";
import type { Visit } from "./visit.ts";

type SyncAnswer = Extract<ServerFrame, { type: "sync" }>["data"];

/** A session, and whether it was ended. */
export interface SessionState {
  readonly session: Session;
  isEnded: boolean;
}

/** What `sync` said of a conversation. */
interface View {
  readonly lastSeq: number;
  readonly own: ToldMarks;
  readonly peer: ToldMarks;
}

/** One of the devices of a user. */
export class Device {
  readonly index: number;
  readonly user: number;
  readonly kind: DeviceKind;
  /** Texts that wait for their acknowledgement. */
  readonly outbox = new Set<Body>();
  /** Texts that were acknowledged, and can be repeated. */
  readonly acknowledgedBodies: Body[] = [];
  readonly views = new Map<string, View>();
  /** The messages it keeps. */
  readonly holdings = new Holdings();
  visit: Visit | null = null;
  session: SessionState | null = null;
  /** `now` of the last sync that was answered whole. */
  since: string | null = null;
  readonly #known: Known;
  #ids = 0;

  constructor(known: Known, index: number, kind: DeviceKind) {
    this.#known = known;
    this.index = index;
    this.user = index % known.setting.users + 1;
    this.kind = kind;
  }

  /** Who somebody is to this device: not oneself, whatever number comes. */
  other(number: number): number {
    const { users } = this.#known.setting;
    return (this.user + number % (users - 1)) % users + 1;
  }

  /** An id that no other frame of anybody has. */
  newId(): string {
    return `d${this.index}-${++this.#ids}`;
  }

  /** Keeps a message; one that it has must be the same. */
  keepFrame(message: MessageFrame): void {
    const { conversation_id: conversation, seq, message_id: messageId } = message.data;
    this.holdings.keep(conversation, seq, { messageId, content: message.content });
  }

  /** A message was pushed. Those that confirm at once do so. */
  pushed(message: MessageFrame, visit: Visit): void {
    this.keepFrame(message);
    const { conversation_id: conversation } = message.data;
    const own = message.from_user_id === this.user;
    if (this.kind.atOnce && this.kind.confirms !== "never" && !own) {
      this.confirm(visit, conversation, this.holdings.whole(conversation));
    }
  }

  /** A text was acknowledged. */
  acknowledged(body: Body, place: Place): void {
    this.outbox.delete(body);
    if (body.clientId !== null && !this.acknowledgedBodies.includes(body)) this.acknowledgedBodies.push(body);
    const { messageId, seq } = place;
    this.holdings.keep(body.conversation, seq, { messageId, content: body.content });
  }

  /** Up to where the last sync told. */
  syncedTo(conversation: string): number {
    return this.views.get(conversation)?.lastSeq ?? 0;
  }

  /** A text was refused; what is not temporary is given up, and so is what has no id. */
  refused(body: Body, code: number): void {
    if (code === 409 || body.clientId === null) this.outbox.delete(body);
  }

  /** Tries to send a text. */
  send(visit: Visit, body: Body, how: "frame" | "conversation"): void {
    const { clientId, content, to, conversation } = body;
    this.outbox.add(body);
    visit.write({
      type: "private",
      ...(clientId === null ? {} : { id: clientId }),
      content,
      ...(how === "frame" ? { to_user_id: to } : { data: { conversation_id: conversation } }),
    }, { kind: "send", body });
  }

  /** Whether a text can be sent here now: under one id one thing waits at a time. */
  canSend(visit: Visit, body: Body): boolean {
    return !visit.asks.has(body.clientId ?? ANONYMOUS);
  }

  /** Says how far it has everything. */
  confirm(visit: Visit, conversation: string, seq: number): void {
    const mark = this.#askMark(conversation, { kind: "delivered", isPrivate: false, target: seq });
    const frame = { type: "delivered", id: this.newId(), data: { conversation_id: conversation, seq } };
    visit.write(frame, { kind: "mark", conversation, mark, isBad: false });
  }

  /** Says how far it was read; `data` names the target. */
  read(
    visit: Visit,
    asked: {
      readonly peer: number;
      readonly target: number;
      readonly data: object;
      readonly isPrivate: boolean;
    },
  ): void {
    const { peer, target, isPrivate } = asked;
    const conversation = conversationOf(this.user, peer);
    const mark = this.#askMark(conversation, { kind: "read", isPrivate, target });
    const data = { ...asked.data, ...(isPrivate ? { private: true } : {}) };
    const isBad = target === 0;
    visit.write({ type: "read", id: this.newId(), to_user_id: peer, data }, {
      kind: "mark",
      conversation,
      mark,
      isBad,
    });
  }

  /** Asks for what it missed. */
  sync(
    visit: Visit,
    asked: {
      readonly have: ReadonlyMap<string, number>;
      readonly since: string | null;
      readonly limit: number;
      readonly follows?: boolean;
    },
  ): void {
    const { have, since, limit, follows = false } = asked;
    const missing = new Set(this.#known.truth.conversations(this.user));
    const hasSince = since !== null;
    const request = { kind: "sync", have, hasSince, limit, isFirst: true, missing, follows } as const;
    const data = { have: Object.fromEntries(have), limit, ...(since === null ? {} : { since }) };
    visit.write({ type: "sync", id: this.newId(), data }, request);
  }

  /** Asks for the next page of a sync. */
  askPage(visit: Visit, request: SyncRequest, page: string): void {
    const { have, limit } = request;
    const data = { have: Object.fromEntries(have), limit, page };
    visit.write({ type: "sync", id: this.newId(), data }, { ...request, isFirst: false });
  }

  /** Asks for what it may have missed while connected: all that may be absent above what it knows to be. */
  resync(visit: Visit): void {
    const { holdings, since } = this;
    const have = new Map(
      holdings.conversations.map((id) => [id, holdings.whole(id, holdings.floor(id))]),
    );
    this.sync(visit, { have, since, limit: 50, follows: true });
  }

  /** Takes a page of what it missed; `isFirst`: since it connected. */
  synced(answer: SyncAnswer, isFirst: boolean): void {
    for (const conversation of answer.gone) this.holdings.forget(conversation);
    for (const conversation of answer.reset) {
      const view = answer.conversations.find((one) => one.conversation_id === conversation);
      // What was acknowledged after the answer was read stays.
      this.holdings.drop(conversation, view?.last_seq);
    }
    for (const view of answer.conversations) {
      this.views.set(view.conversation_id, {
        lastSeq: view.last_seq,
        own: { delivered: view.delivered_seq, read: view.read_seq },
        peer: { delivered: view.peer_delivered_seq ?? 0, read: view.peer_read_seq ?? 0 },
      });
    }
    for (const message of Object.values(answer.messages).flat()) this.keepFrame(message);
    for (const { conversation_id: conversation, last_seq: last } of answer.conversations) {
      const isCut = answer.limited[conversation] === true || answer.reset.includes(conversation);
      if (isFirst || isCut) this.holdings.allowHoles(conversation, last);
    }
  }

  /** Asks for a stretch of a conversation. */
  history(
    visit: Visit,
    asked: {
      readonly conversation: string;
      readonly before: number | null;
      readonly after: number | null;
      readonly limit: number;
    },
  ): void {
    const { conversation, before, after, limit } = asked;
    const data = {
      "conversation_id": conversation,
      limit,
      ...(before === null ? {} : { before_seq: before }),
      ...(after === null ? {} : { after_seq: after }),
    };
    const known = this.#known.truth.last(conversation);
    visit.write({ type: "history", id: this.newId(), data }, { kind: "history", ...asked, known });
  }

  /** Forgets all but what waits to be sent, as after a new installation. */
  wipe(): void {
    this.holdings.clear();
    this.views.clear();
    this.since = null;
  }

  /** A connection of it is over. */
  left(visit: Visit): void {
    if (this.visit === visit) this.visit = null;
  }

  #askMark(conversation: string, ask: Omit<AskedMark, "known">): MarkAsk {
    const known = this.#known.truth.last(conversation);
    return this.#known.marks.ask(this.user, conversation, { ...ask, known });
  }
}
