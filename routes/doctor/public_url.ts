/**
 * Whether people who open CHAT_PUBLIC_URL reach this server.
 *
 * @module
 */
import { type Check, fault, type Finding, isOurs, ok, warning } from "./check.ts";

const NAME = "public URL";

/** Resolves, is encrypted soundly, leads here. */
export const publicUrlCheck: Check = {
  name: NAME,
  async run({ settings, publicly, server, secrets }): Promise<readonly Finding[]> {
    const { publicUrl, mode, loopback } = settings;
    if (publicUrl === null) {
      return [
        mode === "release" && !loopback && settings.tls === null
          ? warning(
            NAME,
            "CHAT_PUBLIC_URL is not set, and people would speak plain http",
            "Set it to the https address of a proxy, or set CHAT_TLS_CERT and CHAT_TLS_KEY",
          )
          : ok(NAME, "CHAT_PUBLIC_URL is not set: addresses are taken from each request"),
      ];
    }
    const [seen, here] = [await publicly, await server];
    const isRunning = isOurs(here);
    const failure = seen?.failure ?? null;
    if (failure !== null) return [unanswered(publicUrl, { failure, isRunning })];
    if (isOurs(seen)) return [ok(NAME, `${publicUrl.origin} leads to this server`)];
    if (!isRunning || secrets === null) {
      return [ok(NAME, `${publicUrl.origin} answers; whether it leads here is seen while the server runs`)];
    }
    const status = seen?.status ?? 0;
    if (status === 502 || status === 503 || status === 504) {
      return [
        fault(
          NAME,
          `The proxy at ${publicUrl.origin} does not reach this server (it answers ${status})`,
          `Have it pass requests on to port ${settings.port} of this machine`,
        ),
      ];
    }
    return [
      fault(
        NAME,
        `${publicUrl.origin} leads to another server (it answers ${status})`,
        "Look at the name in CHAT_PUBLIC_URL, its DNS entry, and where its proxy passes requests on to",
      ),
    ];
  },
};

function unanswered(
  url: URL,
  { failure, isRunning }: { readonly failure: string; readonly isRunning: boolean },
): Finding {
  if (/certificate|self.signed|UnknownIssuer|expired/i.test(failure)) {
    return fault(NAME, `Browsers refuse the certificate of ${url.origin}: ${failure}`, "Renew or replace it");
  }
  if (/lookup|resolve|ENOTFOUND|EAI_AGAIN|getaddrinfo/i.test(failure)) {
    return fault(
      NAME,
      `${url.hostname} has no address: ${failure}`,
      "Add a DNS entry that leads to this machine",
    );
  }
  const seen = `${url.origin} does not answer: ${failure}`;
  return isRunning
    ? fault(NAME, seen, "Start the proxy, and open its port in the firewall")
    : warning(NAME, seen, "Start the server and its proxy, and look again");
}
