/**
 * Which of our languages a person reads.
 *
 * @module
 */
import { parseAccept } from "hono/utils/accept";
import type { Language } from "../realtime/errors.ts";

/** Longer headers are somebody's experiment. */
const MAX_HEADER = 1_000;

/** Chinese where `Accept-Language` prefers it to English, else English. */
export function preferredLanguage(header: string | null): Language {
  if (header === null || header.length > MAX_HEADER) return "en";
  for (const { type, q } of parseAccept(header)) {
    if (q === 0) continue;
    const primary = type.split("-", 1)[0]?.toLowerCase();
    if (primary === "zh" || primary === "en") return primary;
  }
  return "en";
}
