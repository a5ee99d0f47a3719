/**
 * The HTTP calls of the page. No call throws: each answers what it got, or why not.
 *
 * @module
 */

/** No answer within this, ms. Signing in may wait for its turn at the hash queue. */
const TIMEOUT_MS = 20_000;

/**
 * @typedef {object} Refused
 * @property {false} ok
 * @property {number} status 0: the server could not be reached.
 * @property {string} error The machine word; `unreachable` or `unexpected` where the server gave none.
 * @property {string} message For people, in the language asked for.
 * @property {Readonly<Record<string, string>>} fields Faults by field.
 * @property {number | null} retryAfterS Seconds after which it may go better, where the server says so.
 */

/**
 * @template Data
 * @typedef {{ ok: true, data: Data } | Refused} Result
 */

/**
 * @typedef {object} ServerFacts
 * @property {"debug" | "release"} mode
 * @property {"open" | "invite" | "closed"} registration
 * @property {string} version
 */

/** @typedef {{ id: number, username: string, email: string, phone: string, avatar: string }} Account */

/**
 * @typedef {object} Registration
 * @property {string} username
 * @property {string} email
 * @property {string} password
 * @property {string} [phone]
 * @property {string} [invite]
 */

export class Api {
  #options;

  /** @param {{ fetch: typeof fetch, language: () => string }} options */
  constructor(options) {
    this.#options = options;
  }

  /**
   * What anybody may know of this server.
   *
   * @returns {Promise<Result<ServerFacts>>}
   */
  server() {
    return this.#call("GET", "server", { read: readFacts });
  }

  /**
   * Who is signed in.
   *
   * @returns {Promise<Result<Account>>}
   */
  me() {
    return this.#call("GET", "user/me", { read: readAccount });
  }

  /**
   * Signs in; the session is in a cookie that scripts cannot see.
   *
   * @param {{ username: string, password: string }} body
   * @returns {Promise<Result<Account>>}
   */
  signIn(body) {
    return this.#call("POST", "auth/login", { body, read: readAccount });
  }

  /**
   * @param {Registration} body
   * @returns {Promise<Result<Account>>}
   */
  register(body) {
    return this.#call("POST", "auth/register", { body, read: readAccount });
  }

  /** @returns {Promise<Result<null>>} */
  signOut() {
    return this.#call("POST", "auth/logout", { body: {}, read: () => null });
  }

  /**
   * @template Data
   * @param {string} method
   * @param {string} path
   * @param {{ body?: unknown, read: (data: unknown) => Data | undefined }} options
   * @returns {Promise<Result<Data>>}
   */
  async #call(method, path, { body, read }) {
    /** @type {unknown} */
    let answer;
    let status = 0;
    /** @type {number | null} */
    let retryAfterS = null;
    try {
      const response = await this.#options.fetch(`/api/v1/${path}`, {
        method,
        headers: { "accept-language": this.#options.language(), "content-type": "application/json" },
        credentials: "same-origin",
        cache: "no-store",
        signal: AbortSignal.timeout(TIMEOUT_MS),
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      ({ status } = response);
      retryAfterS = readSeconds(response.headers.get("retry-after"));
      answer = await response.json();
    } catch {
      return refusal(status, status === 0 ? "unreachable" : "unexpected");
    }
    if (status >= 400) return { ...readRefusal(status, answer), retryAfterS };
    const data = read(property(answer, "data"));
    return data === undefined ? refusal(status, "unexpected") : { ok: true, data };
  }
}

/**
 * @param {unknown} value
 * @returns {ServerFacts | undefined}
 */
export function readFacts(value) {
  const mode = property(value, "mode");
  const registration = property(value, "registration");
  const version = property(value, "version");
  if (mode !== "debug" && mode !== "release") return undefined;
  return {
    mode,
    registration: registration === "open" || registration === "closed" ? registration : "invite",
    version: typeof version === "string" ? version : "",
  };
}

/**
 * @param {unknown} value
 * @returns {Account | undefined}
 */
function readAccount(value) {
  const id = property(value, "id");
  return typeof id === "number"
    ? {
      id,
      username: text(property(value, "username")),
      email: text(property(value, "email")),
      phone: text(property(value, "phone")),
      avatar: text(property(value, "avatar")),
    }
    : undefined;
}

/**
 * @param {number} status
 * @param {unknown} answer
 * @returns {Refused}
 */
function readRefusal(status, answer) {
  const fields = property(answer, "fields");
  return {
    ok: false,
    status,
    error: text(property(answer, "error")) || "unexpected",
    message: text(property(answer, "message")),
    fields: typeof fields === "object" && fields !== null
      ? Object.fromEntries(Object.entries(fields).map(([name, fault]) => [name, text(fault)]))
      : {},
    retryAfterS: null,
  };
}

/**
 * @param {string | null} header
 * @returns {number | null}
 */
function readSeconds(header) {
  return header !== null && /^\d{1,6}$/.test(header) ? Number(header) : null;
}

/**
 * @param {number} status
 * @param {string} error
 * @returns {Refused}
 */
function refusal(status, error) {
  return { ok: false, status, error, message: "", fields: {}, retryAfterS: null };
}

/**
 * @param {unknown} value
 * @param {string} name
 * @returns {unknown}
 */
function property(value, name) {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}

/**
 * @param {unknown} value
 * @returns {string}
 */
function text(value) {
  return typeof value === "string" ? value : "";
}
