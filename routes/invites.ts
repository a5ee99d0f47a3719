/**
 * Invites, for owners.
 *
 * @module
 */
import { getLogger } from "@logtape/logtape";
import { z } from "zod";
import type { Invite } from "../db/model.ts";
import type { Invites } from "./accounts/invites.ts";
import type { Origins } from "./accounts/origin.ts";
import type { Routes } from "./route.ts";
import { IdText } from "./shapes.ts";

const log = getLogger(["chat", "accounts"]);
const TAG = "invites";
const WEEK_S = 7 * 86_400;
const MAX_LIFETIME_S = 365 * 86_400;
const MAX_USES = 1_000;

const InviteShape = z.object({
  id: z.string(),
  link: z.string(),
  uses_left: z.number().int(),
  expires_at: z.iso.datetime(),
}).meta({ id: "Invite" });
const InvitesShape = z.object({ invites: z.array(InviteShape) });

/** Mounts `/api/v1/invites`. */
export function mountInvites(routes: Routes, invites: Invites, origins: Origins): void {
  const path = "/api/v1/invites";
  const common = { tag: TAG, access: "owner", data: InvitesShape, errors: [] } as const;
  const present = (invite: Invite, base: string): z.output<typeof InviteShape> => ({
    id: invite.id,
    link: invites.link(invite, base),
    uses_left: invite.usesLeft,
    expires_at: new Date(invite.expiresAt).toISOString(),
  });
  routes.call({
    ...common,
    method: "POST",
    path,
    summary: "Make an invite",
    input: z.object({
      body: z.object({
        uses: z.number().int().min(1).max(MAX_USES).default(1),
        expires_in: z.number().int().min(60).max(MAX_LIFETIME_S).default(WEEK_S)
          .meta({ description: "Seconds" }),
      }),
    }),
    example: { uses: 3, expires_in: 86_400 },
    done: { en: "Invited", zh: "已创建邀请" },
  }, async ({ asker, input, facts }) => {
    const { uses, expires_in } = input.body;
    const createdBy = asker?.userId ?? null;
    const invite = await invites.create({ uses, lifetimeMs: expires_in * 1_000, createdBy });
    log.info("The owner {by} made the link {id} for {uses} people", { by: createdBy, id: invite.id, uses });
    return { invites: [present(invite, origins.own(facts))] };
  });
  routes.call({
    ...common,
    method: "GET",
    path,
    summary: "Invites that may still be used, newest first",
    input: z.object({}),
    done: { en: "Invites", zh: "邀请列表" },
  }, async ({ facts }) => {
    const base = origins.own(facts);
    return { invites: (await invites.list()).map((invite) => present(invite, base)) };
  });
  routes.call({
    ...common,
    method: "DELETE",
    path: `${path}/:id`,
    summary: "End an invite",
    input: z.object({ params: z.object({ id: IdText }) }),
    data: z.undefined(),
    done: { en: "The invite has ended", zh: "邀请已撤销" },
    errors: ["not_found"],
  }, async ({ asker, input }) => {
    const { id } = input.params;
    await invites.remove(id);
    log.info("The owner {by} ended the link {id}", { by: asker?.userId, id });
    return undefined;
  });
}
