/**
 * The wire: every frame and every shared JSON shape, as zod schemas. The one source of the WebSocket protocol,
 * of its AsyncAPI document and of the page's types.
 *
 * @module
 */
import { z } from "zod";
import { MAX_USER_ID } from "../db/model.ts";
import {
  DEFAULT_PAGE,
  MAX_CLIENT_ID_LENGTH,
  MAX_CONTENT_POINTS,
  MAX_PAGE,
  MAX_SYNC_MESSAGES,
  MAX_WATCHED,
} from "./limits.ts";

/** Text that every store gives back as it took it: no U+0000, no lone surrogate. */
export const StorableText = z.string().refine(isStorable, "must not contain U+0000 or lone surrogates");

/** Whether a text survives storing (platform: U+0000 is cut, lone surrogates become U+FFFD). */
export function isStorable(text: string): boolean {
  return text.isWellFormed() && !text.includes("\0");
}

/** Length in code points, which is what people count as characters more nearly than UTF-16 units. */
export function codePoints(text: string): number {
  let count = 0;
  for (let at = 0; at < text.length; at++, count++) {
    const unit = text.charCodeAt(at);
    if (unit >= 0xd800 && unit < 0xdc00) at++;
  }
  return count;
}

export const UserIdSchema = z.number().int().min(1).max(MAX_USER_ID);
/** A counter of a conversation; numbers beyond 2^53 are refused. */
const Counter = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);
const MAX_CONVERSATION_ID = 64;
const ConversationId = z.string().min(1).max(MAX_CONVERSATION_ID);
const Time = z.iso.datetime();

export const Content = StorableText
  .refine((text) => text.length > 0, "must not be empty")
  .refine(
    (text) => text.length <= MAX_CONTENT_POINTS || codePoints(text) <= MAX_CONTENT_POINTS,
    `must have at most ${MAX_CONTENT_POINTS} characters`,
  )
  .meta({ minLength: 1, maxLength: MAX_CONTENT_POINTS });
export const ClientId = StorableText.refine(
  (text) => text.length > 0 && codePoints(text) <= MAX_CLIENT_ID_LENGTH,
  `must have 1 to ${MAX_CLIENT_ID_LENGTH} characters`,
).meta({ minLength: 1, maxLength: MAX_CLIENT_ID_LENGTH });

// ---- shapes that HTTP and frames share

export const OnlineUser = z.object({
  user_id: UserIdSchema,
  username: z.string(),
  avatar: z.string(),
  status: z.enum(["online", "offline"]),
  last_seen: Time.nullable(),
  /** The account is gone: its name is empty, and nobody can write to it. */
  deleted: z.literal(true).optional(),
}).meta({ id: "OnlineUser" });
export type OnlineUser = z.infer<typeof OnlineUser>;

/** A message, wherever it appears: the `private` frame. */
export const MessageFrame = z.object({
  type: z.literal("private"),
  id: z.string(),
  from_user_id: UserIdSchema,
  to_user_id: UserIdSchema,
  content: z.string(),
  timestamp: Time,
  data: z.object({
    message_id: z.string(),
    conversation_id: ConversationId,
    seq: Counter,
    change: Counter,
    kind: z.string().meta({ description: "text today; show the content of those you do not know" }),
    client_id: z.string().optional(),
    is_offline: z.boolean(),
    deleted_at: Time.optional(),
    edited_at: Time.optional(),
    cut: z.literal(true).optional(),
  }),
}).meta({ id: "Message" });
export type MessageFrame = z.infer<typeof MessageFrame>;

export const Conversation = z.object({
  conversation_id: ConversationId,
  kind: z.literal("direct").meta({ description: "Others will come: show those you do not know read-only" }),
  peer: OnlineUser.nullable(),
  first_seq: Counter,
  last_seq: Counter,
  last_change: Counter,
  last_message: MessageFrame.nullable(),
  unread: Counter,
  read_seq: Counter,
  delivered_seq: Counter,
  peer_read_seq: Counter.nullable(),
  peer_delivered_seq: Counter.nullable(),
  updated_at: Time,
}).meta({ id: "Conversation" });
export type Conversation = z.infer<typeof Conversation>;

// ---- from the client

/** Fields every client frame may carry; `from_user_id` and `timestamp` are overwritten, so never read. */
const FrameId = ClientId.optional().meta({ description: "The answer carries it" });
/** Documented clients send 0 or "" for what they do not use. */
const Recipient = z.number().int().min(0).max(MAX_USER_ID).optional()
  .meta({ description: "The other side, or data.conversation_id" });

const Hello = z.object({
  type: z.literal("hello"),
  id: FrameId,
  data: z.object({
    device: StorableText.max(200).optional(),
    confirm: z.boolean().optional().meta({ description: "This client sends delivered itself" }),
    batch: z.boolean().optional().meta({
      description: "This client takes a JSON array of frames as well as a frame",
    }),
  }).optional(),
});
const Private = z.object({
  type: z.literal("private"),
  id: ClientId.optional().meta({
    description: "Unique for ever over all devices, a UUID: retries name one message",
  }),
  to_user_id: Recipient,
  content: Content,
  data: z.object({ conversation_id: ConversationId.optional() }).optional(),
});
const Heartbeat = z.object({ type: z.literal("heartbeat"), id: FrameId });
const Typing = z.object({
  type: z.literal("typing"),
  id: FrameId,
  to_user_id: Recipient,
  data: z.object({ conversation_id: ConversationId.optional(), active: z.boolean().optional() }).optional(),
});
const Read = z.object({
  type: z.literal("read"),
  id: FrameId,
  to_user_id: Recipient,
  data: z.object({
    conversation_id: ConversationId.optional(),
    seq: Counter.optional(),
    message_id: StorableText.max(64).optional().meta({ description: "In place of seq; neither: the newest" }),
    private: z.boolean().optional().meta({ description: "Nobody else is told" }),
  }).optional(),
});
const Delivered = z.object({
  type: z.literal("delivered"),
  id: FrameId,
  to_user_id: Recipient,
  data: z.object({ conversation_id: ConversationId.optional(), seq: Counter }),
});
/** The change a client has, by conversation. One fault for all entries: one each would cost as much as a frame. */
const Have = z.custom<Readonly<Record<string, number>>>(isHave, "must map conversation ids to counters")
  .meta({
    type: "object",
    additionalProperties: { type: "integer", minimum: 0, maximum: Number.MAX_SAFE_INTEGER },
  });
const Sync = z.object({
  type: z.literal("sync"),
  id: FrameId,
  data: z.object({
    have: Have.optional().meta({ description: "The highest change this device has, by conversation" }),
    since: Time.optional().meta({ description: "The now of the last finished sync" }),
    page: z.string().max(1_000).optional().meta({ description: "The next of the page before" }),
    limit: z.number().int().min(1).max(MAX_SYNC_MESSAGES).default(DEFAULT_PAGE),
  }).optional(),
});
function isHave(value: unknown): boolean {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  return Object.entries(value).every(([id, change]) =>
    id.length >= 1 && id.length <= MAX_CONVERSATION_ID && Number.isSafeInteger(change) && change >= 0
  );
}
const History = z.object({
  type: z.literal("history"),
  id: FrameId,
  to_user_id: Recipient,
  data: z.object({
    conversation_id: ConversationId.optional(),
    before_seq: Counter.optional(),
    after_seq: Counter.optional(),
    limit: z.number().int().min(1).max(MAX_PAGE).default(DEFAULT_PAGE),
  }).refine(
    (data) => data.before_seq === undefined || data.after_seq === undefined,
    "before_seq and after_seq exclude each other",
  ).optional(),
});
const Watch = z.object({
  type: z.literal("watch"),
  id: FrameId,
  data: z.object({
    add: z.array(UserIdSchema).max(MAX_WATCHED).optional(),
    remove: z.array(UserIdSchema).max(MAX_WATCHED).optional(),
  }),
});

/** Everything a client may send. Unknown keys are ignored. */
export const ClientFrame = z.discriminatedUnion("type", [
  Hello,
  Private,
  Heartbeat,
  Typing,
  Read,
  Delivered,
  Sync,
  History,
  Watch,
]);
export type ClientFrame = z.infer<typeof ClientFrame>;

// ---- from the server

const Answer = { id: z.string().optional(), timestamp: Time };

const Welcome = z.object({
  type: z.literal("welcome"),
  timestamp: Time,
  data: z.object({
    user_id: UserIdSchema,
    username: z.string(),
    connection_id: z.string(),
    epoch: z.string(),
    heartbeat_seconds: z.number(),
    protocol: z.number().int().min(1).meta({ description: "The version of all that follows" }),
    limits: z.object({
      content_points: z.number(),
      frame_bytes: z.number(),
      messages: z.object({ rate: z.number(), burst: z.number() }),
      frames: z.object({ rate: z.number(), burst: z.number() }),
    }),
  }),
});
const UserList = z.object({
  type: z.literal("user_list"),
  timestamp: Time,
  data: z.object({ users: z.array(OnlineUser) }),
});
const Join = z.object({
  type: z.literal("join"),
  from_user_id: UserIdSchema,
  timestamp: Time,
  data: OnlineUser,
});
const Leave = z.object({
  type: z.literal("leave"),
  from_user_id: UserIdSchema,
  timestamp: Time,
  data: OnlineUser,
});
const Acknowledgement = z.object({
  type: z.literal("read"),
  from_user_id: UserIdSchema,
  to_user_id: UserIdSchema,
  timestamp: Time,
  data: z.object({
    original_message_id: z.string(),
    message_id: z.string(),
    conversation_id: ConversationId,
    seq: Counter,
    status: z.enum(["stored", "delivered"]),
  }),
});
const Receipt = z.object({
  type: z.literal("receipt"),
  id: z.string().optional(),
  from_user_id: UserIdSchema,
  timestamp: Time,
  data: z.object({ conversation_id: ConversationId, delivered_seq: Counter, read_seq: Counter }),
});
const Resync = z.object({
  type: z.literal("resync"),
  timestamp: Time,
  data: z.object({ within_ms: z.number() }),
});
const TypingNotice = z.object({
  type: z.literal("typing"),
  from_user_id: UserIdSchema,
  to_user_id: UserIdSchema,
  timestamp: Time,
  data: z.object({ conversation_id: ConversationId, active: z.boolean() }),
});
const Pong = z.object({
  type: z.literal("heartbeat"),
  ...Answer,
  from_user_id: z.literal(0),
  to_user_id: z.literal(0),
  content: z.literal("pong"),
});
const SyncAnswer = z.object({
  type: z.literal("sync"),
  ...Answer,
  data: z.object({
    conversations: z.array(Conversation),
    messages: z.record(ConversationId, z.array(MessageFrame)),
    limited: z.record(ConversationId, z.literal(true)),
    reset: z.array(ConversationId),
    gone: z.array(ConversationId),
    next: z.string().nullable(),
    now: Time,
  }),
});
const HistoryAnswer = z.object({
  type: z.literal("history"),
  ...Answer,
  data: z.object({
    conversation_id: ConversationId,
    messages: z.array(MessageFrame),
    has_more: z.boolean(),
  }),
});
const PresenceAnswer = z.object({
  type: z.literal("presence"),
  ...Answer,
  data: z.object({ users: z.array(OnlineUser) }),
});
const ErrorFrame = z.object({
  type: z.literal("error"),
  ...Answer,
  data: z.object({
    code: z.number().int(),
    error: z.string(),
    message: z.string(),
    temporary: z.boolean(),
    retry_after_ms: z.number().int().optional(),
  }),
});

/** Everything the server may send. */
export const ServerFrame = z.discriminatedUnion("type", [
  Welcome,
  UserList,
  Join,
  Leave,
  MessageFrame,
  Acknowledgement,
  Receipt,
  Resync,
  TypingNotice,
  Pong,
  SyncAnswer,
  HistoryAnswer,
  PresenceAnswer,
  ErrorFrame,
]);
export type ServerFrame = z.infer<typeof ServerFrame>;
