/**
 * From a frame to what it does: one handler a type.
 *
 * @module
 */
import type { Bus } from "../db/bus.ts";
import type { Clock } from "../db/clock.ts";
import type { UpTo } from "../db/messages.ts";
import { peerOf, type UserId } from "../db/model.ts";
import type { Audience } from "./audience.ts";
import { encode } from "./codec.ts";
import type { Connection } from "./connection.ts";
import { type ChatEvent, userTopic } from "./events.ts";
import type { ClientFrame, ServerFrame } from "./frames.ts";
import { EndOfTurn } from "./joined.ts";
import { DEFAULT_PAGE, TYPING_INTERVAL_MS } from "./limits.ts";
import type { Chat } from "./contract.ts";
import type { Presence } from "./presence.ts";
import type { RateLimiter } from "./rate.ts";
import type { SyncAnswers } from "./sync_answers.ts";
import type { Traffic } from "./traffic.ts";
import { timestamp } from "./wire.ts";

type FrameOf<T extends ClientFrame["type"]> = Extract<ClientFrame, { type: T }>;
type Handlers = {
  readonly [T in ClientFrame["type"]]: (connection: Connection, frame: FrameOf<T>) => void | Promise<void>;
};

interface DispatcherDeps {
  readonly chat: Chat;
  readonly sync: SyncAnswers;
  readonly audience: Audience;
  readonly presence: Presence;
  readonly bus: Bus<ChatEvent>;
  readonly clock: Clock;
  /** One token a user and peer for `typing` with `active`. */
  readonly typing: RateLimiter<string>;
  /** Counts what is acknowledged. */
  readonly traffic: Traffic;
}

/** At most one `active` a second, without a burst. */
export const TYPING_RATE = { rate: 1_000 / TYPING_INTERVAL_MS, burst: 1 } as const;

/** Works the frames of every connection. */
export class Dispatcher {
  readonly #deps: DispatcherDeps;
  readonly #handlers: Handlers;
  readonly #turn = new EndOfTurn();

  constructor(deps: DispatcherDeps) {
    this.#deps = deps;
    this.#handlers = {
      hello: (connection, frame) => {
        if (frame.data?.confirm !== undefined) connection.confirms = frame.data.confirm;
        if (frame.data?.batch !== undefined) connection.join(frame.data.batch ? this.#turn : null);
      },
      private: (connection, frame) => this.#private(connection, frame),
      heartbeat: (connection, frame) => this.#heartbeat(connection, frame),
      typing: (connection, frame) => this.#typing(connection, frame),
      read: (connection, frame) => this.#read(connection, frame),
      delivered: (connection, frame) => this.#delivered(connection, frame),
      sync: (connection, frame) => this.#sync(connection, frame),
      history: (connection, frame) => this.#history(connection, frame),
      watch: (connection, frame) => this.#watch(connection, frame),
    };
  }

  /** Works one frame. Throws or rejects with what the client is told as `error`. */
  handle(connection: Connection, frame: ClientFrame): void | Promise<void> {
    return this.#call(connection, frame);
  }

  #call<T extends ClientFrame["type"]>(connection: Connection, frame: FrameOf<T>): void | Promise<void> {
    const handlers: {
      readonly [K in T]: (connection: Connection, frame: FrameOf<K>) => void | Promise<void>;
    } = this.#handlers;
    const type: T = frame.type;
    return handlers[type](connection, frame);
  }

  async #private(connection: Connection, frame: FrameOf<"private">): Promise<void> {
    const { chat, clock, traffic } = this.#deps;
    const { userId } = connection;
    const conversation = chat.conversationOf(userId, targetOf(frame));
    const sent = await chat.send(userId, {
      conversation,
      content: frame.content,
      clientId: frame.id ?? null,
      connectionId: connection.id,
    });
    traffic.acknowledged(sent.delivered);
    this.#answer(connection, {
      type: "read",
      from_user_id: peerOf(conversation, userId),
      to_user_id: userId,
      timestamp: timestamp(clock.now()),
      data: {
        original_message_id: frame.id ?? sent.messageId,
        message_id: sent.messageId,
        conversation_id: conversation.id,
        seq: sent.seq,
        status: sent.delivered ? "delivered" : "stored",
      },
    });
  }

  #heartbeat(connection: Connection, frame: FrameOf<"heartbeat">): void {
    this.#answer(connection, {
      type: "heartbeat",
      ...this.#head(frame.id),
      from_user_id: 0,
      to_user_id: 0,
      content: "pong",
    });
  }

  #typing(connection: Connection, frame: FrameOf<"typing">): void {
    const { chat, bus, clock, typing } = this.#deps;
    const { userId } = connection;
    const conversation = chat.conversationOf(userId, targetOf(frame));
    const peer = peerOf(conversation, userId);
    const active = frame.data?.active ?? true;
    if (active && typing.take(`${userId} ${peer}`, clock.now()) > 0) return;
    bus.publish(userTopic(peer), { type: "typing", userId, conversationId: conversation.id, active });
  }

  #read(connection: Connection, frame: FrameOf<"read">): Promise<void> {
    return this.#mark(connection, frame, { read: upTo(frame.data), private: frame.data?.private ?? false });
  }

  #delivered(connection: Connection, frame: FrameOf<"delivered">): Promise<void> {
    return this.#mark(connection, frame, { delivered: { seq: frame.data.seq } });
  }

  /** The receipt to the device that sent the mark is the acknowledgement, whether anything moved or not. */
  async #mark(
    connection: Connection,
    frame: FrameOf<"read"> | FrameOf<"delivered">,
    marks: { readonly read?: UpTo; readonly delivered?: UpTo; readonly private?: boolean },
  ): Promise<void> {
    const { chat } = this.#deps;
    const conversation = chat.conversationOf(connection.userId, targetOf(frame));
    const marked = await chat.mark(connection.userId, {
      conversation,
      connectionId: connection.id,
      ...marks,
    });
    const receipt: ServerFrame = {
      type: "receipt",
      ...this.#head(frame.id),
      "from_user_id": connection.userId,
      data: {
        "conversation_id": conversation.id,
        "delivered_seq": marked?.deliveredSeq ?? 0,
        "read_seq": marked?.readSeq ?? 0,
      },
    };
    // Behind a running sync, whose answer may have been read before this mark moved: no mark goes back.
    connection.push(encode(receipt), "message");
  }

  async #sync(connection: Connection, frame: FrameOf<"sync">): Promise<void> {
    connection.push(await this.#deps.sync.answer(connection, frame), "answer");
  }

  async #history(connection: Connection, frame: FrameOf<"history">): Promise<void> {
    const { chat } = this.#deps;
    const conversation = chat.conversationOf(connection.userId, targetOf(frame));
    const { before_seq: beforeSeq, after_seq: afterSeq, limit = DEFAULT_PAGE } = frame.data ?? {};
    const page = await chat.history(connection.userId, conversation, {
      limit,
      ...(beforeSeq === undefined ? {} : { beforeSeq }),
      ...(afterSeq === undefined ? {} : { afterSeq }),
    });
    this.#answer(connection, {
      type: "history",
      ...this.#head(frame.id),
      data: { conversation_id: conversation.id, ...page },
    });
  }

  async #watch(connection: Connection, frame: FrameOf<"watch">): Promise<void> {
    const { audience, presence } = this.#deps;
    const added = new Set<UserId>(frame.data.add ?? []);
    audience.watch(connection, [...added], frame.data.remove ?? []);
    const users = await presence.describe([...added]);
    this.#answer(connection, {
      type: "presence",
      ...this.#head(frame.id),
      data: { users: [...users.values()] },
    });
  }

  #head(id: string | undefined): { readonly id?: string; readonly timestamp: string } {
    return { ...(id === undefined ? {} : { id }), timestamp: timestamp(this.#deps.clock.now()) };
  }

  #answer(connection: Connection, frame: ServerFrame): void {
    connection.push(encode(frame), "answer");
  }
}

function targetOf(
  frame: {
    readonly to_user_id?: number | undefined;
    readonly data?: { readonly conversation_id?: string | undefined } | undefined;
  },
): { readonly toUserId: number | undefined; readonly conversationId: string | undefined } {
  return { toUserId: frame.to_user_id, conversationId: frame.data?.conversation_id };
}

function upTo(
  data: { readonly seq?: number | undefined; readonly message_id?: string | undefined } | undefined,
): UpTo {
  if (data?.seq !== undefined) return { seq: data.seq };
  if (data?.message_id !== undefined) return { messageId: data.message_id };
  return "newest";
}
