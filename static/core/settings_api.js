/**
 * The HTTP calls of the settings: one's own account, its sessions, and what owners may do.
 *
 * @module
 */
import { readAccount } from "./api.js";
import { list, property, text } from "./http.js";

/** @import { Account, Api } from "./api.js" */
/** @import { Result } from "./http.js" */

/**
 * @typedef {object} SessionInfo
 * @property {string} id
 * @property {string} device
 * @property {string} address
 * @property {number} createdAt Milliseconds since 1970.
 * @property {number} lastUsedAt
 * @property {boolean} current
 */

/** @typedef {{ id: string, link: string, usesLeft: number, expiresAt: number }} Invite */

/** @typedef {{ users: readonly Account[], hasMore: boolean }} AccountPage */

/** @typedef {{ username?: string, email?: string, phone?: string, password?: string }} ProfileChange */

const nothing = () => null;

/**
 * Changes one's own account; a new username or e-mail address needs the password.
 *
 * @param {Api} api
 * @param {ProfileChange} body
 * @returns {Promise<Result<Account>>}
 */
export function changeProfile(api, body) {
  return api.call("PATCH", "user/me", { body, read: readAccount });
}

/**
 * Sets a new password; all other sessions end.
 *
 * @param {Api} api
 * @param {{ old_password: string, new_password: string }} body
 * @returns {Promise<Result<null>>}
 */
export function changePassword(api, body) {
  return api.call("PUT", "auth/password", { body, read: nothing });
}

/**
 * Where one is signed in, last used first.
 *
 * @param {Api} api
 * @returns {Promise<Result<SessionInfo[]>>}
 */
export function sessions(api) {
  return api.call("GET", "auth/sessions", { read: (data) => list(property(data, "sessions"), readSession) });
}

/**
 * @param {Api} api
 * @param {string} id
 * @returns {Promise<Result<null>>}
 */
export function endSession(api, id) {
  return api.call("DELETE", `auth/sessions/${encodeURIComponent(id)}`, { read: nothing });
}

/**
 * Ends all sessions but this one.
 *
 * @param {Api} api
 * @returns {Promise<Result<null>>}
 */
export function endOtherSessions(api) {
  return api.call("DELETE", "auth/sessions", { read: nothing });
}

/**
 * Invites that may still be used, newest first.
 *
 * @param {Api} api
 * @returns {Promise<Result<Invite[]>>}
 */
export function invites(api) {
  return api.call("GET", "invites", { read: readInvites });
}

/**
 * @param {Api} api
 * @param {{ uses: number, expires_in: number }} body `expires_in` in seconds.
 * @returns {Promise<Result<Invite[]>>} The new one.
 */
export function makeInvite(api, body) {
  return api.call("POST", "invites", { body, read: readInvites });
}

/**
 * @param {Api} api
 * @param {string} id
 * @returns {Promise<Result<null>>}
 */
export function endInvite(api, id) {
  return api.call("DELETE", `invites/${encodeURIComponent(id)}`, { read: nothing });
}

/**
 * Accounts in the order of their ids.
 *
 * @param {Api} api
 * @param {{ prefix: string, after: number }} page `after`: the last id of the page before, or 0.
 * @returns {Promise<Result<AccountPage>>}
 */
export function accounts(api, { prefix, after }) {
  const query = new URLSearchParams({ limit: "50", ...(prefix !== "" && { q: prefix }) });
  if (after > 0) query.set("after", `${after}`);
  return api.call("GET", `admin/users?${query}`, {
    read(data) {
      const users = list(property(data, "users"), readAccount);
      return users === undefined ? undefined : { users, hasMore: property(data, "has_more") === true };
    },
  });
}

/**
 * Disables or restores an account, makes it an owner's or a member's.
 *
 * @param {Api} api
 * @param {number} id
 * @param {Partial<Pick<Account, "status" | "role">>} body
 * @returns {Promise<Result<Account>>}
 */
export function changeAccount(api, id, body) {
  return api.call("PATCH", `admin/users/${id}`, { body, read: readAccount });
}

/**
 * @param {unknown} value
 * @returns {SessionInfo | undefined}
 */
function readSession(value) {
  const id = text(property(value, "session_id"));
  if (id === "") return undefined;
  return {
    id,
    device: text(property(value, "device")),
    address: text(property(value, "address")),
    createdAt: Date.parse(text(property(value, "created_at"))),
    lastUsedAt: Date.parse(text(property(value, "last_used_at"))),
    current: property(value, "current") === true,
  };
}

/**
 * @param {unknown} data
 * @returns {Invite[] | undefined}
 */
function readInvites(data) {
  return list(property(data, "invites"), (value) => {
    const id = text(property(value, "id"));
    const usesLeft = property(value, "uses_left");
    if (id === "" || typeof usesLeft !== "number") return undefined;
    return {
      id,
      link: text(property(value, "link")),
      usesLeft,
      expiresAt: Date.parse(text(property(value, "expires_at"))),
    };
  });
}
