/**
 * What errors of the driver mean to a caller, without the arguments they carry.
 *
 * @module
 */
import { StoreUnavailableError } from "../errors.ts";
import { redisName, type RedisPlace } from "../places.ts";

const MAX_REASON = 200;

/** Why something failed, in one line that holds nothing of what was sent. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return "it failed";
  // The reply to an unknown command repeats its arguments.
  const [line = ""] = error.message.split(/, with args beginning|\r?\n/, 1);
  const reason = line.trim() === "" && "code" in error ? String(error.code) : line.trim();
  return reason.length > MAX_REASON ? `${reason.slice(0, MAX_REASON)}…` : reason;
}

/** Whether the server was reached and does not let us in, or has no such database: trying again changes nothing. */
export function isRefusal(error: Error): boolean {
  return /^(WRONGPASS|NOAUTH|NOPERM|ERR invalid password|ERR AUTH|ERR DB index|ERR invalid DB|ERR Client sent AUTH)/i
    .test(error.message);
}

/** Whether the server itself answered with this error. */
export function isReply(error: Error): boolean {
  return error.name === "ReplyError";
}

/** What a caller is told of a command that failed. */
export function unavailable(place: RedisPlace, error: unknown): StoreUnavailableError {
  return new StoreUnavailableError(`${redisName(place)} does not answer: ${reasonOf(error)}`);
}
