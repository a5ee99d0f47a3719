/**
 * Gathers what a start was given, and asks first whether the runtime lets it be read.
 *
 * @module
 */
import { requireAccess } from "./access.ts";
import { readConfig } from "./config_file.ts";
import type { Flag } from "./setting_rows.ts";
import { readSettings, type Settings } from "./settings.ts";

/** Settings on the command line. */
export interface GivenFlags {
  readonly flags: Readonly<Partial<Record<Flag, string>>>;
  readonly config: string | undefined;
  readonly dev: boolean;
}

/** Where a program was started, and with what. */
export interface Surroundings {
  /** All arguments, to be repeated in a refusal. */
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly programRoot: string;
  readonly workingDirectory: string;
}

/** Reads flags, environment and file. Throws {@link SettingsError}. */
export async function gatherSettings(given: GivenFlags, surroundings: Surroundings): Promise<Settings> {
  const config = given.config === undefined
    ? []
    : [{ path: given.config, write: false, setting: "--config" }];
  const data = given.flags.data === undefined
    ? []
    : [{ path: given.flags.data, write: true, setting: "--data" }];
  requireAccess([...config, ...data], surroundings);
  const ini = await readConfig(given.config);
  const settings = readSettings({ flags: given.flags, env: surroundings.env, ini, dev: given.dev });
  const files = settings.tls === null ? [] : [settings.tls.cert, settings.tls.key];
  requireAccess([
    ...config,
    { path: settings.dataDir, write: true, setting: "CHAT_DATA_DIR" },
    ...files.map((path) => ({ path, write: false, setting: "CHAT_TLS_CERT and CHAT_TLS_KEY" })),
    // The modules of an isolate are read when it starts, unlike those of the program.
    ...(settings.workers > 1 && !Deno.build.standalone
      ? [{ path: surroundings.programRoot, write: false, setting: "CHAT_WORKERS" }]
      : []),
  ], surroundings);
  return settings;
}
