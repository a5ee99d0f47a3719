/**
 * Reads the certificate and key of a listener that speaks TLS itself.
 *
 * @module
 */
import { SettingsError } from "./settings_error.ts";

/** PEM texts. */
export interface TlsTexts {
  readonly cert: string;
  readonly key: string;
}

/** The PEM texts behind the two settings, or null. Throws {@link SettingsError} when a file cannot be read. */
export async function readTls(
  paths: { readonly cert: string; readonly key: string } | null,
): Promise<TlsTexts | null> {
  if (paths === null) return null;
  return { cert: await readPem("CHAT_TLS_CERT", paths.cert), key: await readPem("CHAT_TLS_KEY", paths.key) };
}

async function readPem(setting: string, path: string): Promise<string> {
  const text = await Deno.readTextFile(path).catch(() => "");
  if (text.includes("-----BEGIN ")) return text;
  throw new SettingsError(
    `Cannot start: ${setting} cannot be ${JSON.stringify(path)}, allowed: a readable PEM file`,
  );
}
