/**
 * Which passwords may be set. Never asked at login: accounts taken over keep what they have.
 *
 * @module
 */
import { emailKey, nameKey } from "../../db/users.ts";
import type { Sentence } from "../../realtime/errors.ts";
import { codePoints, isStorable } from "../../realtime/frames.ts";
import { isCommonPassword } from "./common_passwords.ts";

/** bcrypt reads no further. */
export const MAX_PASSWORD_BYTES = 72;
/** The documented bounds, which debug keeps, in characters. */
const DEBUG_MIN = 6;
const DEBUG_MAX = 20;
/** NIST SP 800-63B: length and a list of used ones, no composition rule. */
const RELEASE_MIN = 8;

/** Whose password it is to be, and where. */
export interface PasswordContext {
  readonly mode: "debug" | "release";
  readonly username?: string;
  readonly email?: string;
}

/** What is wrong with a new password, or null. */
export function passwordFault(password: string, { mode, username, email }: PasswordContext): Sentence | null {
  if (!isStorable(password)) {
    return { en: "Must not contain U+0000 or broken characters", zh: "不能包含 U+0000 或不完整的字符" };
  }
  const length = codePoints(password);
  if (mode === "debug" && (length < DEBUG_MIN || length > DEBUG_MAX)) {
    return {
      en: `Must have ${DEBUG_MIN} to ${DEBUG_MAX} characters`,
      zh: `长度须为 ${DEBUG_MIN} 到 ${DEBUG_MAX} 个字符`,
    };
  }
  if (length < RELEASE_MIN && mode === "release") {
    return { en: `Must have at least ${RELEASE_MIN} characters`, zh: `至少 ${RELEASE_MIN} 个字符` };
  }
  if (isTooLong(password)) {
    return {
      en: `Must not exceed ${MAX_PASSWORD_BYTES} bytes in UTF-8`,
      zh: `按 UTF-8 计不能超过 ${MAX_PASSWORD_BYTES} 字节`,
    };
  }
  if (mode === "debug") return null;
  if (isCommonPassword(password)) {
    return { en: "Is one of the most used passwords, choose another", zh: "密码过于常见，请换一个" };
  }
  return isOwnName(password, username, email)
    ? { en: "Must differ from the username and the e-mail address", zh: "不能与用户名或邮箱相同" }
    : null;
}

/** Whether bcrypt would cut it. */
export function isTooLong(password: string): boolean {
  return password.length > MAX_PASSWORD_BYTES || encoder.encode(password).length > MAX_PASSWORD_BYTES;
}

const encoder = new TextEncoder();

function isOwnName(password: string, username: string | undefined, email: string | undefined): boolean {
  return (username !== undefined && nameKey(password) === nameKey(username)) ||
    (email !== undefined && emailKey(password) === emailKey(email));
}
