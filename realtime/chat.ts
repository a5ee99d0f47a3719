/**
 * The rules of the chat: who may write to whom, what is stored when, and who is told. Knows no socket.
 *
 * @module
 */
import type { Batcher } from "../db/batcher.ts";
import type { Bus } from "../db/bus.ts";
import type { Clock } from "../db/clock.ts";
import { IdReusedError } from "../db/errors.ts";
import {
  type ConversationRef,
  directConversation,
  isMember,
  isUserId,
  membersOf,
  type Message,
  parseConversationId,
  peerOf,
  type UserId,
} from "../db/model.ts";
import type { Appended, Marked, MessageDraft, MessageQuery, MessageStore } from "../db/messages.ts";
import { keepWithin } from "./answer_bound.ts";
import type { Directory } from "./directory.ts";
import { ChatError } from "./errors.ts";
import { type ChatEvent, userTopic } from "./events.ts";
import { MAX_ANSWER_BYTES } from "./limits.ts";
import type { Marking } from "./marking.ts";
import type { Chat, MarkRequest, SendRequest, Sent } from "./contract.ts";
import type { Presence } from "./presence.ts";
import type { RateLimiter } from "./rate.ts";
import { conversationShape, messageFrame } from "./wire.ts";
import type { Conversation, MessageFrame } from "./frames.ts";

/** Room for what stands around the messages of an answer. */
const ENVELOPE_BYTES = 2_048;

/** Whether a message went to a device of a user here that leaves confirming to us. */
export interface Deliveries {
  hasHandedOver(message: Message, userId: UserId): boolean;
}

interface ChatDeps {
  readonly mode: "debug" | "release";
  readonly store: MessageStore;
  readonly writes: Batcher;
  readonly bus: Bus<ChatEvent>;
  readonly clock: Clock;
  /** Makes a UUIDv7 of a time in ms. */
  readonly newId: (now: number) => string;
  readonly directory: Directory;
  readonly presence: Pick<Presence, "describe">;
  readonly deliveries: Deliveries;
  readonly rate: RateLimiter<UserId>;
  /** Told of every message that the rate let through; null: nobody is. */
  readonly onSent: ((userId: UserId) => void) | null;
  readonly marking: Marking;
}

/** The {@link Chat} of one instance. */
export class ChatRules implements Chat {
  readonly #deps: ChatDeps;
  /** The message that is being published: whether it was handed over is asked right after. */
  #telling: Message | null = null;

  constructor(deps: ChatDeps) {
    this.#deps = deps;
  }

  conversationOf(
    userId: UserId,
    target: { readonly toUserId?: number | undefined; readonly conversationId?: string | undefined },
  ): ConversationRef {
    if (target.conversationId !== undefined) {
      const conversation = parseConversationId(target.conversationId);
      if (conversation === null || !isMember(conversation, userId)) throw new ChatError("not_a_member");
      return conversation;
    }
    if (!isUserId(target.toUserId)) {
      throw new ChatError("bad_request", {
        text: { en: "to_user_id must name a user", zh: "to_user_id 必须是有效的用户 ID" },
      });
    }
    if (target.toUserId === userId) throw new ChatError("to_oneself");
    return directConversation(userId, target.toUserId);
  }

  async send(userId: UserId, request: SendRequest): Promise<Sent> {
    const { clock, rate, writes } = this.#deps;
    const now = clock.now();
    const retryAfterMs = rate.take(userId, now);
    if (retryAfterMs > 0) throw new ChatError("rate_limited", { retryAfterMs });
    this.#deps.onSent?.(userId);
    const draft: MessageDraft = {
      conversation: request.conversation,
      senderId: userId,
      clientId: request.clientId,
      messageId: this.#deps.newId(now),
      kind: "text",
      content: request.content,
      createdAt: now,
    };
    const reaches = this.#mayReach(peerOf(request.conversation, userId));
    // Awaiting only where the answer is not known keeps a burst of sends in one turn, and so in one commit.
    const appended = reaches === true || await reaches
      ? await writes.append(draft)
      : await this.#repeatOf(draft);
    if ("error" in appended) {
      throw appended.error instanceof IdReusedError ? new ChatError("id_reused") : appended.error;
    }
    return this.#tell(appended.message, { created: appended.created, connectionId: request.connectionId });
  }

  mark(userId: UserId, request: MarkRequest): Promise<Marked | null> {
    return this.#deps.marking.mark(userId, request);
  }

  /** Notes that a device here was handed a message: one of another instance, or one that had to wait. */
  handedOver(message: Message, userId: UserId): void {
    if (message !== this.#telling) this.#deps.marking.handedOver(message, userId, null);
  }

  async history(
    userId: UserId,
    conversation: ConversationRef,
    query: Omit<MessageQuery, "maxBytes">,
  ): Promise<{ readonly messages: MessageFrame[]; readonly has_more: boolean }> {
    const page = await this.#deps.store.list(conversation, { ...query, maxBytes: MAX_ANSWER_BYTES });
    const frames = page.messages.map((message) =>
      messageFrame(message, { viewerId: userId, isOffline: true })
    );
    const side = query.afterSeq === undefined ? "newest" : "oldest";
    const kept = keepWithin(frames, MAX_ANSWER_BYTES - ENVELOPE_BYTES, side);
    return { messages: kept.messages, has_more: page.hasMore || kept.isCut };
  }

  async conversations(
    userId: UserId,
    query: { readonly before?: string; readonly limit: number },
  ): Promise<
    { readonly conversations: Conversation[]; readonly has_more: boolean; readonly next: string | null }
  > {
    const page = await this.#deps.store.conversations(userId, query);
    const peers = page.conversations.map((view) => peerOf(view.conversation, userId));
    const people = await this.#deps.presence.describe(peers);
    const conversations = page.conversations.map((view) => conversationShape(view, userId, people));
    return { conversations, has_more: page.next !== null, next: page.next };
  }

  /** Whether a message may go to `userId`; a promise where the account has to be looked up. */
  #mayReach(userId: UserId): boolean | Promise<boolean> {
    const { mode, directory } = this.#deps;
    if (mode === "debug") return true;
    const known = directory.known(userId);
    if (known !== undefined) return known?.status === "active";
    return directory.load([userId]).then((users) => users.get(userId)?.status === "active");
  }

  /** What was stored while the peer could still be written to is answered as it was, for ever. */
  async #repeatOf(draft: MessageDraft): Promise<Appended> {
    const earlier = draft.clientId === null ? null : await this.#deps.store.repeatOf(draft);
    if (earlier === null) throw new ChatError("no_such_user");
    return earlier;
  }

  #tell(message: Message, how: { readonly created: boolean; readonly connectionId: string | null }): Sent {
    const { bus, deliveries, marking } = this.#deps;
    this.#telling = message;
    for (const member of membersOf(message.conversation)) {
      bus.publish(userTopic(member), { type: "message", message, except: how.connectionId });
    }
    this.#telling = null;
    const peer = peerOf(message.conversation, message.senderId);
    const delivered = deliveries.hasHandedOver(message, peer);
    if (delivered) marking.handedOver(message, peer, how.connectionId);
    return { messageId: message.messageId, seq: message.seq, duplicate: !how.created, delivered };
  }
}
