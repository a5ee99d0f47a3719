/**
 * The closed set of errors, for HTTP answers and `error` frames alike.
 *
 * A client may rely on the word and the number; the sentences are for people, in English or Chinese.
 *
 * @module
 */

/** The languages that sentences come in. */
export type Language = "en" | "zh";

/** One sentence in each language. `{name}` stands for a parameter. */
export type Sentence = Readonly<Record<Language, string>>;

interface ErrorKind {
  readonly status: 400 | 401 | 403 | 404 | 405 | 409 | 413 | 421 | 426 | 429 | 500 | 503;
  /** Whether the same request may succeed later. */
  readonly temporary: boolean;
  readonly text: Sentence;
}

/** Every error: the machine word, its number, whether to try again, and what to tell the person. */
export const ERRORS = {
  bad_request: kind(400, "The request is malformed", "请求格式不正确"),
  invalid_fields: kind(400, "Some fields are not valid", "部分字段不正确"),
  wrong_password: kind(400, "The password is wrong", "密码错误"),
  to_oneself: kind(400, "You cannot write to yourself", "不能给自己发送消息"),
  too_many_watched: kind(400, "At most 200 people can be watched", "最多关注 200 个用户"),
  unauthenticated: kind(401, "Sign in first", "请先登录"),
  login_failed: kind(401, "The username or the password is wrong", "用户名或密码错误"),
  forbidden: kind(403, "You may not do this", "没有权限"),
  not_a_member: kind(403, "This conversation is not yours", "你不在这个会话中"),
  origin_refused: kind(
    403,
    "Requests from {origin} are refused: this server is {expected} (CHAT_PUBLIC_URL)",
    "拒绝来自 {origin} 的请求：本服务器是 {expected}（CHAT_PUBLIC_URL）",
  ),
  registration_closed: kind(403, "Registration is closed", "注册已关闭"),
  invite_invalid: kind(403, "The invite is unknown, used up or expired", "邀请无效、已用完或已过期"),
  account_disabled: kind(403, "The account is disabled", "账号已停用"),
  last_owner: kind(403, "The last active owner must stay one", "必须保留至少一名活跃的所有者"),
  not_found: kind(404, "There is nothing here", "没有找到"),
  no_such_user: kind(404, "There is no such user", "用户不存在"),
  method_not_allowed: kind(405, "The method is not allowed here", "不支持该请求方法"),
  username_taken: kind(409, "The username is taken", "用户名已被使用"),
  email_taken: kind(409, "The e-mail address is taken", "邮箱已被使用"),
  id_reused: kind(
    409,
    "The id was used for another recipient or content",
    "该消息 id 已用于其他收件人或内容",
  ),
  too_large: kind(413, "The request is too large", "请求内容过大"),
  misdirected: kind(
    421,
    "This server does not answer for {host} (CHAT_PUBLIC_URL)",
    "本服务器不响应 {host}（CHAT_PUBLIC_URL）",
  ),
  upgrade_required: kind(426, "This address speaks WebSocket only", "此地址仅支持 WebSocket"),
  rate_limited: kind(429, "Too many requests, try again later", "请求过于频繁，请稍后再试", true),
  internal: kind(500, "Something went wrong on the server", "服务器出错了", true),
  unavailable: kind(
    503,
    "The server cannot store anything right now, try again",
    "服务器暂时无法存储，请重试",
    true,
  ),
  overloaded: kind(503, "The server is busy, try again", "服务器繁忙，请重试", true),
} as const satisfies Record<string, ErrorKind>;

/** The machine word of an error. */
export type ErrorCode = keyof typeof ERRORS;

/** Those that an `error` frame may carry; the others are answers to HTTP. */
export const FRAME_ERRORS = [
  "bad_request",
  "to_oneself",
  "too_many_watched",
  "not_a_member",
  "no_such_user",
  "id_reused",
  "rate_limited",
  "internal",
  "unavailable",
] as const satisfies readonly ErrorCode[];

/** A refusal that the asker is told of: a word of the closed set and what fills its sentence. */
export class ChatError extends Error {
  override readonly name = "ChatError";
  readonly code: ErrorCode;
  readonly details: ErrorDetails;

  constructor(code: ErrorCode, details: ErrorDetails = {}) {
    super(sentence(ERRORS[code].text, "en", details.params));
    this.code = code;
    this.details = details;
  }
}

/** What an error carries beside its word. */
export interface ErrorDetails {
  /** Fills `{name}` in the sentence. */
  readonly params?: Readonly<Record<string, string>>;
  /** Every field at fault. */
  readonly fields?: Readonly<Record<string, Sentence>>;
  /** When to try again, in ms from now. */
  readonly retryAfterMs?: number;
  /** Replaces the general sentence. */
  readonly text?: Sentence;
}

/** Fills a sentence in one language. Unknown parameters stay as they are written. */
export function sentence(
  text: Sentence,
  language: Language,
  params: Readonly<Record<string, string>> = {},
): string {
  return text[language].replace(/\{(\w+)\}/g, (whole, name: string) => params[name] ?? whole);
}

function kind<S extends ErrorKind["status"]>(
  status: S,
  en: string,
  zh: string,
  temporary = false,
): { readonly status: S; readonly temporary: boolean; readonly text: Sentence } {
  return { status, temporary, text: { en, zh } };
}
