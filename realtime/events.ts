/**
 * What instances tell each other: about one user by the topic {@link userTopic}, about everybody by
 * {@link USERS_TOPIC}. Each must survive JSON, and stands in `event_schema.ts` too.
 *
 * @module
 */
import type { Message, UserId } from "../db/model.ts";
import type { Person } from "../db/presence.ts";

/** A message of a conversation that the topic's user belongs to. */
export interface MessageEvent {
  readonly type: "message";
  readonly message: Message;
  /** The connection that sent it: it gets the acknowledgement instead. */
  readonly except: string | null;
}

/** A member's marks moved. */
export interface ReceiptEvent {
  readonly type: "receipt";
  readonly userId: UserId;
  readonly conversationId: string;
  readonly deliveredSeq: number;
  readonly readSeq: number;
  /** Connections that know already. */
  readonly except: readonly string[];
  /** `confirming`: only devices that confirm delivery themselves, for a mark that no device asked for. */
  readonly to: "all" | "confirming";
}

/** Somebody is writing to the topic's user, or stopped. */
export interface TypingEvent {
  readonly type: "typing";
  readonly userId: UserId;
  readonly conversationId: string;
  readonly active: boolean;
}

/** Sessions of the topic's user ended; their sockets close. */
export interface SessionsEndedEvent {
  readonly type: "sessions_ended";
  readonly sessionIds: readonly string[];
}

/** The topic's user was disabled; all sockets close. */
export interface AccountDisabledEvent {
  readonly type: "account_disabled";
}

/** The topic's user was erased; all sockets close. */
export interface AccountErasedEvent {
  readonly type: "account_erased";
}

/** Messages that were there before were changed in a conversation of the topic's user: `sync` brings them. */
export interface ConversationChangedEvent {
  readonly type: "conversation_changed";
  readonly conversationId: string;
}

/** The topic's user changed name, avatar or status. Published on {@link USERS_TOPIC}. */
export interface UserChangedEvent {
  readonly type: "user_changed";
  readonly userId: UserId;
}

/**
 * Whom to tell of a change of presence, besides oneself and those who watch: people of one's conversations. Null:
 * everybody sees everybody, or the sender thinks that nothing changed; whoever finds otherwise asks the store.
 */
export type PresenceAudience = readonly UserId[] | null;

/** Somebody came to an instance, or is shown in another way. */
export interface Arrival {
  readonly person: Person;
  readonly to: PresenceAudience;
}

/** Somebody left an instance. */
export interface Departure {
  readonly userId: UserId;
  /** When they were last seen, in ms. */
  readonly at: number;
  readonly to: PresenceAudience;
}

/** The roster of an instance changed. Published on {@link USERS_TOPIC}, as all below. */
export interface RosterEvent {
  readonly type: "roster";
  readonly instanceId: string;
  /** The version that the roster has now; a copy that is not at the one before is to be read again. */
  readonly version: number;
  readonly came: readonly Arrival[];
  readonly left: readonly Departure[];
}

/** An instance said goodbye; somebody is to tell of the leaves. */
export interface InstanceLeftEvent {
  readonly type: "instance_left";
  readonly instanceId: string;
}

/** The roster of an instance that is gone was removed; long lists come in parts. */
export interface InstanceEndedEvent {
  readonly type: "instance_ended";
  readonly instanceId: string;
  readonly left: readonly Departure[];
  /** Whether this is the last part: nobody is on that instance any more. */
  readonly isLast: boolean;
}

/** The events of presence over instances. */
export type PresenceEvent = RosterEvent | InstanceLeftEvent | InstanceEndedEvent;

/** Everything instances tell each other. */
export type ChatEvent =
  | MessageEvent
  | ReceiptEvent
  | TypingEvent
  | SessionsEndedEvent
  | AccountDisabledEvent
  | AccountErasedEvent
  | ConversationChangedEvent
  | UserChangedEvent
  | PresenceEvent;

/** The topic that the instances with connections of `userId` follow. */
export function userTopic(userId: UserId): string {
  return `user:${userId}`;
}

/** The topic that every instance follows. */
export const USERS_TOPIC = "users";
