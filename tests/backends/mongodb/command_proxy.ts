/**
 * A proxy between a program and its MongoDB that knows commands: it can end the program's connections at a certain
 * write, as a program ends between two steps.
 *
 * @module
 */

import { type Command, commandOf } from "./wire.ts";

/**
 * What happens at the write that is waited for, before every connection ends and no new one is taken:
 *
 * - `before`: the server never sees it;
 * - `after`: the server does it, and its answer is lost;
 * - `late`: the server sees it when {@link CommandProxy.deliver} is called, long after whoever sent it has gone.
 */
export type Cut = "before" | "after" | "late";

/** Commands that change something. */
const WRITES = new Set(["insert", "update", "delete", "findAndModify"]);
/** The program's own notes, which are no step of any write. */
const NOTES = "fact";

const HEADER_BYTES = 16;
/** A proxy on a free port of 127.0.0.1. */
export class CommandProxy implements AsyncDisposable {
  /** The address to connect to, in place of the server's. */
  readonly url: string;
  /** Writes that were seen since {@link cutAt}. */
  writes = 0;
  /** The names of their commands and collections. */
  readonly seen: string[] = [];
  /** Everything that was asked, since it was emptied last. */
  readonly commands: Command[] = [];
  readonly #listener: Deno.TcpListener;
  readonly #server: { readonly hostname: string; readonly port: number };
  readonly #open = new Set<Deno.TcpConn>();
  readonly #running: Promise<void>;
  #cut: { readonly at: number; readonly how: Cut } | null = null;
  #isCut = false;
  #held: Held | null = null;

  constructor(url: string) {
    const { hostname, port } = new URL(url.replace(/^mongodb:/, "http:"));
    this.#server = { hostname, port: Number(port) };
    this.#listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const direct = new URL(url.replace(/^mongodb:/, "http:"));
    direct.host = `127.0.0.1:${this.#listener.addr.port}`;
    direct.searchParams.set("directConnection", "true");
    this.url = direct.href.replace(/^http:/, "mongodb:");
    this.#running = this.#accept();
  }

  /** Whether the write that was waited for came. */
  get isCut(): boolean {
    return this.#isCut;
  }

  /** Counts writes from now on, and cuts at the `at`th, the first being 1. */
  cutAt(at: number, how: Cut): void {
    this.writes = 0;
    this.seen.length = 0;
    this.#cut = { at, how };
  }

  /** Sends the server the write that was held, and resolves when it was done. */
  async deliver(): Promise<void> {
    if (this.#held === null) throw new Error("Cannot deliver a write: none is held");
    const { message, server, answered } = this.#held;
    await writeAll(server, message);
    await answered.promise;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    if (this.#held !== null) close(this.#held.server);
    for (const one of this.#open) close(one);
    await this.#running;
  }

  async #accept(): Promise<void> {
    const links: Promise<void>[] = [];
    for await (const client of this.#listener) {
      if (this.#isCut) close(client);
      else links.push(this.#link(client));
    }
    await Promise.all(links);
  }

  async #link(client: Deno.TcpConn): Promise<void> {
    const server = await Deno.connect(this.#server);
    this.#open.add(client).add(server);
    const link: Link = { client, server, losesAnswer: false };
    await Promise.all([this.#ask(link), this.#answer(link)]);
  }

  async #ask(link: Link): Promise<void> {
    for (;;) {
      const message = await readMessage(link.client);
      if (message === null) break;
      if (this.#isTurn(message)) {
        if (this.#cut?.how === "after") link.losesAnswer = true;
        else {
          if (this.#cut?.how === "late") this.#hold(message, link.server);
          return this.#end();
        }
      }
      if (!await writeAll(link.server, message)) break;
    }
    if (!link.losesAnswer && this.#held?.server !== link.server) close(link.server);
  }

  async #answer(link: Link): Promise<void> {
    for (;;) {
      const message = await readMessage(link.server);
      if (message === null) break;
      if (this.#held?.server === link.server) return this.#held.answered.resolve();
      if (link.losesAnswer) return this.#end();
      if (!await writeAll(link.client, message)) break;
    }
    close(link.client);
  }

  #isTurn(message: Uint8Array): boolean {
    const command = commandOf(message);
    if (command === null || command.collection === NOTES) return false;
    this.commands.push(command);
    if (!WRITES.has(command.name) || this.#cut === null || this.#isCut) return false;
    this.seen.push(`${command.name} ${command.collection}`);
    return ++this.writes === this.#cut.at;
  }

  /** Keeps the connection to the server, over which the write will come as if it had been on its way all the time. */
  #hold(message: Uint8Array<ArrayBuffer>, server: Deno.TcpConn): void {
    this.#open.delete(server);
    this.#held = { message, server, answered: Promise.withResolvers() };
  }

  #end(): void {
    this.#isCut = true;
    for (const one of this.#open) close(one);
  }
}

interface Held {
  readonly message: Uint8Array<ArrayBuffer>;
  readonly server: Deno.TcpConn;
  readonly answered: PromiseWithResolvers<void>;
}

interface Link {
  readonly client: Deno.TcpConn;
  readonly server: Deno.TcpConn;
  losesAnswer: boolean;
}

/** The next message; null at the end. */
async function readMessage(from: Deno.TcpConn): Promise<Uint8Array<ArrayBuffer> | null> {
  const header = await readFull(from, new Uint8Array(HEADER_BYTES));
  if (header === null) return null;
  const message = new Uint8Array(new DataView(header.buffer).getInt32(0, true));
  message.set(header);
  return await readFull(from, message.subarray(HEADER_BYTES)) === null ? null : message;
}

async function readFull(
  from: Deno.TcpConn,
  bytes: Uint8Array<ArrayBuffer>,
): Promise<Uint8Array<ArrayBuffer> | null> {
  for (let filled = 0; filled < bytes.length;) {
    const count = await from.read(bytes.subarray(filled)).catch(() => null);
    if (count === null) return null;
    filled += count;
  }
  return bytes;
}

async function writeAll(to: Deno.TcpConn, bytes: Uint8Array): Promise<boolean> {
  try {
    for (let written = 0; written < bytes.length;) written += await to.write(bytes.subarray(written));
    return true;
  } catch {
    return false;
  }
}

function close(connection: Deno.TcpConn): void {
  try {
    connection.close();
  } catch {
    // It was closed from the other side already.
  }
}
