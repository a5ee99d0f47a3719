/**
 * What every view is handed: language, appearance, the server's word about itself, and what this browser keeps.
 *
 * @module
 */
import { pickLanguage, Texts } from "../core/i18n.js";
import { computed, effect, signal } from "../vendor/preact.js";

/** @import { Api, ServerFacts } from "../core/api.js" */
/** @import { Language } from "../core/i18n.js" */
/** @import { Memory } from "../core/platform.js" */
/** @import { ReadonlySignal, Signal } from "../vendor/preact.js" */

/** @typedef {"system" | "light" | "dark"} Theme */

/**
 * @typedef {object} Page
 * @property {Api} api
 * @property {Signal<ServerFacts>} server
 * @property {Memory} kept Of this browser, over tabs and visits.
 * @property {Memory} tab Of this tab, over reloads.
 * @property {Signal<Language>} language Kept when it is set.
 * @property {ReadonlySignal<Texts>} texts In that language.
 * @property {Signal<Theme>} theme Kept when it is set.
 * @property {() => number} now Milliseconds since 1970.
 */

/**
 * Makes the page's common ground; from then on the document follows language and appearance.
 *
 * @param {object} options
 * @param {Memory} options.kept
 * @param {Memory} options.tab
 * @param {(language: () => Language) => Api} options.api
 * @param {ServerFacts} options.server
 * @param {readonly string[]} options.languages What the browser asks for, best first.
 * @returns {Page}
 */
export function createPage({ kept, tab, api, server, languages }) {
  const language = signal(pickLanguage(kept.get("language"), languages));
  const theme = signal(readTheme(kept.get("theme")));
  const texts = computed(() => new Texts(language.value));
  effect(() => {
    document.documentElement.lang = language.value === "zh" ? "zh-CN" : "en";
  });
  effect(() => {
    document.documentElement.dataset["theme"] = theme.value;
  });
  language.subscribe((value) => {
    if (value !== pickLanguage(kept.get("language"), languages)) kept.set("language", value);
  });
  theme.subscribe((value) => kept.set("theme", value === "system" ? null : value));
  return {
    api: api(() => language.peek()),
    server: signal(server),
    kept,
    tab,
    language,
    texts,
    theme,
    now: Date.now,
  };
}

/**
 * @param {unknown} value
 * @returns {Theme}
 */
function readTheme(value) {
  return value === "light" || value === "dark" ? value : "system";
}
