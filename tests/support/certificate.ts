/**
 * Certificates that nobody signed but themselves, for a server that speaks TLS.
 *
 * @module
 */
import { generate } from "selfsigned";
import type { TlsTexts } from "../../routes/server/tls.ts";

/** Makes a certificate of this machine and its key, valid from `from` for a day; a name tells it from others. */
export async function selfSigned(name: string, from: Date = new Date()): Promise<TlsTexts> {
  const { cert, private: key } = await generate([{ name: "commonName", value: name }], {
    keyType: "ec",
    algorithm: "sha256", // clients refuse the default, SHA-1
    notBeforeDate: from,
    notAfterDate: new Date(from.getTime() + 86_400_000),
    extensions: [{ name: "subjectAltName", altNames: [{ type: 7, ip: "127.0.0.1" }] }],
  });
  return { cert, key };
}
