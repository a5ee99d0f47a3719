/**
 * Tells instances and devices that somebody was erased.
 *
 * @module
 */
import type { Bus } from "../db/bus.ts";
import { type ConversationRef, peerOf, type UserId } from "../db/model.ts";
import { type ChatEvent, USERS_TOPIC, userTopic } from "./events.ts";

/** What others hear of an erasure. */
export class ErasureNews {
  readonly #bus: Pick<Bus<ChatEvent>, "publish">;

  constructor(bus: Pick<Bus<ChatEvent>, "publish">) {
    this.#bus = bus;
  }

  /** Closes the sockets of an account that is gone, and has its name forgotten. */
  accountGone(userId: UserId): void {
    this.#bus.publish(USERS_TOPIC, { type: "user_changed", userId });
    this.#bus.publish(userTopic(userId), { type: "account_erased" });
  }

  /** Has the devices of the other side ask what was changed. */
  conversationChanged(conversation: ConversationRef, erasedId: UserId): void {
    const event = { type: "conversation_changed", conversationId: conversation.id } as const;
    this.#bus.publish(userTopic(peerOf(conversation, erasedId)), event);
  }
}
