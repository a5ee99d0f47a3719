/**
 * Reads `config.ini`, in the shape the documented Go Chat has: sections of `name = value`.
 *
 * @module
 */
import { SettingsError } from "./settings_error.ts";

/** A configuration file, read: texts by section and key, both in {@link plainName} form. */
export interface ConfigFile {
  readonly path: string;
  readonly sections: ReadonlyMap<string, ReadonlyMap<string, ConfigEntry>>;
}

/** One `name = value`, with the names as the file spells them. */
export interface ConfigEntry {
  readonly section: string;
  readonly key: string;
  readonly text: string;
}

/** Where a file is looked for when `--config` names none. */
export const CONFIG_PATHS: readonly string[] = ["./config.ini", "./config/config.ini"];

/** The form in which names are compared: `CHAT_PUBLIC_URL`, `PublicUrl` and `public_url` are one. */
export function plainName(name: string): string {
  return name.trim().toLowerCase().replace(/^chat_/, "").replaceAll("_", "");
}

/**
 * Turns the file's text into entries. A later entry of one name replaces the earlier.
 *
 * Read here and not by a library: values are raw. The libraries cut a password at `;` or `#`, make booleans of
 * words, lists of `name[]` and trees of dotted sections, and every one of these would have to be undone.
 */
export function parseConfig(source: string, path: string): ConfigFile {
  const sections = new Map<string, Map<string, ConfigEntry>>();
  let section = "";
  for (const [index, line] of source.replace(/^\uFEFF/, "").split(/\r\n|\r|\n/).entries()) {
    const bare = line.trim();
    if (bare === "" || bare.startsWith(";") || bare.startsWith("#")) continue;
    const heading = /^\[([^\[\]]+)\]\s*(?:[;#].*)?$/.exec(bare)?.[1];
    if (heading !== undefined) {
      section = heading.trim();
      continue;
    }
    const at = bare.indexOf("=");
    if (at < 1) throw unreadable(path, `line ${index + 1} is neither a [section] nor name = value`);
    const key = bare.slice(0, at).trim();
    const name = plainName(section);
    const entries = sections.get(name) ?? new Map<string, ConfigEntry>();
    sections.set(
      name,
      entries.set(plainName(key), { section, key, text: valueOf(bare.slice(at + 1).trim()) }),
    );
  }
  return { path, sections };
}

/** Reads the file `--config` names, or the first that exists, or none. */
export async function readConfig(named: string | undefined): Promise<ConfigFile | null> {
  if (named !== undefined) return await readAt(named, true);
  for (const path of CONFIG_PATHS) {
    const found = await readAt(path, false);
    if (found !== null) return found;
  }
  return null;
}

async function readAt(path: string, required: boolean): Promise<ConfigFile | null> {
  let bytes: Uint8Array;
  try {
    bytes = await Deno.readFile(path);
  } catch (error) {
    // A place that the runtime hides is told of at start; see the start's warnings.
    const hidden = error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotCapable;
    if (hidden && !required) return null;
    throw unreadable(path, reason(error));
  }
  try {
    return parseConfig(new TextDecoder("utf-8", { fatal: true }).decode(bytes), path);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw unreadable(path, "it is not UTF-8 text");
  }
}

function unreadable(path: string, why: string): SettingsError {
  return new SettingsError(`Cannot read the configuration file ${JSON.stringify(path)}: ${why}`);
}

function reason(error: unknown): string {
  if (error instanceof Deno.errors.NotFound) return "there is no such file";
  if (error instanceof Deno.errors.IsADirectory) return "it is a directory";
  if (error instanceof Deno.errors.PermissionDenied) return "permission denied";
  return error instanceof Error ? error.message.split("\n", 1).join("") : "it failed";
}

/** A value is raw; quotes round it are taken off, a comment needs a space before its `;` or `#`. */
function valueOf(text: string): string {
  const inQuotes = /^(["'`])(.*)\1(?:\s+[;#].*)?$/.exec(text)?.[2];
  return inQuotes ?? text.replace(/(^|\s+)[;#]\s.*$|(^|\s+)[;#]$/, "").trim();
}
