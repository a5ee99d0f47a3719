/**
 * A WebSocket over TLS that trusts every certificate and tells which one it met.
 *
 * @module
 */
import { once } from "node:events";
import { connect, type TLSSocket } from "node:tls";

/** How long a handshake, or a close, may take, in ms. */
const WITHIN_MS = 20_000;
/** A frame that says why the socket is closed, RFC 6455 §5.5.1. */
const CLOSE_OPCODE = 0x88;

/** Answers the name on the certificate of whoever listens at the port. */
export async function certificateAt(port: number): Promise<string> {
  using socket = await connected(port);
  return socket.name;
}

/** Opens `/ws` at the port, and reads nothing but the close. */
export async function openTlsSocket(port: number, query: string): Promise<TlsClient> {
  const client = await connected(port);
  client.write([
    `GET /ws?${query} HTTP/1.1`,
    `Host: 127.0.0.1:${port}`,
    "Connection: Upgrade",
    "Upgrade: websocket",
    "Sec-WebSocket-Version: 13",
    `Sec-WebSocket-Key: ${btoa("sixteen letters.")}`,
    "\r\n",
  ].join("\r\n"));
  await client.until((bytes) => bytes.toString("latin1").startsWith("HTTP/1.1 101"), "the upgrade");
  return client;
}

async function connected(port: number): Promise<TlsClient> {
  const socket = connect({ host: "127.0.0.1", port, rejectUnauthorized: false });
  socket.setTimeout(WITHIN_MS, () => socket.destroy(new Error(`Nobody speaks TLS at port ${port}`)));
  await once(socket, "secureConnect");
  return new TlsClient(socket);
}

/** One connection. */
export class TlsClient implements Disposable {
  readonly name: string;
  readonly #socket: TLSSocket;
  #bytes = Buffer.alloc(0);
  #heard = Promise.withResolvers<void>();

  constructor(socket: TLSSocket) {
    this.#socket = socket;
    this.name = String(socket.getPeerCertificate().subject.CN);
    const hear = (): void => {
      this.#heard.resolve();
      this.#heard = Promise.withResolvers();
    };
    socket.on("data", (bytes: unknown) => {
      if (!(bytes instanceof Uint8Array)) return;
      this.#bytes = Buffer.concat([this.#bytes, bytes]);
      hear();
    });
    socket.on("close", hear);
    socket.on("error", hear);
  }

  write(text: string): void {
    this.#socket.write(text);
  }

  /** Resolves with the code that the socket is closed with. */
  async closeCode(): Promise<number> {
    const at = (): number => this.#bytes.lastIndexOf(CLOSE_OPCODE);
    const hasCode = (bytes: Buffer): boolean => at() >= 0 && at() + 4 <= bytes.length;
    await this.until(hasCode, "a close");
    return this.#bytes.readUInt16BE(at() + 2);
  }

  /** Resolves once what came fulfils the condition. Rejects when the connection ends before. */
  async until(isThere: (bytes: Buffer) => boolean, what: string): Promise<void> {
    const late = AbortSignal.timeout(WITHIN_MS);
    while (!isThere(this.#bytes)) {
      if (this.#socket.destroyed || late.aborted) throw new Error(`Waited for ${what} in vain`);
      await this.#heard.promise;
    }
  }

  [Symbol.dispose](): void {
    this.#socket.destroy();
  }
}
