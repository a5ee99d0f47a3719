/**
 * Marks: how far each member has received and read, and who is told when that moves.
 *
 * @module
 */
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

/** Moves marks in the same commits as messages, and tells of them after the commit. */
export class Marking {
  readonly #writes: Batcher;
  readonly #bus: Bus<ChatEvent>;
  readonly #clock: Clock;
  /** Deliveries by us that wait for the one in flight, by user and conversation. */
  readonly #handovers = new Map<string, Handover | null>();

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
      this.#tell(userId, conversation, marked, {
        exceptOwn: request.connectionId === null ? [] : [request.connectionId],
        exceptPeer: [],
        ownTo: "all",
      });
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

  async #store(key: string, userId: UserId, first: Handover): Promise<void> {
    let handover: Handover | null = first;
    while (handover !== null) {
      const { conversation, seq, toldId }: Handover = handover;
      try {
        const at = this.#clock.now();
        const marked = await this.#writes.mark({ conversation, userId, delivered: { seq }, at });
        if (marked?.moved === true) {
          this.#tell(userId, conversation, marked, {
            exceptOwn: [],
            exceptPeer: toldId === null ? [] : [toldId],
            ownTo: "confirming",
          });
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

  #tell(
    userId: UserId,
    conversation: ConversationRef,
    marked: Marked,
    who: {
      readonly exceptOwn: readonly string[];
      readonly exceptPeer: readonly string[];
      readonly ownTo: "all" | "confirming";
    },
  ): void {
    const base = {
      type: "receipt",
      userId,
      conversationId: conversation.id,
      deliveredSeq: marked.deliveredSeq,
    } as const;
    this.#bus.publish(userTopic(userId), {
      ...base,
      readSeq: marked.readSeq,
      except: who.exceptOwn,
      to: who.ownTo,
    });
    if (!marked.shown) return;
    const readSeq = marked.shownReadSeq;
    const peer = peerOf(conversation, userId);
    this.#bus.publish(userTopic(peer), { ...base, readSeq, except: who.exceptPeer, to: "all" });
  }
}
