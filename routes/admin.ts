/**
 * The accounts of others, for owners.
 *
 * @module
 */
import { getLogger } from "@logtape/logtape";
import { z } from "zod";
import { StorableText } from "../realtime/frames.ts";
import type { People } from "./accounts/people.ts";
import type { Routes } from "./route.ts";
import { limitText, presentUser, UserIdText, UserShape } from "./shapes.ts";

const log = getLogger(["chat", "accounts"]);

/** Mounts `/api/v1/admin`. */
export function mountAdmin(routes: Routes, people: People): void {
  routes.call({
    method: "GET",
    path: "/api/v1/admin/users",
    tag: "admin",
    summary: "All accounts, in the order of their ids",
    access: "owner",
    input: z.object({
      query: z.object({
        q: StorableText.max(100).default(""),
        after: UserIdText.optional().meta({ description: "The id after which the page begins" }),
        limit: limitText(200, 50),
      }),
    }),
    data: z.object({ users: z.array(UserShape), has_more: z.boolean() }),
    done: { en: "Accounts", zh: "账号列表" },
    errors: [],
  }, async ({ input }) => {
    const { q, after, limit } = input.query;
    const { users, hasMore } = await people.list({
      prefix: q,
      afterId: after ?? 0,
      limit,
      activeOnly: false,
    });
    return { users: users.map(presentUser), has_more: hasMore };
  });
  routes.call({
    method: "PATCH",
    path: "/api/v1/admin/users/:id",
    tag: "admin",
    summary: "Disable or enable an account, make it an owner or a member",
    access: "owner",
    input: z.object({
      params: z.object({ id: UserIdText }),
      body: z.object({
        status: z.enum(["active", "disabled"]).optional(),
        role: z.enum(["owner", "member"]).optional(),
      }),
    }),
    example: { status: "disabled" },
    data: UserShape,
    done: { en: "Saved", zh: "已保存" },
    errors: ["no_such_user", "last_owner"],
  }, async ({ asker, input }) => {
    const user = await people.change(input.params.id, input.body);
    log.info("The owner {by} made the account {id} {status} and {role}", {
      by: asker?.userId,
      id: user.id,
      status: user.status,
      role: user.role,
    });
    return presentUser(user);
  });
}
