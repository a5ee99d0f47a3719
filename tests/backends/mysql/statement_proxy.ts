/**
 * A proxy between a program and its MySQL that knows statements: it can end connections at a certain one.
 *
 * @module
 */
import type { MysqlPlace } from "../../../db/places.ts";

/**
 * What happens at the statement that is waited for, before its connection ends:
 *
 * - `before`: the server never sees it;
 * - `after`: the server does it, and its answer is lost.
 */
export type Cut = "before" | "after";

/** A proxy on a free port of 127.0.0.1. */
export class StatementProxy implements AsyncDisposable {
  /** Where to connect to, in place of the server. */
  readonly place: MysqlPlace;
  /** Connections that were ended so far. */
  cuts = 0;
  readonly #server: MysqlPlace;
  readonly #listener: Deno.TcpListener;
  readonly #open = new Set<Deno.TcpConn>();
  readonly #running: Promise<void>;
  #wanted: { readonly text: RegExp; readonly how: Cut; left: number } | null = null;

  constructor(server: MysqlPlace) {
    this.#server = server;
    this.#listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    this.place = { ...server, host: "127.0.0.1", port: this.#listener.addr.port };
    this.#running = this.#accept();
  }

  /** Ends the connection at the next `times` statements that have `text`. */
  cutAt(text: RegExp, how: Cut, times = 1): void {
    this.#wanted = { text, how, left: times };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    for (const one of this.#open) close(one);
    await this.#running;
  }

  async #accept(): Promise<void> {
    const links: Promise<void>[] = [];
    for await (const client of this.#listener) links.push(this.#link(client));
    await Promise.all(links);
  }

  async #link(client: Deno.TcpConn): Promise<void> {
    const server = await Deno.connect({ hostname: this.#server.host, port: this.#server.port });
    this.#open.add(client).add(server);
    const link = { client, server, losesAnswer: false };
    await Promise.all([this.#ask(link), this.#answer(link)]);
    this.#open.delete(client);
    this.#open.delete(server);
  }

  async #ask(link: Link): Promise<void> {
    for await (const bytes of chunks(link.client)) {
      const how = this.#cutOf(bytes);
      if (how === "before") break;
      if (how === "after") link.losesAnswer = true;
      if (!await writeAll(link.server, bytes)) break;
    }
    if (!link.losesAnswer) end(link);
  }

  async #answer(link: Link): Promise<void> {
    for await (const bytes of chunks(link.server)) {
      if (link.losesAnswer || !await writeAll(link.client, bytes)) break;
    }
    end(link);
  }

  /** What happens at these bytes. A batch comes in one piece, as it is sent in one. */
  #cutOf(bytes: Uint8Array): Cut | null {
    const wanted = this.#wanted;
    if (wanted === null || wanted.left === 0) return null;
    if (!wanted.text.test(new TextDecoder("latin1").decode(bytes))) return null;
    wanted.left--;
    this.cuts++;
    return wanted.how;
  }
}

interface Link {
  readonly client: Deno.TcpConn;
  readonly server: Deno.TcpConn;
  losesAnswer: boolean;
}

async function* chunks(connection: Deno.TcpConn): AsyncGenerator<Uint8Array> {
  const buffer = new Uint8Array(1 << 20);
  for (;;) {
    const count = await connection.read(buffer).catch(() => null);
    if (count === null) return;
    yield buffer.slice(0, count);
  }
}

async function writeAll(connection: Deno.TcpConn, bytes: Uint8Array): Promise<boolean> {
  try {
    for (let written = 0; written < bytes.length;) written += await connection.write(bytes.subarray(written));
    return true;
  } catch {
    return false;
  }
}

function end({ client, server }: Link): void {
  close(client);
  close(server);
}

function close(connection: Deno.TcpConn): void {
  try {
    connection.close();
  } catch {
    // It is closed already.
  }
}
