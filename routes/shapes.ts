/**
 * The shapes of HTTP: what calls take from paths and queries, and what they answer.
 *
 * @module
 */
import { z } from "zod";
import { isUserId, MAX_USER_ID, type User } from "../db/model.ts";
import { StorableText } from "../realtime/frames.ts";

/** A user id as text, in a path or a query. */
export const UserIdText = z.string().regex(/^[1-9]\d{0,9}$/).transform(Number).refine(isUserId)
  .meta({ type: "integer", minimum: 1, maximum: MAX_USER_ID });

/** A counter of a conversation as text. */
export const CounterText = z.string().regex(/^\d{1,16}$/).transform(Number).refine(Number.isSafeInteger)
  .meta({ type: "integer", minimum: 0, maximum: Number.MAX_SAFE_INTEGER });

/** Opaque ids in paths. */
export const IdText = StorableText.min(1).max(100);

/** The length of a page as text, from 1 to `max`. */
export function limitText(max: number, fallback: number): z.ZodType<number, string | undefined> {
  return z.string().regex(/^\d{1,6}$/).optional()
    .transform((text) => text === undefined ? fallback : Number(text))
    .refine((limit) => limit >= 1 && limit <= max, {
      params: { sentence: { en: `Must be 1 to ${max}`, zh: `必须在 1 到 ${max} 之间` } },
    })
    .meta({ type: "integer", minimum: 1, maximum: max, default: fallback });
}

/** An account as told to clients. */
export const UserShape = z.object({
  id: z.number().int().min(1).max(MAX_USER_ID),
  username: z.string(),
  email: z.string().meta({ description: "Empty where it is not yours to see" }),
  phone: z.string().meta({ description: "Empty where it is not yours to see" }),
  avatar: z.string().meta({ description: "Empty, or a path that this server serves" }),
  status: z.enum(["active", "disabled"]),
  role: z.enum(["owner", "member"]),
}).meta({ id: "User" });
/** See {@link UserShape}. */
export type UserShape = z.output<typeof UserShape>;

/** Somebody to write to. */
export const PersonShape = z.object({ id: z.number().int(), username: z.string(), avatar: z.string() })
  .meta({ id: "Person" });

/** An account, whole: for the person themself and for owners. */
export function presentUser({ id, username, email, phone, avatar, status, role }: User): UserShape {
  return { id, username, email, phone, avatar, status, role };
}

/** An account as others see it. */
export function presentStranger(user: User): UserShape {
  return { ...presentUser(user), email: "", phone: "" };
}
