/**
 * When somebody was last there, as one speaks of it.
 *
 * @module
 */
import { startOfDay } from "./i18n.js";

/** @import { Texts } from "./i18n.js" */

/**
 * @param {string | null} moment RFC 3339; null: nobody knows.
 * @param {{ texts: Texts, now: number }} options
 * @returns {string}
 */
export function lastSeen(moment, { texts, now }) {
  const at = moment === null ? NaN : Date.parse(moment);
  if (Number.isNaN(at)) return texts.t("presence.offline");
  const days = Math.round((startOfDay(now) - startOfDay(at)) / 86_400_000);
  const time = texts.time(at);
  if (days <= 0) return texts.t("presence.seen_today", { time });
  if (days === 1) return texts.t("presence.seen_yesterday", { time });
  return texts.t("presence.seen_on", { day: texts.date(at, now), time });
}
