/**
 * A TCP proxy that misbehaves on demand: between a program and its database it is the network of a bad day.
 *
 * @module
 */

/** Which way bytes go: `asked` from the program to the server, `answered` back. */
export type Direction = "asked" | "answered";

/** What the proxy stands before. */
export interface Target {
  readonly hostname: string;
  readonly port: number;
}

/** Bytes under way in one direction of one connection; past this the sender feels it. */
const MAX_HELD_BYTES = 1 << 20;
const PIECE_BYTES = 16_384;

/** A proxy on a free port of 127.0.0.1. Faults concern connections that are open as well as later ones. */
export class FaultyProxy implements AsyncDisposable {
  readonly hostname = "127.0.0.1";
  readonly port: number;
  readonly #target: Target;
  readonly #listener: Deno.TcpListener;
  readonly #links = new Set<Link>();
  readonly #running: Promise<void>;
  readonly #faults: Faults = { delayMs: 0, sliceBytes: Infinity, silent: new Set() };
  #refusing = false;
  #accepted = 0;

  private constructor(target: Target) {
    this.#target = target;
    this.#listener = Deno.listen({ hostname: this.hostname, port: 0 });
    this.port = this.#listener.addr.port;
    this.#running = this.#accept();
  }

  /** Begins to stand before `target`, which need not be there yet. */
  static before(target: Target): FaultyProxy {
    return new FaultyProxy(target);
  }

  /** Connections that are open now. */
  get open(): number {
    return this.#links.size;
  }

  /** Connections there ever were. */
  get accepted(): number {
    return this.#accepted;
  }

  /** Every piece arrives this much later, in ms; pieces do not wait for one another. */
  delay(ms: number): void {
    this.#faults.delayMs = ms;
  }

  /** Pieces arrive in slices of at most so many bytes, each in a packet of its own. */
  slice(bytes: number): void {
    this.#faults.sliceBytes = bytes;
  }

  /** Connections are taken and kept, and nothing passes: what was sent is held, as by a network that lost its way. */
  silence(...directions: readonly Direction[]): void {
    for (const one of directions.length === 0 ? ["asked", "answered"] as const : directions) {
      this.#faults.silent.add(one);
    }
  }

  /** Ends every open connection now, with what was under way; new ones are taken. */
  cut(): void {
    for (const link of this.#links) link.end();
  }

  /** Ends every connection, and each new one at once. */
  refuse(): void {
    this.#refusing = true;
    this.cut();
  }

  /** Ends every fault; what was held goes on. */
  heal(): void {
    this.#refusing = false;
    this.#faults.delayMs = 0;
    this.#faults.sliceBytes = Infinity;
    this.#faults.silent.clear();
    for (const link of this.#links) link.wake();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    this.cut();
    await this.#running;
  }

  async #accept(): Promise<void> {
    const passing = new Set<Promise<void>>();
    for await (const near of this.#listener) {
      this.#accepted++;
      if (this.#refusing) {
        near.close();
        continue;
      }
      const link = new Link(near, this.#faults);
      this.#links.add(link);
      const passed = link.pass(this.#target).finally(() => {
        this.#links.delete(link);
        passing.delete(passed);
      });
      passing.add(passed);
    }
    this.cut();
    await Promise.all(passing);
  }
}

/** The faults in force, which the proxy changes under its connections. */
interface Faults {
  delayMs: number;
  sliceBytes: number;
  readonly silent: Set<Direction>;
}

/** One connection through the proxy. */
class Link {
  readonly #near: Deno.TcpConn;
  readonly #faults: Faults;
  readonly #sleepers = new Set<() => void>();
  #far: Deno.TcpConn | null = null;
  #ended = false;

  constructor(near: Deno.TcpConn, faults: Faults) {
    this.#near = near;
    this.#faults = faults;
  }

  /** Passes bytes both ways until one side ends. */
  async pass(target: Target): Promise<void> {
    try {
      this.#far = await Deno.connect(target);
      if (this.#ended) return;
      this.#near.setNoDelay(true);
      this.#far.setNoDelay(true);
      const ways = [this.#way("asked", this.#near, this.#far), this.#way("answered", this.#far, this.#near)];
      await Promise.race(ways);
      this.end();
      await Promise.all(ways);
    } catch {
      // The target is not there: the program sees its connection end, as it would without a proxy.
    } finally {
      this.end();
      close(this.#far);
    }
  }

  end(): void {
    this.#ended = true;
    close(this.#near);
    close(this.#far);
    this.wake();
  }

  /** Has whoever sleeps look again at what they wait for. */
  wake(): void {
    for (const wakeUp of [...this.#sleepers]) wakeUp();
  }

  async #way(direction: Direction, from: Deno.TcpConn, to: Deno.TcpConn): Promise<void> {
    let held = 0;
    let tail = Promise.resolve();
    const buffer = new Uint8Array(PIECE_BYTES);
    while (!this.#ended) {
      const length = await from.read(buffer).catch(() => null);
      if (length === null) break;
      const due = performance.now() + this.#faults.delayMs;
      const piece = buffer.slice(0, length);
      held += length;
      tail = tail.then(() => this.#deliver(piece, { due, direction, to })).then(() => {
        held -= length;
      });
      if (held > MAX_HELD_BYTES) await tail;
    }
    await tail;
  }

  async #deliver(piece: Uint8Array, { due, direction, to }: Delivery): Promise<void> {
    // Healing hurries what was late, without letting it overtake.
    while (this.#faults.delayMs > 0 && performance.now() < due && !this.#ended) {
      await this.#sleep(due - performance.now());
    }
    while (this.#faults.silent.has(direction) && !this.#ended) await this.#sleep(null);
    for (let at = 0; at < piece.length && !this.#ended;) {
      const end = Math.min(piece.length, at + this.#faults.sliceBytes);
      await writeAll(to, piece.subarray(at, end)).catch(() => this.end());
      at = end;
    }
  }

  async #sleep(ms: number | null): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = ms === null ? undefined : setTimeout(resolve, ms);
    this.#sleepers.add(resolve);
    await promise;
    clearTimeout(timer);
    this.#sleepers.delete(resolve);
  }
}

interface Delivery {
  readonly due: number;
  readonly direction: Direction;
  readonly to: Deno.TcpConn;
}

async function writeAll(to: Deno.TcpConn, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) at += await to.write(bytes.subarray(at));
}

function close(conn: Deno.TcpConn | null): void {
  try {
    conn?.close();
  } catch {
    // Closed already.
  }
}
