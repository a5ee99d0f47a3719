/**
 * An HTTP proxy that does to headers what badly configured ones do.
 *
 * @module
 */

/** What it does. */
export interface HeaderProxyOptions {
  /** Drops the headers of an upgrade, as nginx does without a word to the contrary. */
  readonly dropsUpgrade?: boolean;
  /** Does not say who the client is. */
  readonly hidesClient?: boolean;
  /** Its clock less the right time, in ms. */
  readonly clockOffMs?: number;
}

/** A proxy on a free port of 127.0.0.1; each connection carries one request. */
export class HeaderProxy implements AsyncDisposable {
  readonly url: URL;
  /** Where requests go; to be set before the first. */
  port = 0;
  readonly #options: HeaderProxyOptions;
  readonly #listener: Deno.TcpListener;
  readonly #running: Promise<void>;

  private constructor(options: HeaderProxyOptions) {
    this.#options = options;
    this.#listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    this.url = new URL(`http://127.0.0.1:${this.#listener.addr.port}/`);
    this.#running = this.#accept();
  }

  /** Listens. */
  static start(options: HeaderProxyOptions = {}): HeaderProxy {
    return new HeaderProxy(options);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    await this.#running;
  }

  async #accept(): Promise<void> {
    const passing = new Set<Promise<void>>();
    for await (const near of this.#listener) {
      const passed = this.#pass(near).catch(() => {}).finally(() => passing.delete(passed));
      passing.add(passed);
    }
    await Promise.all(passing);
  }

  async #pass(near: Deno.TcpConn): Promise<void> {
    using client = near;
    const asked = await readHead(client);
    using server = await Deno.connect({ hostname: "127.0.0.1", port: this.port });
    await writeAll(server, this.#asked(asked, client.remoteAddr.hostname));
    const answered = await readHead(server);
    await writeAll(client, this.#answered(answered));
    // Past a handshake nobody here sends anything: whoever asked closes.
    const back = pour(server, client);
    await pour(client, server);
    server.closeWrite().catch(() => {});
    await back;
  }

  #asked(head: string, client: string): string {
    const { dropsUpgrade = false, hidesClient = false } = this.#options;
    const lines = head.split("\r\n").slice(0, -2).filter((line) =>
      !dropsUpgrade || !/^(upgrade|connection):/i.test(line)
    );
    if (!hidesClient) lines.push(`x-forwarded-for: ${client}`, "x-forwarded-proto: http");
    return `${lines.join("\r\n")}\r\n\r\n`;
  }

  #answered(text: string): string {
    const { clockOffMs = 0 } = this.#options;
    if (clockOffMs === 0) return text;
    return text.replace(/^date: .*$/im, `date: ${new Date(Date.now() + clockOffMs).toUTCString()}`);
  }
}

/** Up to the end of the head, and what came with it. */
async function readHead(conn: Deno.TcpConn): Promise<string> {
  let text = "";
  const buffer = new Uint8Array(16_384);
  while (!text.includes("\r\n\r\n")) {
    const length = await conn.read(buffer);
    if (length === null) throw new Error("It ended within the head");
    text += new TextDecoder("latin1").decode(buffer.subarray(0, length));
  }
  return text;
}

async function writeAll(conn: Deno.TcpConn, text: string): Promise<void> {
  const bytes = new TextEncoder().encode(text);
  for (let at = 0; at < bytes.length;) at += await conn.write(bytes.subarray(at));
}

async function pour(from: Deno.TcpConn, to: Deno.TcpConn): Promise<void> {
  const buffer = new Uint8Array(16_384);
  try {
    for (let length = await from.read(buffer); length !== null; length = await from.read(buffer)) {
      for (let at = 0; at < length;) at += await to.write(buffer.subarray(at, length));
    }
  } catch {
    // One side closed, and so does the other.
  }
}
