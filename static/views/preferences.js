/**
 * Language and appearance: two selects, wherever they stand.
 *
 * @module
 */
import { h, View } from "./dom.js";

/** @import { Language, Texts } from "../core/i18n.js" */

/** @typedef {"system" | "light" | "dark"} Theme */

/**
 * @typedef {object} Preferences
 * @property {Texts} texts
 * @property {() => Theme} theme
 * @property {(language: Language) => void} setLanguage
 * @property {(theme: Theme) => void} setTheme
 */

/**
 * @param {Preferences} preferences
 * @returns {View}
 */
export function preferencesView({ texts, theme, setLanguage, setTheme }) {
  const language = h(
    "select",
    { class: "select", "data-testid": "language" },
    h("option", { value: "zh", lang: "zh" }, "中文"),
    h("option", { value: "en", lang: "en" }, "English"),
  );
  const appearance = h("select", { class: "select", "data-testid": "theme" });
  const view = new View(h("div", { class: "preferences" }, language, appearance));
  view.attribute(language, "aria-label", () => texts.t("language.label"));
  view.attribute(appearance, "aria-label", () => texts.t("theme.label"));
  for (const value of /** @type {const} */ (["system", "light", "dark"])) {
    appearance.append(view.text(h("option", { value }), () => texts.t(`theme.${value}`)));
  }
  view.bind(() => language.value = texts.language);
  view.bind(() => appearance.value = theme());
  language.addEventListener("change", () => setLanguage(language.value === "zh" ? "zh" : "en"));
  appearance.addEventListener("change", () => {
    const { value } = appearance;
    setTheme(value === "light" || value === "dark" ? value : "system");
  });
  return view;
}
