/**
 * What release mode refuses, and debug mode lets pass.
 *
 * @module
 */
import { isLoopback } from "./loopback.ts";
import type { Settings } from "./settings.ts";
import { SETTINGS } from "./setting_rows.ts";
import { find, type Given, wrongSetting } from "./sources.ts";

/** A key shorter than the digest is the weakest part of an HMAC-SHA-256 signature. */
export const MIN_SECRET_BYTES = 32;
/** Below this a stolen digest is tried too fast. */
export const MIN_BCRYPT_COST = 10;

/** Throws {@link SettingsError} when a setting is too weak for release mode. */
export function refuseWeak(settings: Settings, given: Given): void {
  if (settings.mode !== "release") return;
  if (settings.secrets?.some((secret) => new TextEncoder().encode(secret).length < MIN_SECRET_BYTES)) {
    throw wrongSetting(
      SETTINGS.secrets,
      find(given, SETTINGS.secrets),
      `in release mode at least ${MIN_SECRET_BYTES} bytes for each secret of the list`,
    );
  }
  if (settings.bcryptCost < MIN_BCRYPT_COST) {
    throw wrongSetting(
      SETTINGS.bcryptCost,
      find(given, SETTINGS.bcryptCost),
      `in release mode a whole number from ${MIN_BCRYPT_COST} to 14`,
    );
  }
  if (settings.publicUrl?.protocol === "http:" && !isLoopback(settings.publicUrl.hostname)) {
    throw wrongSetting(
      SETTINGS.publicUrl,
      find(given, SETTINGS.publicUrl),
      "in release mode https, or http on a loopback address",
    );
  }
}
