/**
 * A WebSocket client without manners: writes any bytes, and need not read.
 *
 * @module
 */

/** The opcodes of RFC 6455 §5.2 that tests use. */
export const OPCODE = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9 } as const;

/** A TCP connection that asked for an upgrade. */
export class RawSocket implements AsyncDisposable {
  readonly #tcp: Deno.TcpConn;

  private constructor(tcp: Deno.TcpConn) {
    this.#tcp = tcp;
  }

  /** Connects and sends the handshake, without waiting for its answer. */
  static async connect(base: URL, path: string): Promise<RawSocket> {
    const tcp = await Deno.connect({ hostname: base.hostname, port: Number(base.port) });
    const socket = new RawSocket(tcp);
    await socket.write(
      `GET ${path} HTTP/1.1\r\nHost: ${base.host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
        "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n",
    );
    return socket;
  }

  /** Connects and reads until the upgrade is answered with 101. */
  static async upgrade(base: URL, path: string): Promise<RawSocket> {
    const socket = await RawSocket.connect(base, path);
    const answer = await socket.read();
    if (!answer.startsWith("HTTP/1.1 101")) {
      throw new Error(`The upgrade was answered: ${answer.slice(0, 80)}`);
    }
    return socket;
  }

  /** Writes text or bytes as they are. */
  async write(what: string | Uint8Array): Promise<void> {
    let bytes = typeof what === "string" ? new TextEncoder().encode(what) : what;
    while (bytes.length > 0) bytes = bytes.subarray(await this.#tcp.write(bytes));
  }

  /** Writes one frame, masked with zeros. */
  async frame(opcode: number, payload: string | Uint8Array, fin: boolean = true): Promise<void> {
    const body = typeof payload === "string" ? new TextEncoder().encode(payload) : payload;
    const head = [(fin ? 0x80 : 0) | opcode];
    if (body.length < 126) head.push(0x80 | body.length);
    else if (body.length < 65_536) head.push(0x80 | 126, body.length >> 8, body.length & 255);
    else head.push(0x80 | 127, 0, 0, 0, 0, ...[24, 16, 8, 0].map((shift) => (body.length >> shift) & 255));
    await this.write(new Uint8Array([...head, 0, 0, 0, 0]));
    await this.write(body);
  }

  /** What comes next, as text; empty at the end. */
  async read(): Promise<string> {
    const buffer = new Uint8Array(65_536);
    const count = await this.#tcp.read(buffer).catch(() => null);
    return count === null ? "" : new TextDecoder().decode(buffer.subarray(0, count));
  }

  /**
   * The code of the close frame that comes next, or 1006 when the connection ends without one. Frames before it
   * are read over.
   */
  async closeCode(): Promise<number> {
    let bytes = new Uint8Array();
    const buffer = new Uint8Array(65_536);
    for (;;) {
      const length = (bytes[1] ?? 0) & 127;
      const head = length === 127 ? 10 : length === 126 ? 4 : 2;
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      if (bytes.length >= head) {
        const size = length === 127 ? view.getUint32(6) : length === 126 ? view.getUint16(2) : length;
        if (bytes.length >= head + size) {
          if (((bytes[0] ?? 0) & 15) === OPCODE.close) return size >= 2 ? view.getUint16(head) : 1005;
          bytes = bytes.slice(head + size);
          continue;
        }
      }
      const count = await this.#tcp.read(buffer).catch(() => null);
      if (count === null) return 1006;
      bytes = new Uint8Array([...bytes, ...buffer.subarray(0, count)]);
    }
  }

  /** Ends our half of the connection, and keeps the other. */
  async half(): Promise<void> {
    await this.#tcp.closeWrite();
  }

  /** Reads until the other side ends the connection. */
  async drained(): Promise<void> {
    while (await this.read() !== "");
  }

  [Symbol.asyncDispose](): Promise<void> {
    try {
      this.#tcp.close();
    } catch {
      // It was closed by the test.
    }
    return Promise.resolve();
  }
}
