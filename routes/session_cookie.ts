/**
 * The cookie that holds a session's token.
 *
 * @module
 */
import { serialize } from "hono/utils/cookie";
import { SESSION_LIFETIME_MS } from "../db/sessions.ts";
import type { Facts } from "./facts.ts";

const SAFE_METHODS: ReadonlySet<string> = new Set(["GET", "HEAD", "OPTIONS", "TRACE"]);

/** Whether a method may change something, so that a browser's request must come from our page. */
export function isUnsafe(method: string): boolean {
  return !SAFE_METHODS.has(method);
}

/** `__Host-` makes browsers refuse it from other hosts and over plain http. */
export function sessionCookieName(scheme: Facts["scheme"]): string {
  return scheme === "https" ? "__Host-session" : "session";
}

/** The Set-Cookie header that signs a browser in. */
export function sessionCookie(token: string, scheme: Facts["scheme"]): string {
  return write(token, scheme, SESSION_LIFETIME_MS / 1_000);
}

/** The Set-Cookie header that signs a browser out. */
export function endedCookie(scheme: Facts["scheme"]): string {
  return write("", scheme, 0);
}

function write(value: string, scheme: Facts["scheme"], maxAge: number): string {
  const secure = scheme === "https";
  return serialize(sessionCookieName(scheme), value, {
    path: "/",
    httpOnly: true,
    sameSite: "Lax",
    secure,
    maxAge,
  });
}
