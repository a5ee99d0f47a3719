/**
 * Refuses what is documented and comes in a later release.
 *
 * @module
 */
import { SETTINGS } from "./setting_rows.ts";
import { find, type Given, valueOf, wrongSetting } from "./sources.ts";

/** Throws {@link SettingsError} when a transport is asked for that is not there yet. */
export function refuseLater(given: Given): void {
  if (valueOf(given, SETTINGS.transport, "native") !== "native") {
    throw wrongSetting(
      SETTINGS.transport,
      find(given, SETTINGS.transport),
      "native; hardened comes in a later release",
    );
  }
}
