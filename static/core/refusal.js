/**
 * What went wrong with a form, kept so that it can be told in either language at any time.
 *
 * @module
 */

/** @import { Refused } from "./http.js" */
/** @import { Language, Texts } from "./i18n.js" */

/**
 * A sentence of the page by its name, or what the server said, in the language it said it in.
 *
 * @typedef {{ key: string } | { error: string, told: string, language: Language, waitS: number | null }} Fault
 */

/** @typedef {{ fields: Readonly<Record<string, Fault>>, problem: Fault | null }} Faults */

/** @type {Faults} */
export const NO_FAULTS = { fields: {}, problem: null };

/** Errors that say when to try again, and how that is said. */
const WAITS = new Map([
  ["rate_limited", /** @type {const} */ ("error.rate_limited_wait")],
  ["overloaded", /** @type {const} */ ("error.overloaded_wait")],
  ["unavailable", /** @type {const} */ ("error.unavailable_wait")],
]);

/**
 * What a refusal means for a form: faults beside its fields, else one for the whole.
 *
 * @param {Refused} refused
 * @param {{ language: Language, fields: readonly string[] }} form The language asked in, and the fields shown.
 * @returns {Faults}
 */
export function faultsOf(refused, { language, fields }) {
  const told = Object.entries(refused.fields).filter(([name]) => fields.includes(name));
  const faults = told.map((
    [name, text],
  ) => /** @type {const} */ ([name, { error: refused.error, told: text, language, waitS: null }]));
  return {
    fields: Object.fromEntries(faults),
    problem: told.length === 0 ? faultOf(refused, language) : null,
  };
}

/**
 * A refusal as one sentence.
 *
 * @param {Refused} refused
 * @param {Language} language The one asked in.
 * @returns {Fault}
 */
export function faultOf({ error, message, retryAfterS }, language) {
  return { error, told: message, language, waitS: retryAfterS };
}

/**
 * A fault in words.
 *
 * @param {Texts} texts
 * @param {Fault} fault
 * @returns {string}
 */
export function wordsOf(texts, fault) {
  if ("key" in fault) return texts.named(fault.key) ?? texts.t("error.unexpected");
  const wait = fault.waitS === null ? undefined : WAITS.get(fault.error);
  if (wait !== undefined && fault.waitS !== null) {
    return texts.t(wait, { wait: texts.duration(fault.waitS) });
  }
  // What was told in the other language is not repeated in this one.
  const told = fault.language === texts.language ? fault.told : texts.t("error.refused");
  return texts.error(fault.error, told);
}
