/**
 * A WebSocket client without manners: writes any bytes, and need not read.
 *
 * @module
 */

/** The opcodes of RFC 6455 §5.2 that tests use. */
export const OPCODE = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

/** A handshake that is as it should be. */
export const HANDSHAKE = {
  upgrade: "websocket",
  connection: "Upgrade",
  "sec-websocket-key": "AAAAAAAAAAAAAAAAAAAAAA==",
  "sec-websocket-version": "13",
} as const;

/** A frame as it came. */
export interface RawFrame {
  readonly opcode: number;
  readonly payload: Uint8Array;
}

/** A TCP connection, inside TLS where the address is https, that may have asked for an upgrade. */
export class RawSocket implements AsyncDisposable {
  readonly #tcp: Deno.TcpConn | Deno.TlsConn;
  /** Read from the network and not looked at yet. */
  #rest: Uint8Array = new Uint8Array();

  private constructor(tcp: Deno.TcpConn | Deno.TlsConn) {
    this.#tcp = tcp;
  }

  /** Connects, and sends nothing. For https: `caCerts` are the certificates that are trusted. */
  static async dial(base: URL, caCerts: readonly string[] = []): Promise<RawSocket> {
    const where = { hostname: base.hostname, port: Number(base.port) };
    if (base.protocol === "http:") return new RawSocket(await Deno.connect(where));
    const tls = await Deno.connectTls({ ...where, caCerts: [...caCerts] });
    await tls.handshake();
    return new RawSocket(tls);
  }

  /** Connects and sends the handshake, without waiting for its answer. */
  static async connect(
    base: URL,
    path: string,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<RawSocket> {
    const socket = await RawSocket.dial(base);
    await socket.ask(base, path, headers);
    return socket;
  }

  /** Connects and reads until the upgrade is answered with 101. */
  static async upgrade(
    base: URL,
    path: string,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<RawSocket> {
    const socket = await RawSocket.connect(base, path, headers);
    await socket.upgraded();
    return socket;
  }

  /** Sends the handshake, without waiting for its answer. */
  async ask(base: URL, path: string, headers: Readonly<Record<string, string>> = {}): Promise<void> {
    const lines = Object.entries({ ...HANDSHAKE, ...headers }).map(([name, value]) =>
      `${name}: ${value}\r\n`
    );
    await this.write(`GET ${path} HTTP/1.1\r\nHost: ${base.host}\r\n${lines.join("")}\r\n`);
  }

  /** Reads the answer to a handshake; rejects unless it is 101. */
  async upgraded(): Promise<void> {
    let head = "";
    while (!head.includes("\r\n\r\n")) {
      const next = await this.#take(1);
      if (next === null) break;
      head += String.fromCharCode(...next);
    }
    if (!head.startsWith("HTTP/1.1 101")) throw new Error(`The upgrade was answered: ${head.slice(0, 80)}`);
  }

  /** Writes text or bytes as they are. */
  async write(what: string | Uint8Array): Promise<void> {
    let bytes = typeof what === "string" ? new TextEncoder().encode(what) : what;
    while (bytes.length > 0) bytes = bytes.subarray(await this.#tcp.write(bytes));
  }

  /** Writes one frame, masked with zeros. */
  async frame(opcode: number, payload: string | Uint8Array, fin: boolean = true): Promise<void> {
    const body = typeof payload === "string" ? new TextEncoder().encode(payload) : payload;
    await this.announce(opcode, body.length, fin);
    await this.write(body);
  }

  /** Writes the head of a frame whose payload of `length` bytes follows, or not. */
  async announce(opcode: number, length: number, fin: boolean = true): Promise<void> {
    const head = [(fin ? 0x80 : 0) | opcode];
    if (length < 126) head.push(0x80 | length);
    else if (length < 65_536) head.push(0x80 | 126, length >> 8, length & 255);
    else head.push(0x80 | 127, 0, 0, 0, 0, ...[24, 16, 8, 0].map((shift) => (length >> shift) & 255));
    await this.write(new Uint8Array([...head, 0, 0, 0, 0]));
  }

  /** Sends a frame of the chat. */
  async send(frame: object): Promise<void> {
    await this.frame(OPCODE.text, JSON.stringify(frame));
  }

  /** What comes next, as text; empty at the end. */
  async read(atMost: number = 65_536): Promise<string> {
    const { length } = this.#rest;
    const bytes = length > 0 ? await this.#take(Math.min(length, atMost)) : await this.#more(atMost);
    return bytes === null ? "" : new TextDecoder().decode(bytes);
  }

  /** The frames as they come, until the connection ends. */
  async *frames(): AsyncGenerator<RawFrame> {
    for (let head = await this.#take(2); head !== null; head = await this.#take(2)) {
      const [first = 0, second = 0] = head;
      const short = second & 127;
      const longer = short < 126 ? new Uint8Array() : await this.#take(short === 126 ? 2 : 8);
      if (longer === null) return;
      const size = longer.reduce((sum, byte) => sum * 256 + byte, short < 126 ? short : 0);
      const payload = await this.#take(size);
      if (payload === null) return;
      yield { opcode: first & 15, payload };
    }
  }

  /**
   * The code of the close frame that comes next, or 1006 when the connection ends without one. Frames before it
   * are read over.
   */
  async closeCode(): Promise<number> {
    for await (const { opcode, payload } of this.frames()) {
      if (opcode !== OPCODE.close) continue;
      const [high, low] = payload;
      return high === undefined || low === undefined ? 1005 : high * 256 + low;
    }
    return 1006;
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

  /** Exactly so many bytes; null when the connection ends before. */
  async #take(size: number): Promise<Uint8Array | null> {
    const parts: Uint8Array[] = [];
    let left = size;
    while (left > this.#rest.length) {
      parts.push(this.#rest);
      left -= this.#rest.length;
      this.#rest = new Uint8Array();
      const more = await this.#more();
      if (more === null) return null;
      this.#rest = more;
    }
    parts.push(this.#rest.subarray(0, left));
    this.#rest = this.#rest.subarray(left);
    const taken = new Uint8Array(size);
    let at = 0;
    for (const part of parts) {
      taken.set(part, at);
      at += part.length;
    }
    return taken;
  }

  async #more(atMost: number = 65_536): Promise<Uint8Array | null> {
    const buffer = new Uint8Array(atMost);
    const count = await this.#tcp.read(buffer).catch(() => null);
    return count === null ? null : buffer.subarray(0, count);
  }
}
