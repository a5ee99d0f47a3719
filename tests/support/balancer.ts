/**
 * A small balancer for trying several instances on one machine: whole TCP connections, round robin, and past whoever
 * does not answer. No machine should be reached through it.
 *
 * @module
 */

/** Where connections are handed on to. */
export interface Target {
  readonly hostname: string;
  readonly port: number;
}

/** What is read at once; nothing else waits here, so a slow side slows the other. */
const PIECE_BYTES = 64 * 1024;

/** Takes connections on one port and hands each to the next of its targets. Disposing it ends all of them. */
export class Balancer implements AsyncDisposable {
  readonly port: number;
  readonly #listener: Deno.TcpListener;
  readonly #targets: () => readonly Target[];
  readonly #open = new Set<Deno.TcpConn>();
  readonly #accepting: Promise<void>;
  #next = 0;

  private constructor(listener: Deno.TcpListener, targets: () => readonly Target[]) {
    this.#listener = listener;
    this.#targets = targets;
    this.port = listener.addr.port;
    this.#accepting = this.#accept();
  }

  /** Listens; `targets` is asked for each connection. */
  static listen(place: Target, targets: () => readonly Target[]): Balancer {
    return new Balancer(Deno.listen(place), targets);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    for (const connection of this.#open) close(connection);
    await this.#accepting;
  }

  async #accept(): Promise<void> {
    const running = new Set<Promise<void>>();
    for await (const client of this.#listener) {
      const serving = this.#serve(client).finally(() => running.delete(serving));
      running.add(serving);
    }
    await Promise.all(running);
  }

  async #serve(client: Deno.TcpConn): Promise<void> {
    this.#open.add(client);
    const server = await this.#connect();
    if (server !== null && this.#open.has(client)) {
      this.#open.add(server);
      await Promise.all([carry(client, server), carry(server, client)]);
    }
    for (const connection of [client, server]) {
      if (connection === null) continue;
      this.#open.delete(connection);
      close(connection);
    }
  }

  async #connect(): Promise<Deno.TcpConn | null> {
    const targets = this.#targets();
    for (let tries = 0; tries < targets.length; tries++) {
      const target = targets[this.#next++ % targets.length];
      if (target === undefined) continue;
      try {
        return await Deno.connect({ hostname: target.hostname, port: target.port });
      } catch {
        // It is down: the next one is asked.
      }
    }
    return null;
  }
}

/** Carries one direction to its end, and tells the other side that it ended. */
async function carry(from: Deno.TcpConn, to: Deno.TcpConn): Promise<void> {
  const piece = new Uint8Array(PIECE_BYTES);
  try {
    for (let read = await from.read(piece); read !== null; read = await from.read(piece)) {
      for (let written = 0; written < read;) written += await to.write(piece.subarray(written, read));
    }
    await to.closeWrite();
  } catch {
    // One side is gone; so is what it was for.
    close(from);
    close(to);
  }
}

function close(connection: Deno.TcpConn): void {
  try {
    connection.close();
  } catch {
    // It was closed before.
  }
}
