// deno-lint-ignore-file camelcase -- frames are written as they are on the wire
/**
 * What each frame is for, and how one looks: for the AsyncAPI document. The types of `frames.ts` check the examples.
 *
 * @module
 */
import type { z } from "zod";
import type { ClientFrame, Conversation, MessageFrame, OnlineUser, ServerFrame } from "./frames.ts";
import { DEFAULT_LIMITS, HEARTBEAT_SECONDS, MAX_CONTENT_POINTS, MAX_FRAME_BYTES } from "./limits.ts";
import { PROTOCOL_VERSION } from "./handshake.ts";

type Written = z.input<typeof ClientFrame>;

/** A frame's line and its examples. */
export interface Note<F> {
  readonly summary: string;
  readonly examples: readonly F[];
}

const AT = "2026-03-01T09:30:00.000Z";
const LATER = "2026-03-01T09:30:04.120Z";
const MESSAGE_ID = "019ca8c1-5d40-7cc3-98a1-3f6f0a1b2c3d";
const CLIENT_ID = "9f6b1c1e-2f0b-4f58-9c0e-0d7f4a1d8a55";

const BOB: OnlineUser = { user_id: 2, username: "bob", avatar: "", status: "online", last_seen: AT };
const ANN: OnlineUser = { user_id: 1, username: "testuser", avatar: "", status: "online", last_seen: AT };

const MESSAGE: MessageFrame = {
  type: "private",
  id: MESSAGE_ID,
  from_user_id: 1,
  to_user_id: 2,
  content: "Hello World",
  timestamp: AT,
  data: {
    message_id: MESSAGE_ID,
    conversation_id: "1-2",
    seq: 7,
    change: 7,
    kind: "text",
    is_offline: false,
  },
};
const EARLIER: MessageFrame = { ...MESSAGE, data: { ...MESSAGE.data, is_offline: true } };

const CONVERSATION: Conversation = {
  conversation_id: "1-2",
  kind: "direct",
  peer: ANN,
  first_seq: 1,
  last_seq: 7,
  last_change: 7,
  last_message: EARLIER,
  unread: 1,
  read_seq: 6,
  delivered_seq: 6,
  peer_read_seq: 6,
  peer_delivered_seq: 6,
  updated_at: AT,
};

/** What a client may send. */
export const CLIENT_NOTES: {
  readonly [T in Written["type"]]: Note<Extract<Written, { readonly type: T }>>;
} = {
  hello: {
    summary: "Optional first frame: with confirm, this client sends delivered itself; with batch, it takes " +
      "frames that come together as one JSON array",
    examples: [
      { type: "hello", data: { device: "Ann's phone", confirm: true } },
      { type: "hello", data: { batch: true } },
    ],
  },
  private: {
    summary:
      "Sends a message. Its id makes retries safe: the same one is stored once, ever. Answered by read",
    examples: [
      { type: "private", to_user_id: 2, content: "Hello World" },
      { type: "private", id: CLIENT_ID, content: "Hello World", data: { conversation_id: "1-2" } },
    ],
  },
  heartbeat: {
    summary: "Answered with pong",
    examples: [{ type: "heartbeat", id: "beat-1" }],
  },
  typing: {
    summary: "I am writing, or with active false no longer: forwarded to a peer who is online, never stored",
    examples: [{ type: "typing", to_user_id: 2 }, { type: "typing", to_user_id: 2, data: { active: false } }],
  },
  read: {
    summary: "I have read up to seq, or message_id, or with neither everything. Answered by receipt",
    examples: [
      { type: "read", id: "read-1", to_user_id: 1, data: { seq: 7 } },
      { type: "read", data: { conversation_id: "1-2", message_id: MESSAGE_ID, private: true } },
    ],
  },
  delivered: {
    summary: "This device has everything up to seq, or knows it as a limited gap. Answered by receipt",
    examples: [{ type: "delivered", data: { conversation_id: "1-2", seq: 7 } }],
  },
  sync: {
    summary: "What did I miss? Sent after every welcome, and again with page while the answer has a next",
    examples: [
      { type: "sync", id: "sync-1" },
      { type: "sync", id: "sync-2", data: { have: { "1-2": 6 }, since: AT, limit: 100 } },
    ],
  },
  history: {
    summary: "A stretch of one conversation: the newest, before a seq or after one",
    examples: [{ type: "history", id: "up-1", data: { conversation_id: "1-2", before_seq: 5, limit: 20 } }],
  },
  watch: {
    summary: "Follow the presence of these people. Answered by presence",
    examples: [{ type: "watch", id: "watch-1", data: { add: [2, 3], remove: [4] } }],
  },
};

/** What the server sends. */
export const SERVER_NOTES: {
  readonly [T in ServerFrame["type"]]: Note<Extract<ServerFrame, { readonly type: T }>>;
} = {
  welcome: {
    summary: "The first frame of a connection. Another epoch than before: drop what is cached",
    examples: [{
      type: "welcome",
      timestamp: AT,
      data: {
        user_id: 1,
        username: "testuser",
        connection_id: "6d0c9f3e-5f0e-4b42-8a0c-9d3f2f1e7c11",
        epoch: "b7f3a1c09d5e",
        heartbeat_seconds: HEARTBEAT_SECONDS,
        protocol: PROTOCOL_VERSION,
        limits: {
          content_points: MAX_CONTENT_POINTS,
          frame_bytes: MAX_FRAME_BYTES,
          messages: DEFAULT_LIMITS.messages,
          frames: DEFAULT_LIMITS.frames,
        },
      },
    }],
  },
  "user_list": {
    summary: "Who is online, oneself included: after welcome, and when many came or went at once",
    examples: [{ type: "user_list", timestamp: AT, data: { users: [ANN, BOB] } }],
  },
  join: {
    summary: "Somebody came online: once a person, not per device",
    examples: [{ type: "join", from_user_id: 2, timestamp: AT, data: BOB }],
  },
  leave: {
    summary: "Somebody's last device has been gone for 5 s",
    examples: [{
      type: "leave",
      from_user_id: 2,
      timestamp: LATER,
      data: { ...BOB, status: "offline", last_seen: LATER },
    }],
  },
  private: {
    summary: "A message to me, or one of mine from another of my devices",
    examples: [MESSAGE],
  },
  read: {
    summary: "The acknowledgement of a message I sent: it is durable",
    examples: [{
      type: "read",
      from_user_id: 2,
      to_user_id: 1,
      timestamp: AT,
      data: {
        original_message_id: CLIENT_ID,
        message_id: MESSAGE_ID,
        conversation_id: "1-2",
        seq: 7,
        status: "stored",
      },
    }],
  },
  receipt: {
    summary: "Somebody's marks moved; to the device that moved its own, the acknowledgement",
    examples: [{
      type: "receipt",
      from_user_id: 2,
      timestamp: LATER,
      data: { conversation_id: "1-2", delivered_seq: 7, read_seq: 7 },
    }],
  },
  resync: {
    summary: "Hints may have been lost: call sync at a random moment within this time",
    examples: [{ type: "resync", timestamp: AT, data: { within_ms: 10_000 } }],
  },
  typing: {
    summary: "Somebody is writing to me, or stopped",
    examples: [{
      type: "typing",
      from_user_id: 2,
      to_user_id: 1,
      timestamp: AT,
      data: { conversation_id: "1-2", active: true },
    }],
  },
  heartbeat: {
    summary: "The answer to a heartbeat",
    examples: [{
      type: "heartbeat",
      id: "beat-1",
      timestamp: AT,
      from_user_id: 0,
      to_user_id: 0,
      content: "pong",
    }],
  },
  sync: {
    summary: "What a device missed; there is more while next is not null",
    examples: [{
      type: "sync",
      id: "sync-1",
      timestamp: LATER,
      data: {
        conversations: [CONVERSATION],
        messages: { "1-2": [EARLIER] },
        limited: {},
        reset: [],
        gone: [],
        next: null,
        now: LATER,
      },
    }],
  },
  history: {
    summary: "A stretch of one conversation, in rising seq",
    examples: [{
      type: "history",
      id: "up-1",
      timestamp: LATER,
      data: { conversation_id: "1-2", messages: [EARLIER], has_more: true },
    }],
  },
  presence: {
    summary: "The people asked for by watch",
    examples: [{ type: "presence", id: "watch-1", timestamp: AT, data: { users: [BOB] } }],
  },
  error: {
    summary: "A frame was refused: the id is that frame's",
    examples: [{
      type: "error",
      id: CLIENT_ID,
      timestamp: AT,
      data: {
        code: 429,
        error: "rate_limited",
        message: "Too many requests, try again later",
        temporary: true,
        retry_after_ms: 50,
      },
    }],
  },
};
