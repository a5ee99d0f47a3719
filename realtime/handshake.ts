/**
 * What a request for a WebSocket says, whichever transport opens it.
 *
 * @module
 */

/** The subprotocol of clients that confirm delivery themselves; a later version has a name of its own beside it. */
export const SUBPROTOCOL = "go-chat";
/** The version that {@link SUBPROTOCOL} stands for, and that clients without a subprotocol get. */
export const PROTOCOL_VERSION = 1;

/** The subprotocols a client offers. */
export function offeredProtocols(request: Request): readonly string[] {
  const header = request.headers.get("sec-websocket-protocol") ?? "";
  return header.split(",").map((one) => one.trim()).filter((one) => one !== "");
}

/** Whether a request asks for a WebSocket as RFC 6455 §4.2.1 says; the runtime looks at neither key nor version. */
export function isUpgrade({ method, headers }: Request): boolean {
  return method === "GET" && headers.get("upgrade")?.toLowerCase() === "websocket" &&
    headers.get("sec-websocket-version") === "13" && KEY.test(headers.get("sec-websocket-key") ?? "");
}

/** Sixteen bytes in Base64. */
const KEY = /^[A-Za-z0-9+/]{22}==$/;

/** The subprotocol that is agreed on; null: none, as the client offered none that is known here. */
export function agreedProtocol(request: Request): typeof SUBPROTOCOL | null {
  return offeredProtocols(request).includes(SUBPROTOCOL) ? SUBPROTOCOL : null;
}
