/**
 * Refuses what is documented and comes in a later release, before anything could be put somewhere else in silence.
 *
 * @module
 */
import { type Backend, LATER_BACKENDS, SETTINGS } from "./setting_rows.ts";
import {
  find,
  findEntry,
  findEnvironment,
  type Found,
  type Given,
  valueOf,
  wrongSetting,
} from "./sources.ts";
import { SettingsError } from "./settings_error.ts";

/** Throws {@link SettingsError} when a backend, transport or number of workers is asked for that is not there yet. */
export function refuseLater(given: Given): void {
  for (const backend of LATER_BACKENDS) refuseBackend(given, backend);
  if (valueOf(given, SETTINGS.transport, "native") !== "native") {
    throw wrongSetting(
      SETTINGS.transport,
      find(given, SETTINGS.transport),
      "native; hardened comes in a later release",
    );
  }
  if (valueOf(given, SETTINGS.workers, 1) !== 1) {
    throw wrongSetting(SETTINGS.workers, find(given, SETTINGS.workers), "1; more come in a later release");
  }
}

function refuseBackend(given: Given, backend: Backend): void {
  const variable = findEnvironment(given, backend.env);
  if (variable !== null) throw refusal(backend, variable, `unset ${backend.env}`);
  const entry = findEntry(given, backend.section, backend.keys);
  if (entry !== null) throw refusal(backend, entry, `leave the section [${backend.section}] out`);
}

/** Never the text: it may hold a password. */
function refusal(backend: Backend, found: Found, remedy: string): SettingsError {
  return new SettingsError(
    `Cannot start: ${backend.name} is configured (from ${found.source}) and comes in a later release; ` +
      `allowed: ${remedy} to run on the embedded SQLite store`,
  );
}
