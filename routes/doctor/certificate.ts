/**
 * The certificate and key of a listener that speaks TLS itself.
 *
 * @module
 */
import { createPrivateKey, X509Certificate } from "node:crypto";
import { isIP } from "node:net";
import { readTls } from "../server/tls.ts";
import { type Check, fault, type Finding, ok, reasonOf, warning } from "./check.ts";

const NAME = "certificate";
const DAY_MS = 86_400_000;
const WARN_DAYS = 14;

/** Readable, a pair, valid for a while, and for the name people use. */
export const certificateCheck: Check = {
  name: NAME,
  async run({ settings, clock }): Promise<readonly Finding[]> {
    if (settings.tls === null) return [];
    const { cert: path } = settings.tls;
    let certificate: X509Certificate;
    try {
      const texts = await readTls(settings.tls);
      certificate = new X509Certificate(texts?.cert ?? "");
      if (!certificate.checkPrivateKey(createPrivateKey(texts?.key ?? ""))) {
        return [
          fault(NAME, "The key is not that of the certificate", "Give the two files that were made together"),
        ];
      }
    } catch (error) {
      return [
        fault(NAME, reasonOf(error), "Give CHAT_TLS_CERT and CHAT_TLS_KEY PEM files that this user can read"),
      ];
    }
    return [
      timeFinding(certificate, clock.now()) ?? nameFinding(certificate, settings.publicUrl) ??
        ok(NAME, `${path} is valid until ${new Date(certificate.validTo).toISOString().slice(0, 10)}`),
    ];
  },
};

function timeFinding(certificate: X509Certificate, now: number): Finding | null {
  const from = Date.parse(certificate.validFrom);
  const to = Date.parse(certificate.validTo);
  const advice = "Renew it, and start the server again";
  if (to <= now) {
    return fault(NAME, `The certificate expired on ${new Date(to).toISOString().slice(0, 10)}`, advice);
  }
  if (from > now) return fault(NAME, "The certificate is not valid yet", "Look at this machine's clock");
  const days = Math.floor((to - now) / DAY_MS);
  return days < WARN_DAYS ? warning(NAME, `The certificate is valid for ${days} days only`, advice) : null;
}

function nameFinding(certificate: X509Certificate, publicUrl: URL | null): Finding | null {
  if (publicUrl === null || publicUrl.protocol !== "https:") return null;
  const host = publicUrl.hostname.replace(/^\[(.*)\]$/, "$1");
  const matches = isIP(host) === 0 ? certificate.checkHost(host) : certificate.checkIP(host);
  if (matches !== undefined) return null;
  return fault(
    NAME,
    `The certificate is for ${certificate.subjectAltName ?? certificate.subject}, not for ${host}`,
    "Get one for the name in CHAT_PUBLIC_URL",
  );
}
