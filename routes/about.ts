/**
 * What anybody may know of this server, so that a page shows what fits before somebody signs in.
 *
 * @module
 */
import { z } from "zod";
import type { Routes } from "./route.ts";

const AboutShape = z.object({
  mode: z.enum(["debug", "release"]),
  registration: z.enum(["open", "invite", "closed"]),
  version: z.string(),
}).meta({ id: "Server" });

/** What anybody may know of this server. */
export type ServerFacts = z.infer<typeof AboutShape>;

/** Mounts `/api/v1/server`. */
export function mountAbout(routes: Routes, facts: ServerFacts): void {
  routes.call({
    method: "GET",
    path: "/api/v1/server",
    tag: "server",
    summary: "What anybody may know of this server",
    access: "anyone",
    input: z.object({}),
    data: AboutShape,
    done: { en: "Server", zh: "服务器信息" },
    errors: [],
  }, () => Promise.resolve(facts));
}
