/**
 * What comes from other instances becomes typed here: they may be older, newer, or something else altogether.
 *
 * @module
 */
import { z } from "zod";
import { isMember, isUserId, type Message, parseConversationId } from "../db/model.ts";
import type { ChatEvent } from "./events.ts";

const UserIdSchema = z.custom<number>(isUserId);
/** A time that can be written as a date. */
const Time = z.number().int().min(0).max(8_640_000_000_000_000);
const Seq = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);
const Id = z.string().min(1).max(64);

/** Only the id of a conversation is believed: who its members are follows from it. */
const Conversation = z.object({ id: z.string() }).transform(({ id }, context) => {
  const conversation = parseConversationId(id);
  if (conversation !== null) return conversation;
  context.addIssue({ code: "custom", message: "names no conversation" });
  return z.NEVER;
});

const MessageSchema: z.ZodType<Message> = z.object({
  conversation: Conversation,
  seq: Seq.min(1),
  change: Seq.min(1),
  messageId: Id,
  senderId: UserIdSchema,
  clientId: z.string().nullable(),
  kind: z.literal("text"),
  content: z.string(),
  createdAt: Time,
  editedAt: Time.nullable(),
  deletedAt: Time.nullable(),
}).refine((message) => isMember(message.conversation, message.senderId));

const Audience = z.array(UserIdSchema).nullable();
const PersonSchema = z.object({
  userId: UserIdSchema,
  username: z.string(),
  avatar: z.string(),
  since: Time,
});
const DepartureSchema = z.object({ userId: UserIdSchema, at: Time, to: Audience });

const EventSchema: z.ZodType<ChatEvent> = z.discriminatedUnion("type", [
  z.object({ type: z.literal("message"), message: MessageSchema, except: Id.nullable() }),
  z.object({
    type: z.literal("receipt"),
    userId: UserIdSchema,
    conversationId: Id,
    deliveredSeq: Seq,
    readSeq: Seq,
    except: z.array(Id),
    to: z.enum(["all", "confirming"]),
  }),
  z.object({ type: z.literal("typing"), userId: UserIdSchema, conversationId: Id, active: z.boolean() }),
  z.object({ type: z.literal("sessions_ended"), sessionIds: z.array(z.string()) }),
  z.object({ type: z.literal("account_disabled") }),
  z.object({ type: z.literal("account_erased") }),
  z.object({ type: z.literal("conversation_changed"), conversationId: Id }),
  z.object({ type: z.literal("user_changed"), userId: UserIdSchema }),
  z.object({
    type: z.literal("roster"),
    instanceId: Id,
    version: Seq,
    came: z.array(z.object({ person: PersonSchema, to: Audience })),
    left: z.array(DepartureSchema),
  }),
  z.object({ type: z.literal("instance_left"), instanceId: Id }),
  z.object({
    type: z.literal("instance_ended"),
    instanceId: Id,
    left: z.array(DepartureSchema),
    isLast: z.boolean(),
  }),
]);

/** Reads an event that came over the network; null where it is none that this program knows. Never throws. */
export function decodeEvent(value: unknown): ChatEvent | null {
  const parsed = EventSchema.safeParse(value);
  return parsed.success ? parsed.data : null;
}
