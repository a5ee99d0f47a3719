/**
 * Marks: how far each member has received and read, and who is told when that moves.
 *
 * @module
 */
import { clearImmediate, setImmediate } from "node:timers";
import { getLogger } from "@logtape/logtape";
import type { Batcher } from "../db/batcher.ts";
import type { Bus } from "../db/bus.ts";
import type { Clock } from "../db/clock.ts";
import type { Marked } from "../db/messages.ts";
import { type ConversationRef, type Message, peerOf, type UserId } from "../db/model.ts";
import { ChatError } from "./errors.ts";
import { type ChatEvent, userTopic } from "./events.ts";
import type { MarkRequest } from "./contract.ts";

const log = getLogger(["chat", "realtime"]);

/** A delivery by us that is being stored, and how far it has to go after that. */
interface Handover {
  readonly conversation: ConversationRef;
  seq: number;
  /** The sender's connection that was told `delivered` for `seq`. */
  toldId: string | null;
}

/** A member's marks as they are to be told, and to whom not, as they know. */
interface News {
  readonly userId: UserId;
  readonly conversation: ConversationRef;
  readonly marked: Marked;
  readonly exceptOwn: readonly string[];
  readonly exceptPeer: readonly string[];
  readonly ownTo: "all" | "confirming";
}

/**
 * Moves marks in the same commits as messages, and tells of them in the turn after: whoever confirms a hundred messages
 * one by one moves the same mark a hundred times, and the others hear where it is. Disposing it tells what waits.
 */
export class Marking implements Disposable {
  readonly #writes: Batcher;
  readonly #bus: Bus<ChatEvent>;
  readonly #clock: Clock;
  /** Deliveries by us that wait for the one in flight, by user and conversation. */
  readonly #handovers = new Map<string, Handover | null>();
  /** What is told at the end of this turn, by user and conversation. */
  #news = new Map<string, News>();
  #telling: ReturnType<typeof setImmediate> | null = null;

  constructor(deps: { readonly writes: Batcher; readonly bus: Bus<ChatEvent>; readonly clock: Clock }) {
    this.#writes = deps.writes;
    this.#bus = deps.bus;
    this.#clock = deps.clock;
  }

  /** Moves a member's marks; null when there is nothing to mark yet. Throws `bad_request` for an unknown message. */
  async mark(userId: UserId, request: MarkRequest): Promise<Marked | null> {
    const { conversation, delivered, read } = request;
    const marked = await this.#writes.mark({
      conversation,
      userId,
      at: this.#clock.now(),
      ...(delivered === undefined ? {} : { delivered }),
      ...(read === undefined ? {} : { read }),
      ...(request.private === undefined ? {} : { private: request.private }),
    });
    if (marked === null && typeof read === "object" && "messageId" in read) {
      throw new ChatError("bad_request", {
        text: { en: "message_id names no message of this conversation", zh: "message_id 不属于该会话" },
      });
    }
    if (marked?.moved === true) {
      const exceptOwn = request.connectionId === null ? [] : [request.connectionId];
      this.#note({ userId, conversation, marked, exceptOwn, exceptPeer: [], ownTo: "all" });
    }
    return marked;
  }

  /**
   * Notes that `message` was handed to a device of `userId` that does not confirm itself. One store write at a
   * time for each member: what is handed over meanwhile shares the next.
   */
  handedOver(message: Message, userId: UserId, toldId: string | null): void {
    const key = `${userId} ${message.conversation.id}`;
    const waiting = this.#handovers.get(key);
    if (waiting === undefined) {
      this.#handovers.set(key, null);
      void this.#store(key, userId, { conversation: message.conversation, seq: message.seq, toldId });
    } else if (waiting === null || waiting.seq < message.seq) {
      this.#handovers.set(key, { conversation: message.conversation, seq: message.seq, toldId });
    }
  }

  [Symbol.dispose](): void {
    if (this.#telling === null) return;
    clearImmediate(this.#telling);
    this.#tellAll();
  }

  async #store(key: string, userId: UserId, first: Handover): Promise<void> {
    let handover: Handover | null = first;
    while (handover !== null) {
      const { conversation, seq, toldId }: Handover = handover;
      try {
        const at = this.#clock.now();
        const marked = await this.#writes.mark({ conversation, userId, delivered: { seq }, at });
        if (marked?.moved === true) {
          const exceptPeer = toldId === null ? [] : [toldId];
          this.#note({ userId, conversation, marked, exceptOwn: [], exceptPeer, ownTo: "confirming" });
        }
      } catch (error) {
        // The message is stored; the mark comes with the next one or with the client's own.
        log.warn("A delivery was not noted: {error}", { error: String(error) });
      }
      handover = this.#handovers.get(key) ?? null;
      if (handover === null) this.#handovers.delete(key);
      else this.#handovers.set(key, null);
    }
  }

  #note(news: News): void {
    const key = `${news.userId} ${news.conversation.id}`;
    const before = this.#news.get(key);
    this.#news.set(key, before === undefined ? news : joined(before, news));
    this.#telling ??= setImmediate(() => this.#tellAll());
  }

  #tellAll(): void {
    const news = this.#news;
    this.#news = new Map();
    this.#telling = null;
    for (const one of news.values()) this.#tell(one);
  }

  #tell({ userId, conversation, marked, exceptOwn, exceptPeer, ownTo }: News): void {
    const { deliveredSeq, readSeq, shownReadSeq, shown } = marked;
    const base = { type: "receipt", userId, conversationId: conversation.id, deliveredSeq } as const;
    this.#bus.publish(userTopic(userId), { ...base, readSeq, except: exceptOwn, to: ownTo });
    if (!shown) return;
    const peer = peerOf(conversation, userId);
    this.#bus.publish(userTopic(peer), { ...base, readSeq: shownReadSeq, except: exceptPeer, to: "all" });
  }
}

/** Two moves of one member's marks as one, the second of which led further. */
function joined(before: News, after: News): News {
  const { marked: one } = before;
  const { marked: other } = after;
  return {
    ...after,
    marked: {
      ...other,
      deliveredSeq: Math.max(one.deliveredSeq, other.deliveredSeq),
      readSeq: Math.max(one.readSeq, other.readSeq),
      shownReadSeq: Math.max(one.shownReadSeq, other.shownReadSeq),
      shown: one.shown || other.shown,
    },
    // Of one's own devices, those know it by their acknowledgement that were told the marks as they are now.
    exceptOwn: isSame(one, other) ? [...before.exceptOwn, ...after.exceptOwn] : after.exceptOwn,
    exceptPeer: after.exceptPeer.filter((id) => before.exceptPeer.includes(id)),
    ownTo: before.ownTo === "all" ? "all" : after.ownTo,
  };
}

function isSame(one: Marked, other: Marked): boolean {
  return one.deliveredSeq === other.deliveredSeq && one.readSeq === other.readSeq;
}
