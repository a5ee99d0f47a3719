/**
 * How whoever knows the server's secret asks which server answers at an address, without telling the secret.
 *
 * @module
 */
import { createHmac, timingSafeEqual } from "node:crypto";

/** The request header with the question. */
export const PROBE_HEADER = "x-go-chat-probe";
/** A question may be so old, or so far ahead, in ms: clocks differ, and one that was heard is not of use for long. */
const MAX_AGE_MS = 600_000;

/** A question, which one who knows the secret can answer. */
export function askProbe(secret: string, now: number): string {
  const nonce = `${now}-${crypto.randomUUID()}`;
  return `${nonce}.${proofOf(secret, `ask ${nonce}`)}`;
}

/** The answer, or null where nobody who knows one of `secrets` asked, or long ago. */
export function answerProbe(header: string, secrets: readonly string[], now: number): string | null {
  const [nonce = "", proof = ""] = header.split(".", 2);
  const [time = ""] = nonce.split("-", 1);
  if (!/^\d{1,15}-[0-9a-f-]{36}$/.test(nonce) || Math.abs(Number(time) - now) > MAX_AGE_MS) return null;
  const secret = secrets.find((one) => isSame(proof, proofOf(one, `ask ${nonce}`)));
  return secret === undefined ? null : proofOf(secret, `answer ${nonce}`);
}

/** Whether `answer` is that of one who knows the secret, to that question. */
export function isAnswer(answer: string, { secret, asked }: { secret: string; asked: string }): boolean {
  const [nonce = ""] = asked.split(".", 1);
  return isSame(answer, proofOf(secret, `answer ${nonce}`));
}

function proofOf(secret: string, text: string): string {
  return createHmac("sha256", secret).update(`go-chat probe\0${text}`).digest("base64url");
}

function isSame(one: string, other: string): boolean {
  const [left, right] = [one, other].map((text) => new TextEncoder().encode(text));
  return left !== undefined && right !== undefined && left.length === right.length &&
    timingSafeEqual(left, right);
}
