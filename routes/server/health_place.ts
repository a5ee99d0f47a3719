/**
 * Where the server of some settings would answer; touches nothing but the configuration.
 *
 * @module
 */
import { requireAccess } from "./access.ts";
import { readConfig } from "./config_file.ts";
import type { GivenFlags, Surroundings } from "./given_settings.ts";
import { readSettings } from "./settings.ts";

/** Reads it. Throws {@link SettingsError}. */
export async function healthPlace(
  { flags, config, dev }: GivenFlags,
  surroundings: Surroundings,
): Promise<{ readonly host: string; readonly port: number; readonly tls: boolean }> {
  if (config !== undefined) {
    requireAccess([{ path: config, write: false, setting: "--config" }], surroundings);
  }
  const settings = readSettings({ flags, env: surroundings.env, ini: await readConfig(config), dev });
  return { host: settings.host, port: settings.port, tls: settings.tls !== null };
}
