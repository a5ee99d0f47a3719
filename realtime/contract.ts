/**
 * What the chat offers to those who speak for a person: types and promises only.
 *
 * @module
 */
import type { Bus } from "../db/bus.ts";
import type { Clock } from "../db/clock.ts";
import type { Marked, MessageQuery, UpTo } from "../db/messages.ts";
import type { ConversationRef, UserId } from "../db/model.ts";
import type { PresenceStore } from "../db/presence.ts";
import type { Store } from "../db/store.ts";
import type { ChatEvent } from "./events.ts";
import type { Conversation, MessageFrame, OnlineUser } from "./frames.ts";
import type { Identity } from "./identity.ts";
import type { Limits } from "./limits.ts";
import type { SocketEvents, Transport, Upgrade } from "./transport.ts";

/** A message as someone wants to send it. */
export interface SendRequest {
  readonly conversation: ConversationRef;
  readonly content: string;
  readonly clientId: string | null;
  /** The connection it came by, which gets the acknowledgement and not the message; null for HTTP. */
  readonly connectionId: string | null;
}

/** A message that is stored, and synced. */
export interface Sent {
  readonly messageId: string;
  readonly seq: number;
  /** Whether an earlier try had stored it. */
  readonly duplicate: boolean;
  /** Whether it was handed to a live device of the peer here that does not confirm itself. */
  readonly delivered: boolean;
}

/** The rules of the chat; knows no socket and no Hono. Throws {@link ChatError}. */
export interface Chat {
  /** Turns "to whom" into a conversation. Throws `bad_request`, `to_oneself`, `not_a_member` or `no_such_user`. */
  conversationOf(
    userId: UserId,
    target: { readonly toUserId?: number | undefined; readonly conversationId?: string | undefined },
  ): ConversationRef;
  /** Stores a message, then tells everybody concerned. Resolves once it is durable. */
  send(userId: UserId, request: SendRequest): Promise<Sent>;
  /** Moves marks and tells of them; null when there is nothing to mark yet. */
  mark(userId: UserId, request: MarkRequest): Promise<Marked | null>;
  history(
    userId: UserId,
    conversation: ConversationRef,
    query: Omit<MessageQuery, "maxBytes">,
  ): Promise<{ readonly messages: MessageFrame[]; readonly has_more: boolean }>;
  conversations(
    userId: UserId,
    query: { readonly before?: string; readonly limit: number },
  ): Promise<
    { readonly conversations: Conversation[]; readonly has_more: boolean; readonly next: string | null }
  >;
}

/** A mark as someone wants to move it. */
export interface MarkRequest {
  readonly conversation: ConversationRef;
  readonly delivered?: UpTo;
  readonly read?: UpTo;
  readonly private?: boolean;
  /** The connection it came by; null: none. */
  readonly connectionId: string | null;
}

/** What HTTP and the composition root need of this module. */
export interface Realtime extends AsyncDisposable {
  readonly chat: Chat;
  /**
   * Upgrades `request` for an identity that was established without waiting. Must be called in the same turn of
   * the event loop as the request came, and its response returned as it is. Throws {@link ChatError}
   * `upgrade_required` or `overloaded` before any upgrade happened.
   */
  upgrade(request: Request, identity: Identity): Response;
  /** Takes a socket that something else upgraded; its events are to be called as it reports them. */
  accept(identity: Identity, transport: Transport, confirms: boolean): SocketEvents;
  /** Who is online, of those `viewer` may see; null: everybody. At most 500. */
  onlineUsers(viewer: UserId | null): Promise<OnlineUser[]>;
  /** Closes the sockets of ended sessions, on every instance. */
  sessionsEnded(userId: UserId, sessionIds: readonly string[]): void;
  /** Closes every socket of a disabled account, on every instance. */
  accountDisabled(userId: UserId): void;
  /** Forgets what is remembered of a user's name and avatar, on every instance. */
  userChanged(userId: UserId): void;
  /** Closes every socket that is open here now with 1012, in batches; whoever comes back is let in. */
  restart(): Promise<void>;
  /** Closes a connection here in whose place the user has a newer one elsewhere. */
  replace(userId: UserId, connectionId: string): void;
  /** Counts messages that the user sent on another instance. */
  sentElsewhere(userId: UserId, count: number): void;
  /** Figures for /metrics, by Prometheus name without prefix. */
  figures(): ReadonlyMap<string, number>;
}

/** Where the limits on one user's connections and messages hold over several instances of a process. */
export interface Headcount {
  /** A connection was opened here; where it is one too many, the oldest is told to {@link Realtime.replace}. */
  came(userId: UserId, connectionId: string): void;
  left(userId: UserId, connectionId: string): void;
  /** The user sent a message here; the others hear of it by {@link Realtime.sentElsewhere}. */
  sent(userId: UserId): void;
}

/** What the composition root gives. */
export interface RealtimeDeps {
  readonly mode: "debug" | "release";
  readonly store: Pick<Store, "facts" | "users" | "sessions" | "messages">;
  readonly bus: Bus<ChatEvent>;
  /** Who is on which instance; not asked where the bus is not shared. */
  readonly presence: PresenceStore;
  readonly clock: Clock;
  /** Makes a UUIDv7 of a time in ms. */
  readonly newMessageId: (now: number) => string;
  readonly newConnectionId: () => string;
  readonly limits: Limits;
  /** CHAT_PRESENCE_EVERYONE_BELOW. */
  readonly presenceEveryoneBelow: number;
  /** Counts people for all instances of the process; absent: this one counts for itself. */
  readonly headcount?: Headcount | undefined;
  /** Whether another socket may be opened, asked before each upgrade with the sockets there are. */
  readonly mayOpen: (connections: number) => boolean;
  /** Opens sockets; absent: the runtime's own. */
  readonly upgrade?: Upgrade | undefined;
}
