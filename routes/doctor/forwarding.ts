/**
 * Whether the server knows who its clients are behind a proxy.
 *
 * @module
 */
import { createClientReader } from "../accounts/address.ts";
import type { ProbeAnswer } from "../probe.ts";
import type { Settings } from "../server/settings.ts";
import { type Check, fault, type Finding, ok, warning } from "./check.ts";

const NAME = "proxy headers";
/** Of no client: RFC 5737. */
const NOBODY = "203.0.113.1";

/** X-Forwarded-For and -Proto arrive, and CHAT_TRUST_PROXY fits. */
export const forwardingCheck: Check = {
  name: NAME,
  async run({ settings, publicly }): Promise<readonly Finding[]> {
    const { publicUrl } = settings;
    const own = (await publicly)?.own ?? null;
    if (publicUrl === null || own === null || !isBehindProxy(settings, publicUrl, own)) return [];
    return [
      addressFinding(settings, own) ?? schemeFinding(publicUrl, own) ??
        ok(NAME, `The proxy at ${own.peer} tells who its clients are, and is trusted`),
    ];
  },
};

function isBehindProxy({ tls, port }: Settings, url: URL, own: ProbeAnswer): boolean {
  const publicPort = Number(url.port || (url.protocol === "https:" ? 443 : 80));
  return own.forwardedFor !== null || publicPort !== port || (url.protocol === "https:") !== (tls !== null);
}

function addressFinding({ trustProxy }: Settings, own: ProbeAnswer): Finding | null {
  if (own.forwardedFor === null) {
    return fault(
      NAME,
      "The proxy does not send X-Forwarded-For, so all people count as one address",
      "Have it set the header, in nginx by: proxy_set_header X-Forwarded-For $remote_addr;",
    );
  }
  const trusts = createClientReader(trustProxy).read(own.peer, new Headers({ "x-forwarded-for": NOBODY }));
  if (trusts.address === NOBODY) return null;
  return fault(
    NAME,
    `The proxy at ${own.peer} is not trusted, so all people count as one address`,
    `Set CHAT_TRUST_PROXY to ${[...trustProxy, own.peer].join(",")}`,
  );
}

function schemeFinding(url: URL, { forwardedProto: scheme }: ProbeAnswer): Finding | null {
  if (url.protocol !== "https:" || scheme === "https") return null;
  return warning(
    NAME,
    `The proxy speaks https and tells ${
      scheme === null ? "no scheme" : `the scheme ${JSON.stringify(scheme)}`
    }`,
    "Have it set the header, in nginx by: proxy_set_header X-Forwarded-Proto $scheme;",
  );
}
