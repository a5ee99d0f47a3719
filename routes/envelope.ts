/**
 * The one form of every JSON answer: `{code, message, data?}`, and for errors `{code, message, error, fields?}`.
 *
 * @module
 */
import {
  EmailTakenError,
  IdReusedError,
  InvalidCursorError,
  InviteInvalidError,
  StoreUnavailableError,
  UsernameTakenError,
} from "../db/errors.ts";
import {
  ChatError,
  type ErrorCode,
  ERRORS,
  type Language,
  type Sentence,
  sentence,
} from "../realtime/errors.ts";

const JSON_TYPE = "application/json; charset=utf-8";

/** Answers are about somebody and change at any time. */
const HEADERS: Readonly<Record<string, string>> = { "content-type": JSON_TYPE, "cache-control": "no-store" };

const CURSOR: Sentence = { en: "Must be the next of an earlier page", zh: "必须是上一页返回的 next" };

/** A success. `data` is left out when undefined. */
export function success(message: string, data?: unknown): Response {
  return new Response(JSON.stringify({ code: 200, message, data }), { headers: HEADERS });
}

/** An error, in the person's language. */
export function failure(error: ChatError, language: Language): Response {
  const { status } = ERRORS[error.code];
  const fields = error.details.fields && translated(error.details.fields, language);
  const body = { code: status, message: told(error, language), error: error.code, fields };
  return new Response(JSON.stringify(body), { status, headers: { ...HEADERS, ...retryAfter(error) } });
}

/** A refused handshake: the documented `{error}` instead of the envelope. */
export function refusedHandshake(error: ChatError, language: Language): Response {
  const { status } = ERRORS[error.code];
  const upgrade = status === 426
    ? { upgrade: "websocket", connection: "upgrade", "sec-websocket-version": "13" }
    : {};
  return new Response(JSON.stringify({ error: told(error, language) }), {
    status,
    headers: { ...HEADERS, "x-content-type-options": "nosniff", ...upgrade, ...retryAfter(error) },
  });
}

/** The refusal that an error stands for; null: it is none, and somebody has to look at it. */
export function asChatError(error: unknown): ChatError | null {
  if (error instanceof ChatError) return error;
  if (error instanceof StoreUnavailableError) return new ChatError("unavailable", { retryAfterMs: 1_000 });
  if (error instanceof UsernameTakenError) return atField("username_taken", "username");
  if (error instanceof EmailTakenError) return atField("email_taken", "email");
  if (error instanceof InviteInvalidError) return atField("invite_invalid", "invite");
  if (error instanceof InvalidCursorError) {
    return new ChatError("invalid_fields", { fields: { before: CURSOR } });
  }
  return error instanceof IdReusedError ? atField("id_reused", "id") : null;
}

function atField(code: ErrorCode, field: string): ChatError {
  return new ChatError(code, { fields: { [field]: ERRORS[code].text } });
}

function told(error: ChatError, language: Language): string {
  return sentence(error.details.text ?? ERRORS[error.code].text, language, error.details.params);
}

function translated(fields: Readonly<Record<string, Sentence>>, language: Language): Record<string, string> {
  return Object.fromEntries(Object.entries(fields).map(([name, text]) => [name, text[language]]));
}

function retryAfter({ code, details }: ChatError): Record<string, string> {
  const isLimit = ERRORS[code].status === 429;
  if (details.retryAfterMs === undefined && !isLimit) return {};
  return { "retry-after": String(Math.max(1, Math.ceil((details.retryAfterMs ?? 1_000) / 1_000))) };
}
