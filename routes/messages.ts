/**
 * Sending by HTTP, for scripts.
 *
 * @module
 */
import { z } from "zod";
import { MAX_USER_ID } from "../db/model.ts";
import { ClientId, Content } from "../realtime/frames.ts";
import type { Chat } from "../realtime/mod.ts";
import type { Routes } from "./route.ts";

const Body = z.object({
  // 0 as in documented frames: not used.
  to_user_id: z.number().int().min(0).max(MAX_USER_ID).optional(),
  conversation_id: z.string().max(64).optional(),
  content: Content,
  id: ClientId.optional().meta({ description: "Idempotency key, unique for ever; a UUID" }),
}).refine((body) => (body.to_user_id ?? 0) !== 0 || (body.conversation_id ?? "") !== "", {
  path: ["to_user_id"],
  params: {
    sentence: { en: "Is required, or conversation_id", zh: "to_user_id 与 conversation_id 必填其一" },
  },
  // Told together with the faults of other fields.
  when: ({ value }) => Target.safeParse(value).success,
});
const Target = z.object({ to_user_id: z.number().optional(), conversation_id: z.string().optional() });

/** Mounts `/api/v1/messages`. */
export function mountMessages(routes: Routes, chat: Chat): void {
  routes.call({
    method: "POST",
    path: "/api/v1/messages",
    tag: "chat",
    summary: "Send a message; answered when it is durable",
    access: "person",
    input: z.object({ body: Body }),
    example: { to_user_id: 2, content: "Hello World", id: "9f6b1c1e-2f0b-4f58-9c0e-0d7f4a1d8a55" },
    data: z.object({
      message_id: z.string(),
      conversation_id: z.string(),
      seq: z.number().int(),
      duplicate: z.boolean(),
    }),
    done: { en: "Sent", zh: "已发送" },
    errors: ["to_oneself", "not_a_member", "no_such_user", "id_reused", "rate_limited"],
  }, async ({ asker, input }) => {
    const { to_user_id, conversation_id, content, id } = input.body;
    const conversation = chat.conversationOf(asker.userId, {
      toUserId: to_user_id === 0 ? undefined : to_user_id,
      conversationId: conversation_id === "" ? undefined : conversation_id,
    });
    const request = { conversation, content, clientId: id ?? null, connectionId: null };
    const sent = await chat.send(asker.userId, request);
    return {
      message_id: sent.messageId,
      conversation_id: conversation.id,
      seq: sent.seq,
      duplicate: sent.duplicate,
    };
  });
}
