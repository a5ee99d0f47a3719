/**
 * Whether sockets can be opened through CHAT_PUBLIC_URL.
 *
 * @module
 */
import { randomBytes } from "node:crypto";
import { askProbe, PROBE_HEADER } from "../probe_proof.ts";
import { type Check, fault, type Finding, isOurs, ok, reasonOf } from "./check.ts";
import { rawRequest } from "./raw_request.ts";

const NAME = "WebSocket";
const ANSWER_MS = 5_000;
/** Nobody is let in, and how that is said depends on the mode. */
const ARRIVED: ReadonlySet<number> = new Set([101, 400, 401]);
/** nginx's lines; Caddy needs none. */
const LINES = "proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; " +
  'proxy_set_header Connection "upgrade";';

/** Asks for a socket as nobody who has the secret: such a one is told when the headers of an upgrade are missing. */
export const webSocketCheck: Check = {
  name: NAME,
  async run({ settings, publicly, secrets, clock }): Promise<readonly Finding[]> {
    const { publicUrl } = settings;
    if (publicUrl === null || !isOurs(await publicly)) return [];
    const advice = `Have the proxy pass on the headers of an upgrade, in nginx by: ${LINES}`;
    try {
      const { status } = await rawRequest({
        url: new URL("/ws", publicUrl),
        headers: {
          [PROBE_HEADER]: askProbe(secrets?.[0] ?? "", clock.now()),
          connection: "Upgrade",
          upgrade: "websocket",
          "sec-websocket-version": "13",
          "sec-websocket-key": randomBytes(16).toString("base64"),
        },
        timeoutMs: ANSWER_MS,
      });
      if (status === 426) {
        return [
          fault(NAME, "The proxy drops the headers Upgrade and Connection, so nobody can chat", advice),
        ];
      }
      if (ARRIVED.has(status)) {
        return [ok(NAME, `A handshake through ${publicUrl.origin} arrives whole`)];
      }
      return [fault(NAME, `A handshake through ${publicUrl.origin} is answered with ${status}`, advice)];
    } catch (error) {
      return [
        fault(NAME, `A handshake through ${publicUrl.origin} is not answered: ${reasonOf(error)}`, advice),
      ];
    }
  },
};
