/**
 * The HTTP calls that everybody makes. No call throws: each answers what it got, or why not.
 *
 * @module
 */
import { callServer, list, property, text } from "./http.js";

/** @import { CallOptions, HttpOptions, Result } from "./http.js" */

/**
 * @typedef {object} ServerFacts
 * @property {"debug" | "release"} mode
 * @property {"open" | "invite" | "closed"} registration
 * @property {string} version
 */

/**
 * @typedef {object} Account
 * @property {number} id
 * @property {string} username
 * @property {string} email
 * @property {string} phone
 * @property {string} avatar
 * @property {"active" | "disabled"} status
 * @property {"owner" | "member"} role
 */

/**
 * @typedef {object} Registration
 * @property {string} username
 * @property {string} email
 * @property {string} password
 * @property {string} [phone]
 * @property {string} [invite]
 */

/** @typedef {{ user_id: number, username: string }} Found Somebody to write to. */

/** @typedef {{ people: readonly Found[], hasMore: boolean }} People */

export class Api {
  #options;

  /** @param {HttpOptions} options */
  constructor(options) {
    this.#options = options;
  }

  /**
   * What anybody may know of this server.
   *
   * @returns {Promise<Result<ServerFacts>>}
   */
  server() {
    return this.call("GET", "server", { read: readFacts });
  }

  /**
   * Who is signed in.
   *
   * @returns {Promise<Result<Account>>}
   */
  me() {
    return this.call("GET", "user/me", { read: readAccount });
  }

  /**
   * Signs in; the session is in a cookie that scripts cannot see.
   *
   * @param {{ username: string, password: string }} body
   * @returns {Promise<Result<Account>>}
   */
  signIn(body) {
    return this.call("POST", "auth/login", { body, read: readAccount });
  }

  /**
   * @param {Registration} body
   * @returns {Promise<Result<Account>>}
   */
  register(body) {
    return this.call("POST", "auth/register", { body, read: readAccount });
  }

  /** @returns {Promise<Result<null>>} */
  signOut() {
    return this.call("POST", "auth/logout", { body: {}, read: () => null });
  }

  /**
   * People whose names begin like this.
   *
   * @param {string} prefix
   * @param {{ debugUserId?: number }} [asker] Who asks, in debug.
   * @returns {Promise<Result<People>>}
   */
  people(prefix, { debugUserId } = {}) {
    const query = new URLSearchParams({ q: prefix, limit: "20" });
    if (debugUserId !== undefined) query.set("user_id", `${debugUserId}`);
    return this.call("GET", `users?${query}`, { read: readPeople });
  }

  /**
   * Any other call.
   *
   * @template Data
   * @param {string} method
   * @param {string} path Below `/api/v1/`.
   * @param {CallOptions<Data>} options
   * @returns {Promise<Result<Data>>}
   */
  call(method, path, options) {
    return callServer(this.#options, method, path, options);
  }
}

/**
 * @param {unknown} value
 * @returns {ServerFacts | undefined}
 */
export function readFacts(value) {
  const mode = property(value, "mode");
  const registration = property(value, "registration");
  if (mode !== "debug" && mode !== "release") return undefined;
  return {
    mode,
    registration: registration === "open" || registration === "closed" ? registration : "invite",
    version: text(property(value, "version")),
  };
}

/**
 * @param {unknown} value
 * @returns {Account | undefined}
 */
export function readAccount(value) {
  const id = property(value, "id");
  if (typeof id !== "number") return undefined;
  return {
    id,
    username: text(property(value, "username")),
    email: text(property(value, "email")),
    phone: text(property(value, "phone")),
    avatar: text(property(value, "avatar")),
    status: property(value, "status") === "disabled" ? "disabled" : "active",
    role: property(value, "role") === "owner" ? "owner" : "member",
  };
}

/**
 * @param {unknown} value
 * @returns {People | undefined}
 */
function readPeople(value) {
  const people = list(property(value, "users"), (item) => {
    const id = property(item, "id");
    return typeof id === "number" ? { user_id: id, username: text(property(item, "username")) } : undefined;
  });
  return people === undefined ? undefined : { people, hasMore: property(value, "has_more") === true };
}
