/**
 * From the bus to the hub: follows the topics of the users who are connected here, and encodes each event once a
 * user. The order that the bus does not promise is kept by `in_order.ts`.
 *
 * @module
 */
import type { Bus, Subscription } from "../db/bus.ts";
import type { Clock } from "../db/clock.ts";
import type { MessageStore } from "../db/messages.ts";
import { type ConversationView, isMember, membersOf, type Message, type UserId } from "../db/model.ts";
import { CLOSE } from "./close.ts";
import { encode } from "./codec.ts";
import type { Connection } from "./connection.ts";
import {
  type ChatEvent,
  type MessageEvent,
  type PresenceEvent,
  type ReceiptEvent,
  type TypingEvent,
  USERS_TOPIC,
  userTopic,
} from "./events.ts";
import type { Hub } from "./hub.ts";
import { InOrder } from "./in_order.ts";
import { noteSeq } from "./known_seqs.ts";
import { messageFrame, timestamp } from "./wire.ts";

/** Within how long a device is to sync after a gap of its user that was not filled here, in ms. */
const GAP_SYNC_MS = 1_000;

interface RelayDeps {
  readonly bus: Bus<ChatEvent>;
  readonly hub: Hub;
  readonly messages: Pick<MessageStore, "list">;
  readonly clock: Clock;
  /** Told of every message of others that a device which does not confirm itself was handed. */
  readonly onHandedOver: (message: Message, userId: UserId) => void;
  /** Told of the people of every conversation that begins. */
  readonly onNewConversation: (members: readonly UserId[]) => void;
  /** Told of every user whose name, avatar or status changed. */
  readonly onUserChanged: (userId: UserId) => void;
  /** Told of everything that instances say about who is where. */
  readonly onPresence: (event: PresenceEvent) => void;
}

interface Followed {
  readonly live: Promise<Subscription>;
  /** The highest seq of others handed to a device that does not confirm itself; null until there is one. */
  handed: Map<string, number> | null;
}

/** Brings events of the bus to the connections they are for. */
export class Relay implements AsyncDisposable {
  readonly #deps: RelayDeps;
  readonly #inOrder: InOrder;
  readonly #followed = new Map<UserId, Followed>();
  readonly #users: Promise<Subscription>;

  constructor(deps: RelayDeps) {
    this.#deps = deps;
    const { bus, messages, clock } = deps;
    this.#inOrder = new InOrder({
      messages,
      clock,
      mayLose: bus.isShared,
      push: (userId, message, event) => this.#push(userId, message, event?.except ?? null),
      onGap: (userId) => this.#resync(userId),
    });
    this.#users = bus.subscribe(USERS_TOPIC, (event) => this.#hearOfUsers(event));
  }

  /** Resolves once what concerns everybody arrives here. */
  async begin(): Promise<void> {
    await this.#users;
  }

  /** Resolves once events for the user arrive here. */
  async follow(userId: UserId): Promise<void> {
    let followed = this.#followed.get(userId);
    if (followed === undefined) {
      this.#inOrder.begin(userId);
      const live = this.#deps.bus.subscribe(userTopic(userId), (event) => this.#deliver(userId, event));
      followed = { live, handed: null };
      this.#followed.set(userId, followed);
    }
    await followed.live;
  }

  /** Stops following, because the user's last connection here is gone. */
  async unfollow(userId: UserId): Promise<void> {
    const followed = this.#followed.get(userId);
    if (followed === undefined) return;
    this.#followed.delete(userId);
    this.#inOrder.end(userId);
    await (await followed.live).unsubscribe();
  }

  /** Notes that a device is answered by `sync`: what it gets there need not be looked for. */
  synced(connection: Connection, views: readonly ConversationView[]): void {
    const { userId } = connection;
    const [only, ...others] = this.#deps.hub.of(userId);
    // Another one got none of the answer, also where the one that asked has gone meanwhile.
    if (only === connection && others.length === 0) this.#inOrder.synced(userId, views);
  }

  /** Whether a message went to a live device of the user here that does not confirm itself. */
  hasHandedOver(message: Message, userId: UserId): boolean {
    const handed = this.#followed.get(userId)?.handed?.get(message.conversation.id) ?? 0;
    return handed >= message.seq && this.#deps.hub.takesDelivery(userId);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#followed.keys()].map((userId) => this.unfollow(userId)));
    await (await this.#users).unsubscribe();
    this.#inOrder[Symbol.dispose]();
  }

  #hearOfUsers(event: ChatEvent): void {
    switch (event.type) {
      case "user_changed":
        return this.#deps.onUserChanged(event.userId);
      case "roster":
      case "instance_left":
      case "instance_ended":
        return this.#deps.onPresence(event);
    }
  }

  #deliver(userId: UserId, event: ChatEvent): void {
    const { hub } = this.#deps;
    switch (event.type) {
      case "message":
        return this.#message(userId, event);
      case "receipt":
        return this.#receipt(userId, event);
      case "typing":
        return this.#typing(userId, event);
      case "sessions_ended":
        for (const connection of hub.of(userId)) {
          const session = connection.identity.session;
          if (session !== null && event.sessionIds.includes(session.id)) connection.close(CLOSE.sessionEnded);
        }
        return;
      case "account_disabled":
        for (const connection of hub.of(userId)) connection.close(CLOSE.accountDisabled);
        return;
      case "account_erased":
        for (const connection of hub.of(userId)) connection.close(CLOSE.sessionEnded);
        return;
      case "conversation_changed":
        return this.#resync(userId);
    }
  }

  #message(userId: UserId, event: MessageEvent): void {
    const { conversation, seq } = event.message;
    if (!isMember(conversation, userId)) return;
    if (seq === 1) this.#deps.onNewConversation(membersOf(conversation));
    this.#inOrder.take(userId, event);
  }

  #push(userId: UserId, message: Message, except: string | null): void {
    const { hub, onHandedOver } = this.#deps;
    const text = (): string => encode(messageFrame(message, { viewerId: userId, isOffline: false }));
    hub.deliver(userId, "message", text, except === null ? {} : { except: [except] });
    // Only now: who was too slow for it is gone. A message of their own says nothing of what others sent before it.
    if (userId === message.senderId || !hub.takesDelivery(userId)) return;
    const followed = this.#followed.get(userId);
    if (followed !== undefined) {
      followed.handed = noteSeq(followed.handed, message.conversation.id, message.seq);
    }
    onHandedOver(message, userId);
  }

  #resync(userId: UserId): void {
    const { hub, clock } = this.#deps;
    const frame = {
      type: "resync",
      timestamp: timestamp(clock.now()),
      data: { within_ms: GAP_SYNC_MS },
    } as const;
    hub.deliver(userId, "answer", () => encode(frame));
  }

  #receipt(userId: UserId, event: ReceiptEvent): void {
    const text = (): string =>
      encode({
        type: "receipt",
        from_user_id: event.userId,
        timestamp: timestamp(this.#deps.clock.now()),
        data: {
          conversation_id: event.conversationId,
          delivered_seq: event.deliveredSeq,
          read_seq: event.readSeq,
        },
      });
    // Behind a running sync, like messages: its answer may have been read before the marks moved.
    this.#deps.hub.deliver(userId, "message", text, {
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
        timestamp: timestamp(this.#deps.clock.now()),
        data: { conversation_id: event.conversationId, active: event.active },
      });
    this.#deps.hub.deliver(userId, "hint", text);
  }
}
