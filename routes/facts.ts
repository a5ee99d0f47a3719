/**
 * What is known of a request before anything is done for it.
 *
 * @module
 */
import type { Language } from "../realtime/errors.ts";
import { createClientReader } from "./accounts/address.ts";
import { type Destination, Origins } from "./accounts/origin.ts";
import type { AppSettings } from "./app_settings.ts";
import { preferredLanguage } from "./language.ts";

/** The facts of one request. */
export interface Facts extends Destination {
  readonly request: Request;
  readonly url: URL;
  /** The client's, past trusted proxies. */
  readonly address: string;
  /** The other end of the connection: the client or the last proxy. */
  readonly peer: string;
  readonly language: Language;
  /** The Origin header. */
  readonly origin: string | null;
  /** Names the request in logs and in the answer's `X-Request-Id`; a trusted proxy's own where it is well-formed. */
  readonly id: string;
}

/** Reads the facts of requests under one set of settings. */
export interface FactsReader {
  readonly origins: Origins;
  /** Throws TypeError when the address of the request is none. */
  read(request: Request, peer: string): Facts;
}

/** What may stand in a log line and a header: what proxies make, and nothing that could be a secret of some length. */
const REQUEST_ID = /^[\w.:+-]{1,64}$/;

function requestId(given: string | null): string {
  return given !== null && REQUEST_ID.test(given) ? given : crypto.randomUUID();
}

/** A reader under these settings. Throws RangeError on a trusted proxy that is no address. */
export function createFactsReader(settings: AppSettings): FactsReader {
  const clients = createClientReader(settings.trustProxy);
  const { tls, publicUrl } = settings;
  return {
    origins: new Origins(settings),
    read(request, peer): Facts {
      const { headers } = request;
      const url = new URL(request.url);
      const client = clients.read(peer, headers);
      const isSecure = tls || publicUrl?.protocol === "https:" || client.scheme === "https";
      return {
        request,
        url,
        scheme: isSecure ? "https" : "http",
        host: headers.get("host") ?? url.host,
        address: client.address,
        peer,
        language: preferredLanguage(headers.get("accept-language")),
        origin: headers.get("origin"),
        id: requestId(client.isByProxy ? headers.get("x-request-id") : null),
      };
    },
  };
}
