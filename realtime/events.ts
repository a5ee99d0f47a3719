/**
 * What instances tell each other about one user, by the topic {@link userTopic}. Each must survive JSON.
 *
 * @module
 */
import type { Message, UserId } from "../db/model.ts";

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

/** The topic's user changed name, avatar or status. Published on {@link USERS_TOPIC}. */
export interface UserChangedEvent {
  readonly type: "user_changed";
  readonly userId: UserId;
}

export type ChatEvent =
  | MessageEvent
  | ReceiptEvent
  | TypingEvent
  | SessionsEndedEvent
  | AccountDisabledEvent
  | UserChangedEvent;

/** The topic that the instances with connections of `userId` follow. */
export function userTopic(userId: UserId): string {
  return `user:${userId}`;
}

/** The topic that every instance follows. */
export const USERS_TOPIC = "users";
