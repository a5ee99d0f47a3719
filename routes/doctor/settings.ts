/**
 * Whether the settings are sound, and where they come from.
 *
 * @module
 */
import { BACKENDS, type Row, SETTINGS } from "../server/setting_rows.ts";
import { find, findEntry, findEnvironment, type Given } from "../server/sources.ts";
import { type Check, type Finding, ok, warning } from "./check.ts";

const NAME = "settings";

/** Sources of what was given; a name that is no setting is a warning. */
export const settingsCheck: Check = {
  name: NAME,
  run({ settings, given }): readonly Finding[] {
    const findings: Finding[] = [ok(NAME, `Mode ${settings.mode}; ${sourcesOf(given)}`)];
    for (const name of settings.unknown) {
      findings.push(
        warning(NAME, `${name} is no setting and is ignored`, "Look for a slip of the pen in it"),
      );
    }
    if (settings.mode === "debug" && !settings.loopback) {
      findings.push(
        warning(NAME, "Anyone on the network can be anyone in debug mode", "Set CHAT_APP_MODE to release"),
      );
    }
    return findings;
  },
};

function sourcesOf(given: Given): string {
  const rows: readonly Row[] = Object.values(SETTINGS);
  const told = rows.flatMap((row) => {
    const found = find(given, row);
    return found === null ? [] : [`${row.env} from ${found.source}`];
  });
  for (const { env, section, keys } of Object.values(BACKENDS)) {
    const found = findEnvironment(given, env) ?? findEntry(given, section, keys);
    if (found !== null) told.push(`${env} from ${found.source}`);
  }
  return told.length === 0 ? "every setting has its default" : told.join(", ");
}
