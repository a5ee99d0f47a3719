/**
 * The door of the hardened listener: what it makes of a request that asks its connection to become something else, and
 * which requests it answers itself.
 *
 * @module
 */
import { getLogger } from "@logtape/logtape";
import { Buffer } from "node:buffer";
import { type IncomingMessage, STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import type { Handshake, HardenedSockets } from "../../realtime/hardened/mod.ts";
import type { Peer } from "../mod.ts";
import type { ListenerOptions } from "./listener.ts";

const log = getLogger(["chat", "listener"]);

/** Whom a request without Host is for: this machine, as with the runtime's own. */
export const NO_HOST = "localhost";
/** An answer to somebody who asked for a socket and does not get one is to be taken within this, in ms. */
const REFUSAL_MS = 5_000;

/** Who is at the other end. */
export function peerOf({ socket }: IncomingMessage): Peer {
  return { remoteAddr: { hostname: socket.remoteAddress ?? "0.0.0.0" } };
}

/** Two hosts, or a version that has no heads: what stands in front may have read it otherwise. */
export function isAmbiguous({ rawHeaders, httpVersionMajor }: IncomingMessage): boolean {
  const hosts = rawHeaders.filter((name, at) => at % 2 === 0 && name.toLowerCase() === "host");
  return hosts.length > 1 || httpVersionMajor < 1;
}

/** A handshake has none: it would be read as frames. */
function hasBody({ headers }: IncomingMessage): boolean {
  return Number(headers["content-length"] ?? 0) !== 0 || headers["transfer-encoding"] !== undefined;
}

/** An answer without a word. */
export function refused(status: number): Response {
  return new Response(null, { status });
}

/** Answers requests that ask to become something else: those for a socket get one, all others an answer. */
export class Door {
  readonly #options: ListenerOptions;
  readonly #sockets: HardenedSockets;
  readonly #scheme: string;

  constructor(options: ListenerOptions, sockets: HardenedSockets, scheme: string) {
    this.#options = options;
    this.#sockets = sockets;
    this.#scheme = scheme;
  }

  open(handshake: Handshake): void {
    const { socket } = handshake;
    // A client that leaves is no fault of ours.
    socket.on("error", () => socket.destroy());
    this.#open(handshake).catch((error: unknown) => {
      log.error("A handshake failed: {error}", { error });
      socket.destroy();
    });
  }

  /** Answers without a word. */
  refuse(socket: Duplex, status: number): void {
    void this.#write(socket, refused(status));
  }

  async #open(handshake: Handshake): Promise<void> {
    const { incoming, socket } = handshake;
    const request = isAmbiguous(incoming) || hasBody(incoming) ? null : this.#request(incoming);
    if (request === null) return this.refuse(socket, 400);
    const answer = this.#options.fetch(request, peerOf(incoming));
    if (this.#sockets.complete(request, handshake)) return;
    this.#write(socket, await answer, incoming.method === "HEAD");
  }

  /** The request as the application knows it, without a body; null: it cannot be read. */
  #request({ url = "/", method = "GET", headers, rawHeaders }: IncomingMessage): Request | null {
    try {
      const pairs = Array.from({ length: rawHeaders.length / 2 }, (_, at): [string, string] => [
        rawHeaders[2 * at] ?? "",
        rawHeaders[2 * at + 1] ?? "",
      ]);
      const address = url.startsWith("/") ? `${this.#scheme}://${headers.host ?? NO_HOST}${url}` : url;
      return new Request(address, { method, headers: pairs });
    } catch {
      return null;
    }
  }

  async #write(socket: Duplex, response: Response, isHead: boolean = false): Promise<void> {
    const body = isHead ? new Uint8Array() : await response.bytes();
    const { headers, status } = response;
    headers.set("connection", "close");
    headers.set("content-length", `${body.byteLength}`);
    const lines = [`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ""}`];
    for (const [name, value] of headers) lines.push(`${name}: ${value}`);
    const timer = this.#options.clock.after(REFUSAL_MS, () => socket.destroy());
    socket.once("close", () => timer.cancel());
    const text = new TextEncoder().encode(`${lines.join("\r\n")}\r\n\r\n`);
    socket.end(Buffer.concat([text, body]));
  }
}
