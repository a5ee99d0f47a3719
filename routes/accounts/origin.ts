/**
 * Whether a request comes from our own page and is meant for us (contract §2, Origin).
 *
 * @module
 */
import { ChatError } from "../../realtime/errors.ts";
import type { AppSettings } from "../app_settings.ts";

const LOOPBACK_NAMES: ReadonlySet<string> = new Set(["localhost", "127.0.0.1", "[::1]"]);

/** Where a request was sent, as far as it says. */
export interface Destination {
  readonly scheme: "http" | "https";
  /** The Host header. */
  readonly host: string;
}

/** The rules about Host and Origin under one set of settings. */
export class Origins {
  readonly #publicUrl: URL | null;
  readonly #isLoopback: boolean;

  constructor({ publicUrl, loopback }: Pick<AppSettings, "publicUrl" | "loopback">) {
    this.#publicUrl = publicUrl;
    this.#isLoopback = loopback;
  }

  /** The origin under which people reach us: CHAT_PUBLIC_URL, else what the request says. */
  own({ scheme, host }: Destination): string {
    return this.#publicUrl?.origin ?? originOf(`${scheme}://${host}`) ?? `${scheme}://${host}`;
  }

  /**
   * Throws `misdirected` when a loopback listener is asked for by a name that is not its own: then a page of that
   * name, which its owner pointed at this machine, asks in the person's browser.
   */
  checkHost(host: string): void {
    if (!this.#isLoopback) return;
    const name = hostname(host);
    if (name !== null && (LOOPBACK_NAMES.has(name) || name === this.#publicUrl?.hostname)) return;
    throw new ChatError("misdirected", { params: { host } });
  }

  /** Throws `origin_refused` unless `origin` is ours. A request without one is not a browser's, and passes. */
  checkOrigin(origin: string | null, destination: Destination): void {
    if (origin !== null && !this.#isOwn(origin, destination)) this.#refuse(origin, destination);
  }

  /** The same for a request that its cookie speaks for: a browser always says where that comes from. */
  requireOrigin(origin: string | null, destination: Destination): void {
    if (origin === null || !this.#isOwn(origin, destination)) this.#refuse(origin ?? "-", destination);
  }

  #isOwn(origin: string, destination: Destination): boolean {
    const theirs = originOf(origin);
    return theirs !== null && this.#canonical(theirs) === this.#canonical(this.own(destination));
  }

  /** On a loopback listener the three names of it are one. */
  #canonical(origin: string): string {
    if (!this.#isLoopback) return origin;
    const url = new URL(origin);
    return LOOPBACK_NAMES.has(url.hostname) ? `${url.protocol}//localhost:${url.port}` : origin;
  }

  #refuse(origin: string, destination: Destination): never {
    throw new ChatError("origin_refused", { params: { origin, expected: this.own(destination) } });
  }
}

/** The origin that a text names, or null; "null", which sandboxed pages send, is none. */
function originOf(text: string): string | null {
  try {
    const url = new URL(text);
    const isHttp = url.protocol === "http:" || url.protocol === "https:";
    return isHttp && url.pathname === "/" && url.search === "" && url.username === "" ? url.origin : null;
  } catch {
    return null;
  }
}

function hostname(host: string): string | null {
  const origin = /[/@?#\\]/.test(host) ? null : originOf(`http://${host}`);
  return origin === null ? null : new URL(origin).hostname;
}
