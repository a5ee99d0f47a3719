/**
 * One call over HTTP. It never throws: it answers what it got, or why not.
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

/** @typedef {{ fetch: typeof fetch, language: () => string }} HttpOptions */

/**
 * @template Data
 * @typedef {object} CallOptions
 * @property {unknown} [body]
 * @property {(data: unknown) => Data | undefined} read What the answer's data means; undefined: nothing that is known.
 */

/**
 * @template Data
 * @param {HttpOptions} options
 * @param {string} method
 * @param {string} path Below `/api/v1/`.
 * @param {CallOptions<Data>} call
 * @returns {Promise<Result<Data>>}
 */
export async function callServer(options, method, path, { body, read }) {
  /** @type {unknown} */
  let answer;
  let status = 0;
  /** @type {number | null} */
  let retryAfterS = null;
  try {
    const response = await options.fetch(`/api/v1/${path}`, {
      method,
      headers: { "accept-language": options.language(), "content-type": "application/json" },
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

/**
 * @param {number} status
 * @param {unknown} answer
 * @returns {Refused}
 */
function readRefusal(status, answer) {
  const fields = property(answer, "fields");
  return {
    ...refusal(status, text(property(answer, "error")) || "unexpected"),
    message: text(property(answer, "message")),
    fields: typeof fields === "object" && fields !== null
      ? Object.fromEntries(Object.entries(fields).map(([name, fault]) => [name, text(fault)]))
      : {},
  };
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
 * @param {string | null} header
 * @returns {number | null}
 */
function readSeconds(header) {
  return header !== null && /^\d{1,6}$/.test(header) ? Number(header) : null;
}

/**
 * A property of something that may have none.
 *
 * @param {unknown} value
 * @param {string} name
 * @returns {unknown}
 */
export function property(value, name) {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}

/**
 * A text, or empty where there is none.
 *
 * @param {unknown} value
 * @returns {string}
 */
export function text(value) {
  return typeof value === "string" ? value : "";
}

/**
 * What a list in an answer holds, without what cannot be read; undefined where there is no list.
 *
 * @template Item
 * @param {unknown} value
 * @param {(item: unknown) => Item | undefined} read
 * @returns {Item[] | undefined}
 */
export function list(value, read) {
  if (!Array.isArray(value)) return undefined;
  return value.map(read).filter((item) => item !== undefined);
}
