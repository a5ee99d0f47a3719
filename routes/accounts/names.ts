/**
 * What a username, an e-mail address and a phone number may look like.
 *
 * @module
 */
import { codePoints, isStorable } from "../../realtime/frames.ts";
import type { Sentence } from "../../realtime/errors.ts";

/** Bounds of a username, in code points. */
export const MIN_USERNAME = 3;
export const MAX_USERNAME = 20;
/** The columns of the documented table hold 255; an address of more than 254 bytes cannot be mailed to. */
export const MAX_EMAIL_BYTES = 254;
export const MAX_PHONE = 50;

/** Letters with the marks that many scripts need, digits and `_ - .`. */
const USERNAME = /^[\p{L}\p{M}\p{Nd}_.-]+$/u;
/** Characters that show nothing, or change how others show: fillers, joiners, direction marks. */
const INVISIBLE = /[\p{Default_Ignorable_Code_Point}\p{Cc}\p{Cf}\p{Bidi_Control}]/u;
const LETTER_OR_DIGIT = /[\p{L}\p{Nd}]/u;
/** No script needs more marks on one letter; towers of them paint over the lines above. */
const MARK_TOWER = /\p{M}{4}/u;
/**
 * Scripts whose letters pass for those of another of them (Unicode TR 39, confusables). A name may have letters of one:
 * who is there as "ann" is not to be met by an "ann" whose first letter is Cyrillic.
 */
const ALIKE_SCRIPTS: readonly RegExp[] = [
  /\p{Script=Latin}/u,
  /\p{Script=Cyrillic}/u,
  /\p{Script=Greek}/u,
  /\p{Script=Armenian}/u,
  /\p{Script=Cherokee}/u,
  /\p{Script=Coptic}/u,
  /\p{Script=Lisu}/u,
];
/** As browsers check `<input type=email>`, plus a dot in the domain. */
const EMAIL =
  /^[\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/i;

/** The form in which a username is stored and compared: compatible characters become their plain form. */
export function normalizeUsername(username: string): string {
  return username.normalize("NFKC");
}

/** What is wrong with a username, or null. */
export function usernameFault(username: string): Sentence | null {
  // An attacker's megabyte is not worth normalizing.
  if (username.length > 8 * MAX_USERNAME) return LENGTH;
  if (!isStorable(username) || INVISIBLE.test(username)) {
    return { en: "Must not contain invisible characters", zh: "不能包含不可见字符" };
  }
  const name = normalizeUsername(username);
  const length = codePoints(name);
  if (length < MIN_USERNAME || length > MAX_USERNAME) return LENGTH;
  if (!USERNAME.test(name) || INVISIBLE.test(name)) {
    return { en: "May contain letters, digits, _ - and . only", zh: "只能包含文字、数字、_、- 和 ." };
  }
  if (!LETTER_OR_DIGIT.test(name) || /^\p{M}/u.test(name) || MARK_TOWER.test(name)) {
    return {
      en: "Must contain a letter or a digit and no stacked marks",
      zh: "必须包含文字或数字，且不能堆叠符号",
    };
  }
  if (ALIKE_SCRIPTS.filter((script) => script.test(name)).length > 1) {
    return {
      en: "Must not mix letters of scripts that look alike",
      zh: "不能混用外形相似的不同文字的字母",
    };
  }
  return null;
}

const LENGTH: Sentence = {
  en: `Must have ${MIN_USERNAME} to ${MAX_USERNAME} characters`,
  zh: `长度须为 ${MIN_USERNAME} 到 ${MAX_USERNAME} 个字符`,
};

/** What is wrong with an e-mail address, or null. */
export function emailFault(email: string): Sentence | null {
  const at = email.lastIndexOf("@");
  if (email.length <= MAX_EMAIL_BYTES && at <= 64 && EMAIL.test(email)) return null;
  return { en: "Must be an e-mail address", zh: "邮箱格式不正确" };
}

/** What is wrong with a phone number, or null: it is free text of one line. */
export function phoneFault(phone: string): Sentence | null {
  if (!isStorable(phone) || INVISIBLE.test(phone)) {
    return { en: "Must not contain invisible characters", zh: "不能包含不可见字符" };
  }
  if (codePoints(phone) <= MAX_PHONE) return null;
  return { en: `Must have at most ${MAX_PHONE} characters`, zh: `最多 ${MAX_PHONE} 个字符` };
}
