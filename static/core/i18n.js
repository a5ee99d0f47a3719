/**
 * The page in two languages.
 *
 * @module
 */
import { EN } from "./text_en.js";
import { ZH } from "./text_zh.js";

/** @typedef {"en" | "zh"} Language */

const TEXTS = { en: EN, zh: ZH };

/**
 * The language somebody most likely wants: chosen before, else the first of the browser's that there is.
 *
 * @param {unknown} chosen
 * @param {readonly string[]} preferred BCP 47, best first.
 * @returns {Language}
 */
export function pickLanguage(chosen, preferred) {
  if (chosen === "en" || chosen === "zh") return chosen;
  for (const tag of preferred) {
    const [language] = tag.toLowerCase().split("-");
    if (language === "en" || language === "zh") return language;
  }
  return "en";
}

export class Texts {
  /** Making a format is slow, and lists ask for many. @type {Map<string, Intl.DateTimeFormat>} */
  #formats = new Map();

  /** @param {Language} language */
  constructor(language) {
    this.language = language;
  }

  /**
   * The text of that name, with `{word}` filled in.
   *
   * @param {keyof typeof EN} key
   * @param {Readonly<Record<string, string | number>>} [values]
   * @returns {string}
   */
  t(key, values = {}) {
    return fill(TEXTS[this.language][key], values);
  }

  /**
   * What an error's machine word means, else `fallback`, else that something went wrong.
   *
   * @param {string} word
   * @param {string} [fallback]
   * @returns {string}
   */
  error(word, fallback = "") {
    return this.named(`error.${word}`) ?? (fallback === "" ? this.t("error.unexpected") : fallback);
  }

  /**
   * The text of a name that may be none.
   *
   * @param {string} key
   * @returns {string | null}
   */
  named(key) {
    return isKey(key) ? this.t(key) : null;
  }

  /**
   * The time of day.
   *
   * @param {number} at
   * @returns {string}
   */
  time(at) {
    return this.#format(at, { hour: "numeric", minute: "2-digit" });
  }

  /**
   * A moment, to the second.
   *
   * @param {number} at
   * @returns {string}
   */
  exactTime(at) {
    return this.#format(at, { dateStyle: "full", timeStyle: "medium" });
  }

  /**
   * A day, as one speaks of it.
   *
   * @param {number} at
   * @param {number} now
   * @returns {string}
   */
  day(at, now) {
    const days = Math.round((startOfDay(now) - startOfDay(at)) / 86_400_000);
    if (days === 0) return this.t("day.today");
    if (days === 1) return this.t("day.yesterday");
    return this.date(at, now);
  }

  /**
   * A day by its date.
   *
   * @param {number} at
   * @param {number} now
   * @returns {string}
   */
  date(at, now) {
    const isThisYear = new Date(at).getFullYear() === new Date(now).getFullYear();
    return this.#format(at, {
      weekday: "long",
      month: "long",
      day: "numeric",
      ...(isThisYear ? {} : { year: "numeric" }),
    });
  }

  /**
   * A time in a list: of today the hour, else the day.
   *
   * @param {number} at
   * @param {number} now
   * @returns {string}
   */
  moment(at, now) {
    if (startOfDay(at) === startOfDay(now)) return this.time(at);
    return this.#format(at, { month: "numeric", day: "numeric" });
  }

  /**
   * A day and the time of it.
   *
   * @param {number} at
   * @param {number} now
   * @returns {string}
   */
  when(at, now) {
    return this.t("day.at", { day: this.day(at, now), time: this.time(at) });
  }

  /**
   * A length of time in its largest fitting unit, rounded up.
   *
   * @param {number} seconds
   * @returns {string}
   */
  duration(seconds) {
    const [unit, size] = seconds < 100
      ? /** @type {const} */ (["second", 1])
      : seconds < 6_000
      ? /** @type {const} */ (["minute", 60])
      : /** @type {const} */ (["hour", 3_600]);
    return this.#amount(Math.ceil(seconds / size), unit);
  }

  /**
   * A number of days.
   *
   * @param {number} count
   * @returns {string}
   */
  days(count) {
    return this.#amount(count, "day");
  }

  /**
   * A number, as short as it may be.
   *
   * @param {number} value
   * @returns {string}
   */
  number(value) {
    return new Intl.NumberFormat(this.#locale(), { maximumFractionDigits: value < 10 ? 1 : 0 }).format(value);
  }

  /**
   * A short time.
   *
   * @param {number} value
   * @returns {string}
   */
  milliseconds(value) {
    return `${this.number(value)} ms`;
  }

  /**
   * A size on a disk or in memory, in its largest fitting unit.
   *
   * @param {number} value
   * @returns {string}
   */
  bytes(value) {
    const units = ["B", "KiB", "MiB", "GiB", "TiB"];
    const at = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log2(Math.max(1, value)) / 10)));
    return `${this.number(value / 1_024 ** at)} ${units[at]}`;
  }

  /**
   * @param {number} count
   * @param {"second" | "minute" | "hour" | "day"} unit
   * @returns {string}
   */
  #amount(count, unit) {
    return new Intl.NumberFormat(this.#locale(), { style: "unit", unit, unitDisplay: "long" }).format(count);
  }

  /**
   * @param {number} at
   * @param {Intl.DateTimeFormatOptions} options
   * @returns {string}
   */
  #format(at, options) {
    const key = Object.keys(options).join();
    const format = this.#formats.get(key) ?? new Intl.DateTimeFormat(this.#locale(), options);
    this.#formats.set(key, format);
    return format.format(at);
  }

  #locale() {
    return this.language === "zh" ? "zh-CN" : "en";
  }
}

/**
 * @param {number} at
 * @returns {number}
 */
export function startOfDay(at) {
  return new Date(at).setHours(0, 0, 0, 0);
}

/**
 * @param {string} key
 * @returns {key is keyof typeof EN}
 */
function isKey(key) {
  return Object.hasOwn(EN, key);
}

/**
 * @param {string} text
 * @param {Readonly<Record<string, string | number>>} values
 * @returns {string}
 */
function fill(text, values) {
  return text.replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole));
}
