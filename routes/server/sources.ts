/**
 * Where settings come from, strongest first: flag, environment, `config.ini`, default.
 *
 * @module
 */
import { type ConfigFile, plainName } from "./config_file.ts";
import { type Backend, BACKENDS, type Flag, type Row, type Setting, SETTINGS } from "./setting_rows.ts";
import { SettingsError } from "./settings_error.ts";

/** Everything a start was given. Empty values count as absent. */
export interface Given {
  readonly flags: Readonly<Partial<Record<Flag, string>>>;
  readonly env: Readonly<Record<string, string>>;
  readonly ini: ConfigFile | null;
}

/** A text somebody gave, and where. */
export interface Found {
  readonly text: string;
  /** Such as `flag --port`, `environment CHAT_PORT` or `[service] HttpPort in config.ini`. */
  readonly source: string;
}

/** The strongest text given for a setting, or null. */
export function find(given: Given, row: Row): Found | null {
  const flag = row.flag === undefined ? "" : given.flags[row.flag]?.trim() ?? "";
  if (flag !== "") return { text: flag, source: `flag --${row.flag}` };
  return findEnvironment(given, row.env) ?? findEntry(given, row.section, namesOf(row));
}

/** The text of an environment variable, or null. */
export function findEnvironment(given: Given, name: string): Found | null {
  const text = given.env[name]?.trim() ?? "";
  return text === "" ? null : { text, source: `environment ${name}` };
}

/** The text of the first of `names` that the section has, or null. */
export function findEntry(given: Given, section: string, names: readonly string[]): Found | null {
  for (const name of names) {
    const entry = given.ini?.sections.get(plainName(section))?.get(plainName(name));
    if (entry === undefined || entry.text === "") continue;
    return { text: entry.text, source: `[${entry.section}] ${entry.key} in ${given.ini?.path}` };
  }
  return null;
}

/** The value of a setting, or its default; throws {@link SettingsError} when what was given is not allowed. */
export function valueOf<T, D>(given: Given, setting: Setting<T>, fallback: D): T | D {
  const found = find(given, setting);
  if (found === null) return fallback;
  const parsed = setting.schema.safeParse(found.text);
  if (parsed.success) return parsed.data;
  throw wrongSetting(setting, found, setting.allowed);
}

/** The refusal of a setting: names it, its source and what is allowed; never the text of a secret. */
export function wrongSetting(row: Row, found: Found | null, allowed: string): SettingsError {
  const source = found?.source ?? "the default";
  const shown = found === null || row.secret === true ? "cannot be used" : `cannot be ${quote(found.text)}`;
  return new SettingsError(`Cannot start: ${row.env} ${shown} (from ${source}), allowed: ${allowed}`);
}

/** Names that look like settings and are none: misspelt, most likely. */
export function unknownNames(given: Given): readonly string[] {
  const rows: readonly Row[] = Object.values(SETTINGS);
  const backends: readonly Backend[] = Object.values(BACKENDS);
  const variables = new Set([...rows, ...backends].map((row) => row.env));
  const keys = new Set([
    ...rows.flatMap((row) => namesOf(row).map((name) => keyOf(row.section, name))),
    ...backends.flatMap((backend) => backend.keys.map((key) => keyOf(backend.section, key))),
  ]);
  const entries = [...given.ini?.sections.values() ?? []].flatMap((section) => [...section.values()]);
  return [
    ...Object.keys(given.env).filter((name) => name.startsWith("CHAT_") && !variables.has(name)),
    ...entries.filter((entry) => !keys.has(keyOf(entry.section, entry.key)))
      .map((entry) => `[${entry.section}] ${entry.key} in ${given.ini?.path}`),
  ];
}

/** A value as it may stand in one line of a message. */
export function quote(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text);
}

/** The documented key, and the words of the variable: `HttpPort`, `PORT`. */
function namesOf(row: Row): readonly string[] {
  return [row.key, row.env, row.key.replace(/^Limit/, "")];
}

function keyOf(section: string, key: string): string {
  return `${plainName(section)} ${plainName(key)}`;
}
