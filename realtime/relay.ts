/**
 * From the bus to the hub: follows the topics of the users who are connected here, encodes each event once a
 * user, and keeps the order that the bus does not promise.
 *
 * @module
 */
import type { Bus, Subscription } from "../db/bus.ts";
import type { Clock } from "../db/clock.ts";
import type { Message, UserId } from "../db/model.ts";
import { CLOSE } from "./close.ts";
import { encode } from "./codec.ts";
import {
  type ChatEvent,
  type MessageEvent,
  type ReceiptEvent,
  type TypingEvent,
  USERS_TOPIC,
  userTopic,
} from "./events.ts";
import type { Hub } from "./hub.ts";
import { messageFrame, timestamp } from "./wire.ts";

/** Conversations of a user whose last pushed seq is remembered; past this the one unused for longest is forgotten. */
const MAX_CONVERSATIONS = 500;

interface Followed {
  readonly live: Promise<Subscription>;
  /** The highest seq pushed here, by conversation; null until there is one, as most sockets are idle. */
  pushed: Map<string, number> | null;
  /** The highest seq handed to a device that does not confirm itself, likewise. */
  handed: Map<string, number> | null;
}

/** Brings events of the bus to the connections they are for. */
export class Relay implements AsyncDisposable {
  readonly #bus: Bus<ChatEvent>;
  readonly #hub: Hub;
  readonly #clock: Clock;
  readonly #followed = new Map<UserId, Followed>();
  readonly #users: Promise<Subscription>;

  constructor(deps: {
    readonly bus: Bus<ChatEvent>;
    readonly hub: Hub;
    readonly clock: Clock;
    /** Told of every user whose name, avatar or status changed. */
    readonly onUserChanged: (userId: UserId) => void;
  }) {
    this.#bus = deps.bus;
    this.#hub = deps.hub;
    this.#clock = deps.clock;
    this.#users = this.#bus.subscribe(USERS_TOPIC, (event) => {
      if (event.type === "user_changed") deps.onUserChanged(event.userId);
    });
  }

  /** Resolves once events for the user arrive here. */
  async follow(userId: UserId): Promise<void> {
    let followed = this.#followed.get(userId);
    if (followed === undefined) {
      followed = {
        live: this.#bus.subscribe(userTopic(userId), (event) => this.#deliver(userId, event)),
        pushed: null,
        handed: null,
      };
      this.#followed.set(userId, followed);
    }
    await followed.live;
  }

  /** Stops following, because the user's last connection here is gone. */
  async unfollow(userId: UserId): Promise<void> {
    const followed = this.#followed.get(userId);
    if (followed === undefined) return;
    this.#followed.delete(userId);
    await (await followed.live).unsubscribe();
  }

  /** Whether a message went to a live device of the user here that does not confirm itself. */
  hasHandedOver(message: Message, userId: UserId): boolean {
    const handed = this.#followed.get(userId)?.handed?.get(message.conversation.id) ?? 0;
    return handed >= message.seq && this.#hub.takesDelivery(userId);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#followed.keys()].map((userId) => this.unfollow(userId)));
    await (await this.#users).unsubscribe();
  }

  #deliver(userId: UserId, event: ChatEvent): void {
    switch (event.type) {
      case "message":
        return this.#message(userId, event);
      case "receipt":
        return this.#receipt(userId, event);
      case "typing":
        return this.#typing(userId, event);
      case "sessions_ended":
        for (const connection of this.#hub.of(userId)) {
          const session = connection.identity.session;
          if (session !== null && event.sessionIds.includes(session.id)) connection.close(CLOSE.sessionEnded);
        }
        return;
      case "account_disabled":
        for (const connection of this.#hub.of(userId)) connection.close(CLOSE.accountDisabled);
        return;
      case "user_changed":
        return;
    }
  }

  #message(userId: UserId, event: MessageEvent): void {
    const { message } = event;
    const { conversation: { id }, seq } = message;
    const followed = this.#followed.get(userId);
    // A repeat of a send publishes again; what was pushed once is not pushed twice, nor out of order.
    if (followed === undefined || seq <= (followed.pushed?.get(id) ?? 0)) return;
    followed.pushed = remember(followed.pushed, id, seq);
    const text = (): string => encode(messageFrame(message, { viewerId: userId, isOffline: false }));
    this.#hub.deliver(userId, "message", text, event.except === null ? {} : { except: [event.except] });
    // Only now: who was too slow for it is gone. A message of their own says nothing of what others sent before it.
    if (message.senderId !== userId && this.#hub.takesDelivery(userId)) {
      followed.handed = remember(followed.handed, id, seq);
    }
  }

  #receipt(userId: UserId, event: ReceiptEvent): void {
    const text = (): string =>
      encode({
        type: "receipt",
        from_user_id: event.userId,
        timestamp: timestamp(this.#clock.now()),
        data: {
          conversation_id: event.conversationId,
          delivered_seq: event.deliveredSeq,
          read_seq: event.readSeq,
        },
      });
    // Behind a running sync, like messages: its answer may have been read before the marks moved.
    this.#hub.deliver(userId, "message", text, {
      except: event.except,
      confirmingOnly: event.to === "confirming",
    });
  }

  #typing(userId: UserId, event: TypingEvent): void {
    const text = (): string =>
      encode({
        type: "typing",
        from_user_id: event.userId,
        to_user_id: userId,
        timestamp: timestamp(this.#clock.now()),
        data: { conversation_id: event.conversationId, active: event.active },
      });
    this.#hub.deliver(userId, "hint", text);
  }
}

/** Notes the seq of a conversation, and forgets the one unused for longest where there are too many. */
function remember(seqs: Map<string, number> | null, id: string, seq: number): Map<string, number> {
  const noted = seqs ?? new Map<string, number>();
  // Moved to the end once it matters: the first is then the one unused for longest.
  if (noted.size > MAX_CONVERSATIONS / 2) noted.delete(id);
  noted.set(id, seq);
  if (noted.size > MAX_CONVERSATIONS) {
    const oldest = noted.keys().next();
    if (!oldest.done) noted.delete(oldest.value);
  }
  return noted;
}
