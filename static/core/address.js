/**
 * Where a server is, and who one says to be there.
 *
 * @module
 */

import { BROKEN } from "./close.js";

/** @import { Socket, SocketEvents } from "./platform.js" */

/** No answer to a question over HTTP within this is none, ms. */
const TIMEOUT_MS = 20_000;

/**
 * Who one is: a session's token, or in debug mode whoever one says; without either the browser's cookie.
 *
 * @typedef {{ token?: string, debug?: { userId: number, username: string } }} Identity
 */

/**
 * The address of the socket.
 *
 * @param {string | URL} url Of the server; or of the socket itself, where its path is another one than `/ws`.
 * @param {Identity} identity
 * @returns {string}
 */
export function socketAddress(url, { debug }) {
  const address = new URL(url);
  address.protocol = address.protocol.replace(/^http/, "ws");
  if (address.pathname === "/") address.pathname = "/ws";
  if (debug !== undefined) {
    address.searchParams.set("user_id", `${debug.userId}`);
    address.searchParams.set("username", debug.username);
  }
  address.hash = "";
  return address.href;
}

/**
 * The address of a call over HTTP.
 *
 * @param {string | URL} url Of the server.
 * @param {string} path
 * @returns {string}
 */
export function callAddress(url, path) {
  const address = new URL(url);
  address.protocol = address.protocol.replace(/^ws/, "http");
  return new URL(path, address.origin).href;
}

/**
 * How sockets are opened.
 *
 * @param {typeof WebSocket} [Class] Default: the runtime's own.
 * @returns {(url: string, protocols: string[], events: SocketEvents) => Socket}
 */
export function dialler(Class = globalThis.WebSocket) {
  if (typeof Class !== "function") {
    throw new TypeError(
      "This runtime has no WebSocket: pass one as the option WebSocket, or use Node.js 22 or newer",
    );
  }
  return (url, protocols, events) => {
    const socket = new Class(url, protocols);
    socket.addEventListener("message", ({ data }) => events.message(data));
    socket.addEventListener("close", ({ code, reason }) => events.close(code, reason));
    let isOpened = false;
    socket.addEventListener("open", () => isOpened = true);
    socket.addEventListener("error", (event) => {
      // Unheard, some runtimes call it uncaught.
      event.preventDefault();
      // A close follows, but for Node.js 22, which tells of no close where there was no connection.
      if (!isOpened) events.close(BROKEN, "");
    });
    return socket;
  };
}

/**
 * Whether the server lets this identity in no more: a handshake that was refused does not tell why. Never rejects.
 *
 * @param {string | URL} url
 * @param {Identity} identity
 * @returns {Promise<boolean>}
 */
export async function isRefused(url, { token }) {
  try {
    const response = await fetch(callAddress(url, "/api/v1/user/me"), {
      ...(token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } }),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    await response.body?.cancel();
    return response.status === 401;
  } catch {
    return false;
  }
}

/** Why nobody was signed in. */
export class SignInError extends Error {
  /**
   * @param {string} word The server's machine word; `unexpected` where the answer was none of a Go Chat.
   * @param {{ status: number, retryAfterMs: number | null }} options
   */
  constructor(word, { status, retryAfterMs }) {
    super(`Cannot sign in: ${word}`);
    this.name = "SignInError";
    this.word = word;
    this.status = status;
    this.retryAfterMs = retryAfterMs;
  }
}

/**
 * Signs in by name and password. Rejects with {@link SignInError} when refused, with what `fetch` says when the server
 * cannot be reached.
 *
 * @param {string | URL} url Of the server.
 * @param {{ username: string, password: string }} credentials `username`: or the e-mail address.
 * @returns {Promise<{ token: string, userId: number, expiresAt: string }>}
 */
export async function signIn(url, { username, password }) {
  const response = await fetch(callAddress(url, "/api/v1/auth/login"), {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ username, password }),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  /** @type {{ error?: unknown, data?: { token?: unknown, id?: unknown, expires_at?: unknown } } | null} */
  const answer = await response.json().catch(() => null);
  const { token, id: userId, expires_at: expiresAt } = answer?.data ?? {};
  if (typeof token === "string" && typeof userId === "number" && typeof expiresAt === "string") {
    return { token, userId, expiresAt };
  }
  const retryAfter = Number(response.headers.get("retry-after") ?? NaN);
  throw new SignInError(typeof answer?.error === "string" ? answer.error : "unexpected", {
    status: response.status,
    retryAfterMs: Number.isFinite(retryAfter) ? retryAfter * 1_000 : null,
  });
}
