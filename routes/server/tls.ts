/**
 * Reads the certificate and key of a listener that speaks TLS itself.
 *
 * @module
 */
import { createPrivateKey, X509Certificate } from "node:crypto";
import { SettingsError } from "./settings_error.ts";

/** PEM texts. */
export interface TlsTexts {
  readonly cert: string;
  readonly key: string;
}

/** Where they are. */
export interface TlsPaths {
  readonly cert: string;
  readonly key: string;
}

/** The PEM texts behind the two settings, or null. Throws {@link SettingsError} when a file cannot be read. */
export async function readTls(paths: TlsPaths | null): Promise<TlsTexts | null> {
  if (paths === null) return null;
  return { cert: await readPem("CHAT_TLS_CERT", paths.cert), key: await readPem("CHAT_TLS_KEY", paths.key) };
}

/** Why a certificate cannot take the place of another now, for a log line; null: it can. */
export function tlsFault({ cert, key }: TlsTexts, now: number): string | null {
  let certificate: X509Certificate;
  try {
    certificate = new X509Certificate(cert);
    if (!certificate.checkPrivateKey(createPrivateKey(key))) return "the key is that of another certificate";
  } catch (error) {
    return `the files cannot be read as a certificate and its key: ${
      error instanceof Error ? error.message : String(error)
    }`;
  }
  return Date.parse(certificate.validTo) < now ? `the certificate ended on ${certificate.validTo}` : null;
}

async function readPem(setting: string, path: string): Promise<string> {
  const text = await Deno.readTextFile(path).catch(() => "");
  if (text.includes("-----BEGIN ")) return text;
  throw new SettingsError(
    `Cannot start: ${setting} cannot be ${JSON.stringify(path)}, allowed: a readable PEM file`,
  );
}
