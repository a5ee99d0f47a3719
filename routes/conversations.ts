/**
 * Conversations, their messages, and who is online.
 *
 * @module
 */
import { z } from "zod";
import { Conversation, MessageFrame, OnlineUser, StorableText } from "../realtime/frames.ts";
import { DEFAULT_PAGE, MAX_PAGE } from "../realtime/limits.ts";
import type { Realtime } from "../realtime/mod.ts";
import type { AppSettings } from "./app_settings.ts";
import type { Routes } from "./route.ts";
import { CounterText, limitText } from "./shapes.ts";

const TAG = "chat";
/** Opaque, and never longer than this when it is one of ours. */
const Cursor = StorableText.min(1).max(1_000);

/** What reading conversations takes. */
export interface ConversationsDeps {
  readonly realtime: Pick<Realtime, "chat" | "onlineUsers">;
  readonly settings: Pick<AppSettings, "mode">;
}

/** Mounts `/api/v1/conversations` and `/api/v1/ws/online-users`. */
export function mountConversations(routes: Routes, { realtime, settings }: ConversationsDeps): void {
  const { chat } = realtime;
  routes.call({
    method: "GET",
    path: "/api/v1/conversations",
    tag: TAG,
    summary: "My conversations, newest activity first",
    access: "person",
    input: z.object({
      query: z.object({ before: Cursor.optional(), limit: limitText(MAX_PAGE, DEFAULT_PAGE) }),
    }),
    data: z.object({
      conversations: z.array(Conversation),
      has_more: z.boolean(),
      next: z.string().nullable(),
    }),
    done: { en: "Conversations", zh: "会话列表" },
    errors: [],
  }, async ({ asker, input }) => {
    const { before, limit } = input.query;
    return await chat.conversations(asker.userId, { limit, ...(before !== undefined && { before }) });
  });
  mountHistory(routes, chat);
  routes.call({
    method: "GET",
    path: "/api/v1/ws/online-users",
    tag: TAG,
    summary: "Who is online, of those I may see; at most 500",
    access: "reader",
    input: z.object({}),
    data: z.object({ users: z.array(OnlineUser), count: z.number().int() }),
    done: { en: "Online users", zh: "在线用户" },
    errors: [],
  }, async ({ asker }) => {
    const viewer = settings.mode === "debug" ? null : asker?.userId ?? null;
    const users = await realtime.onlineUsers(viewer);
    return { users, count: users.length };
  });
}

function mountHistory(routes: Routes, chat: Realtime["chat"]): void {
  const Query = z.object({
    before_seq: CounterText.optional(),
    after_seq: CounterText.optional(),
    limit: limitText(MAX_PAGE, DEFAULT_PAGE),
  }).refine((query) => query.before_seq === undefined || query.after_seq === undefined, {
    path: ["after_seq"],
    params: { sentence: { en: "Excludes before_seq", zh: "不能与 before_seq 同时使用" } },
  });
  routes.call({
    method: "GET",
    path: "/api/v1/conversations/:id/messages",
    tag: TAG,
    summary: "A stretch of one conversation, in rising seq; without a bound the newest",
    access: "person",
    // Any text: what names no conversation of mine is refused in the same way as what names another's.
    input: z.object({ params: z.object({ id: z.string() }), query: Query }),
    data: z.object({ messages: z.array(MessageFrame), has_more: z.boolean() }),
    done: { en: "Messages", zh: "消息列表" },
    errors: ["not_a_member"],
  }, async ({ asker, input }) => {
    const { before_seq, after_seq, limit } = input.query;
    const conversation = chat.conversationOf(asker.userId, { conversationId: input.params.id });
    return await chat.history(asker.userId, conversation, {
      limit,
      ...(before_seq !== undefined && { beforeSeq: before_seq }),
      ...(after_seq !== undefined && { afterSeq: after_seq }),
    });
  });
}
