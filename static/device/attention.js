/**
 * Whether somebody looks at the page, and what the connection should make of it.
 *
 * @module
 */

/** @import { Connection } from "../core/connection.js" */

/**
 * While the page lives: the connection tries at once when somebody looks again or the network is back, and keeps
 * what changed before the page may be gone.
 *
 * @param {Pick<Connection, "wake" | "doze" | "nudge" | "flush">} connection
 * @returns {() => void} How to stop.
 */
export function followAttention(connection) {
  const ending = new AbortController();
  const { signal } = ending;
  const wake = () => connection.wake();
  const flush = () => void connection.flush();
  const look = () => document.visibilityState === "visible" ? wake() : void connection.doze();
  document.addEventListener("visibilitychange", look, { signal });
  addEventListener("focus", wake, { signal });
  addEventListener("pageshow", wake, { signal });
  addEventListener("online", () => connection.nudge(), { signal });
  addEventListener("pagehide", flush, { signal });
  if (document.visibilityState === "hidden") void connection.doze();
  return () => ending.abort();
}

/** Whether somebody looks at this page now. */
export function isAttended() {
  return document.visibilityState === "visible" && document.hasFocus();
}
