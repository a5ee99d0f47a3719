/**
 * The listener: takes the port, and takes it again when the runtime loses it.
 *
 * @module
 */
import { getLogger } from "@logtape/logtape";
import type { Clock, Timer } from "../../db/clock.ts";
import { SettingsError } from "./settings_error.ts";
import type { Peer } from "../mod.ts";
import type { TlsTexts } from "./tls.ts";

/** What to listen on, and who answers. */
export interface ListenerOptions {
  readonly host: string;
  readonly port: number;
  /** Where the port comes from, for the sentence that says it is taken. */
  readonly portSource: string;
  /** Whether other isolates of this process take connections at the same port. Default: no. */
  readonly isShared?: boolean;
  /** Null: plain http. */
  readonly tls: TlsTexts | null;
  readonly fetch: (request: Request, info: Peer) => Response | Promise<Response>;
  readonly clock: Clock;
  /** Whether another connection may be taken beside so many; the runtime's own listener cannot count them. */
  readonly mayAccept?: (connections: number) => boolean;
}

/** What a listener does, whichever transport it is of. */
export interface HttpListener {
  /** `http://HOST:PORT`, with the port that was taken. */
  readonly origin: string;
  /** Whether connections are being accepted. */
  readonly up: boolean;
  /**
   * Listens with a new certificate, beside the old listener, which ends after `drained` and at most `deadlineMs` more.
   * Rejects when the port cannot be had so; the old one stays then.
   */
  renew(tls: TlsTexts, drained: () => Promise<void>, deadlineMs: number): Promise<void>;
  /** Accepts nothing more and resolves when the requests at work are answered, or after `deadlineMs`. */
  close(deadlineMs: number): Promise<void>;
}

/** The first and the last wait before the port is taken again, in ms. */
const FIRST_RETRY_MS = 100;
const LAST_RETRY_MS = 5_000;

/** Whether two listeners can have one port. */
export const CAN_SHARE_PORTS: boolean = Deno.build.os !== "windows";

const log = getLogger(["chat", "listener"]);

/**
 * The runtime's own listener, and one that stays. Opening it throws {@link SettingsError} when host or port cannot be
 * had.
 */
export class Listener implements HttpListener {
  readonly #options: ListenerOptions;
  readonly #port: number;
  #tls: TlsTexts | null;
  #server: Deno.HttpServer<Deno.NetAddr>;
  #up = true;
  #closing = false;
  #retry: Timer | null = null;
  #wait = FIRST_RETRY_MS;
  #since: number;

  constructor(options: ListenerOptions) {
    this.#options = options;
    this.#tls = options.tls;
    // What takes its place for a new certificate shares the port with it, and so would another program.
    const port = options.tls === null || options.isShared === true ? options.port : tryPort(options);
    try {
      this.#server = this.#listen(port);
    } catch (error) {
      throw cannotListen(error, options);
    }
    this.#port = this.#server.addr.port;
    this.#since = options.clock.now();
    this.#watch();
  }

  get origin(): string {
    return originOf(this.#options, this.#port);
  }

  get up(): boolean {
    return this.#up;
  }

  async renew(tls: TlsTexts, drained: () => Promise<void>, deadlineMs: number): Promise<void> {
    if (this.#closing) return;
    const before = this.#tls;
    const old = this.#server;
    this.#tls = tls;
    try {
      this.#server = this.#listen(this.#port);
    } catch (error) {
      this.#tls = before;
      throw error;
    }
    this.#watch();
    await drained();
    await this.#end(old, deadlineMs);
  }

  async close(deadlineMs: number): Promise<void> {
    this.#closing = true;
    this.#up = false;
    this.#retry?.cancel();
    await this.#end(this.#server, deadlineMs);
  }

  async #end(server: Deno.HttpServer<Deno.NetAddr>, deadlineMs: number): Promise<void> {
    const late = Promise.withResolvers<void>();
    // A client that left during its handshake can keep shutdown() waiting for ever.
    const timer = this.#options.clock.after(deadlineMs, () => late.resolve());
    await Promise.race([server.shutdown().catch(() => {}), late.promise]);
    timer.cancel();
  }

  #listen(port: number): Deno.HttpServer<Deno.NetAddr> {
    const { host, fetch, isShared = false } = this.#options;
    const tls = this.#tls;
    return Deno.serve({
      hostname: host,
      port,
      // Where a port cannot be shared, a new certificate waits for a restart.
      reusePort: isShared || (tls !== null && CAN_SHARE_PORTS),
      onListen: () => {},
      onError: (error) => {
        log.error("A request failed", { error });
        return Response.json(
          { code: 500, message: "Something went wrong on the server", error: "internal" },
          {
            status: 500,
          },
        );
      },
      ...(tls === null ? {} : { cert: tls.cert, key: tls.key }),
    }, fetch);
  }

  /** `finished` settles when the runtime gave the port up: after a bad upgrade, or without descriptors. */
  #watch(): void {
    const server = this.#server;
    void server.finished.then(() => undefined, (error: unknown) => error).then((error) => {
      if (this.#closing || server !== this.#server) return;
      this.#up = false;
      if (this.#options.clock.now() - this.#since > LAST_RETRY_MS) this.#wait = FIRST_RETRY_MS;
      log.error("The listener ended by itself and is opened again in {wait} ms", { wait: this.#wait, error });
      this.#later();
    });
  }

  #later(): void {
    this.#retry = this.#options.clock.after(this.#wait, () => this.#again());
    this.#wait = Math.min(this.#wait * 2, LAST_RETRY_MS);
  }

  #again(): void {
    if (this.#closing) return;
    try {
      this.#server = this.#listen(this.#port);
    } catch (error) {
      log.error("The listener cannot be opened again yet, next try in {wait} ms", {
        wait: this.#wait,
        error,
      });
      return this.#later();
    }
    this.#up = true;
    this.#since = this.#options.clock.now();
    log.warning("The listener is back on {origin}", { origin: this.origin });
    this.#watch();
  }
}

/**
 * Takes the port for a moment, and answers which one it is: at a shared port the system lets also another program of
 * the same user listen. Throws {@link SettingsError} when it cannot be had.
 */
export function tryPort(options: Pick<ListenerOptions, "host" | "port" | "portSource" | "tls">): number {
  try {
    const listener = Deno.listen({ hostname: options.host, port: options.port });
    const { port } = listener.addr as Deno.NetAddr;
    listener.close();
    return port;
  } catch (error) {
    throw cannotListen(error, options);
  }
}

/** `http://HOST:PORT`. */
export function originOf({ host, tls }: Pick<ListenerOptions, "host" | "tls">, port: number): string {
  return `${tls === null ? "http" : "https"}://${host.includes(":") ? `[${host}]` : host}:${port}`;
}

/** The sentence for an operator whose host, port or certificate cannot be had. */
export function cannotListen(
  error: unknown,
  { host, port, portSource, tls }: Pick<ListenerOptions, "host" | "port" | "portSource" | "tls">,
): SettingsError {
  const place = `${host.includes(":") ? `[${host}]` : host}:${port}`;
  if (error instanceof Deno.errors.AddrInUse) {
    return new SettingsError(
      `Cannot start: CHAT_PORT cannot be ${port} (from ${portSource}), because ${place} is in use, ` +
        "allowed: a free port, or 0 to be given one",
    );
  }
  if (error instanceof Deno.errors.PermissionDenied) {
    return new SettingsError(
      `Cannot start: CHAT_PORT cannot be ${port} (from ${portSource}), because the system refuses ${place} to ` +
        "this user, allowed: a port from 1024",
    );
  }
  const detail = error instanceof Error ? error.message.split("\n", 1).join("") : String(error);
  if (tls !== null && !(error instanceof Deno.errors.AddrNotAvailable)) {
    return new SettingsError(
      `Cannot start: CHAT_TLS_CERT and CHAT_TLS_KEY cannot be used on ${place}, allowed: a PEM certificate chain ` +
        `and its key; ${detail}`,
    );
  }
  return new SettingsError(
    `Cannot start: CHAT_HOST cannot be ${
      JSON.stringify(host)
    }, allowed: an address of this machine; ${detail}`,
  );
}
