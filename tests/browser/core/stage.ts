/**
 * A connection of the page on a stage: its sockets, its clock and its chances are the test's.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { Conversation, MessageFrame, ServerFrame } from "../../../realtime/frames.ts";
import type { ChatCache } from "../../../static/core/cache.js";
import { Connection } from "../../../static/core/connection.js";
import type { Memory } from "../../../static/core/platform.js";
import { FakeClock, settle } from "../../support/fake_clock.ts";
import { SharedStorage } from "./shared_storage.ts";
import { StagedSocket } from "./staged_socket.ts";

export const SELF = 1;
export const PEER = 2;
export const CONVERSATION = "1-2";
const TIME = "2026-01-01T00:00:00.000Z";

interface StageOptions {
  readonly token?: string;
  readonly refused?: () => Promise<boolean>;
  readonly cache?: ChatCache;
  readonly memory?: Memory;
  /** Where its sockets go; default: those of the stage. */
  readonly sockets?: StagedSocket[];
}

/** Everything a connection needs, in the hands of the test. */
export class Stage {
  readonly fake = new FakeClock();
  readonly sockets: StagedSocket[] = [];
  readonly storage = new SharedStorage();
  readonly ended: { readonly code: number }[] = [];
  readonly connection: Connection;
  /** What `random` answers. */
  chance = 0.5;
  #ids = 0;

  constructor(options: StageOptions = {}) {
    this.connection = this.newConnection(options);
  }

  /** Another connection over the same memory, as of another tab or after a reload. */
  newConnection({ sockets = this.sockets, ...options }: StageOptions = {}): Connection {
    const connection = new Connection({
      userId: SELF,
      url: "ws://chat.test/ws",
      open: (url, protocols, events) => {
        const socket = new StagedSocket(url, protocols, events);
        sockets.push(socket);
        return socket;
      },
      clock: {
        now: () => this.fake.now(),
        after: (ms, run) => {
          const timer = this.fake.after(ms, run);
          return () => timer.cancel();
        },
      },
      random: () => this.chance,
      newId: () => `id-${++this.#ids}`,
      memory: this.storage.tab(),
      ...options,
    });
    connection.on("ended", (event) => void this.ended.push(event));
    return connection;
  }

  /** The newest socket. */
  get socket(): StagedSocket {
    const socket = this.sockets.at(-1);
    assert.ok(socket !== undefined, "nothing was dialled");
    return socket;
  }

  /** Starts, and is welcomed. */
  async online(welcomed: WelcomeOptions = {}): Promise<void> {
    this.connection.start();
    await this.welcome(welcomed);
  }

  /** The newest socket is welcomed. */
  async welcome(options: WelcomeOptions = {}): Promise<void> {
    this.socket.say(welcome(options));
    await settle();
  }

  /** Answers the newest `sync`. */
  async answerSync(data: Partial<SyncData> = {}): Promise<void> {
    this.socket.say(syncAnswer(this.socket, data));
    await settle();
  }

  /** Answers the newest `history`. */
  async answerHistory(messages: readonly MessageFrame[], hasMore = false): Promise<void> {
    const { id } = this.socket.last("history");
    this.socket.say({
      type: "history",
      id,
      timestamp: TIME,
      data: { conversation_id: CONVERSATION, messages, has_more: hasMore },
    });
    await settle();
  }

  /** Online, synced, with these messages of the one conversation. */
  async talking(messages: readonly MessageFrame[] = [], info: Partial<Conversation> = {}): Promise<void> {
    await this.online();
    const conversations = messages.length === 0 ? [] : [conversation({ last: messages.at(-1), ...info })];
    await this.answerSync({ conversations, messages: { [CONVERSATION]: [...messages] } });
  }

  /** The time passes. */
  async pass(ms: number): Promise<void> {
    await this.fake.advance(ms);
  }

  /** The seqs that are shown of the one conversation. */
  get seqs(): readonly number[] {
    const chat = this.connection.state.chats.get(CONVERSATION);
    return chat?.timeline.messages.map(({ data }) => data.seq) ?? [];
  }
}

type SyncData = Extract<ServerFrame, { type: "sync" }>["data"];

const EMPTY_SYNC: SyncData = {
  conversations: [],
  messages: {},
  limited: {},
  reset: [],
  gone: [],
  next: null,
  now: TIME,
};

/** The answer to the newest `sync` of a socket. */
export function syncAnswer(socket: StagedSocket, data: Partial<SyncData> = {}): ServerFrame {
  const { id } = socket.last("sync");
  assert.ok(id !== undefined);
  return { type: "sync", id, timestamp: TIME, data: { ...EMPTY_SYNC, ...data } };
}

interface WelcomeOptions {
  readonly userId?: number;
  readonly epoch?: string;
}

/** The first frame of a server. */
export function welcome({ userId = SELF, epoch = "e1" }: WelcomeOptions = {}): ServerFrame {
  return {
    type: "welcome",
    timestamp: TIME,
    data: {
      user_id: userId,
      username: "ann",
      connection_id: "c",
      epoch,
      heartbeat_seconds: 25,
      protocol: 1,
      limits: {
        content_points: 100,
        frame_bytes: 600,
        messages: { rate: 20, burst: 60 },
        frames: { rate: 50, burst: 200 },
      },
    },
  };
}

/** A message of the conversation between 1 and 2, from the other side unless said. */
export function message(
  seq: number,
  options: { from?: number; change?: number; clientId?: string } = {},
): MessageFrame {
  const { from = PEER, change = seq, clientId } = options;
  return {
    type: "private",
    id: `m${seq}`,
    from_user_id: from,
    to_user_id: from === SELF ? PEER : SELF,
    content: `text ${seq}`,
    timestamp: TIME,
    data: {
      message_id: `m${seq}`,
      conversation_id: CONVERSATION,
      seq,
      change,
      kind: "text",
      is_offline: false,
      ...(clientId === undefined ? {} : { client_id: clientId }),
    },
  };
}

/** Messages `from` to `to`. */
export function messages(from: number, to: number): MessageFrame[] {
  return Array.from({ length: to - from + 1 }, (_, at) => message(from + at));
}

/** The conversation as the server tells it, with `last` as its newest message. */
export function conversation(
  { last, ...rest }: Partial<Conversation> & { readonly last?: MessageFrame | undefined } = {},
): Conversation {
  return {
    conversation_id: CONVERSATION,
    kind: "direct",
    peer: { user_id: PEER, username: "bob", avatar: "", status: "online", last_seen: null },
    first_seq: 1,
    last_seq: last?.data.seq ?? 0,
    last_change: last?.data.change ?? 0,
    last_message: last ?? null,
    unread: 0,
    read_seq: 0,
    delivered_seq: 0,
    peer_read_seq: 0,
    peer_delivered_seq: 0,
    updated_at: TIME,
    ...rest,
  };
}

/** The acknowledgement of a message that was sent with `id`. */
export function acknowledgement(
  id: string,
  seq: number,
  status: "stored" | "delivered" = "stored",
): ServerFrame {
  return {
    type: "read",
    from_user_id: PEER,
    to_user_id: SELF,
    timestamp: TIME,
    data: { original_message_id: id, message_id: `m${seq}`, conversation_id: CONVERSATION, seq, status },
  };
}

/** An error about the frame with `id`. */
export function refusal(
  id: string | undefined,
  { code, error, temporary = false, retryAfterMs }: {
    readonly code: number;
    readonly error: string;
    readonly temporary?: boolean;
    readonly retryAfterMs?: number;
  },
): ServerFrame {
  return {
    type: "error",
    ...(id === undefined ? {} : { id }),
    timestamp: TIME,
    data: {
      code,
      error,
      message: error,
      temporary,
      ...(retryAfterMs === undefined ? {} : { retry_after_ms: retryAfterMs }),
    },
  };
}
