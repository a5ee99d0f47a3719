/**
 * What the addresses of the databases have in common.
 *
 * @module
 */
import { isIP } from "node:net";
import type { Backend } from "./setting_rows.ts";
import { SettingsError } from "./settings_error.ts";
import type { Found } from "./sources.ts";

/** Whether a text can be a host: a name, or an address without brackets. */
export function isHost(text: string): boolean {
  return isIP(text) !== 0 || /^[a-z0-9_]([a-z0-9_.-]{0,251}[a-z0-9_])?\.?$/i.test(text);
}

/** The host of an address, without the brackets of IPv6 and decoded; null when it is none. */
export function hostOf(url: URL): string | null {
  const host = decoded(url.hostname.replace(/^\[(.*)\]$/, "$1"));
  return host !== null && isHost(host) ? host : null;
}

/** A percent-encoded text, or null when it is not. */
export function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}

/** A port from 1 to 65535 in decimal digits, or null. */
export function portOf(text: string): number | null {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  return port >= 1 && port <= 65_535 ? port : null;
}

/** The refusal of an address. Never with its text: it may hold a password. */
export function cannotUse({ name, env }: Backend, found: Found, allowed: string): SettingsError {
  return new SettingsError(
    `Cannot start: ${name} (${env}) cannot be used (from ${found.source}), allowed: ${allowed}`,
  );
}
