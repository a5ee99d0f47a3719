/**
 * How often somebody may try to sign in or to register.
 *
 * Counted in this process over the injected clock, with a bound on what is remembered. Where instances share a
 * Redis, another {@link Counter} can stand in.
 *
 * @module
 */
import type { Clock } from "../../db/clock.ts";
import { ChatError } from "../../realtime/errors.ts";
import { addressBlock } from "./address.ts";

const LOGIN_WINDOW_MS = 15 * 60_000;
const REGISTER_WINDOW_MS = 60 * 60_000;
/** Past the wide limits one try passes in this time, so that nobody is locked out by others. */
const TRICKLE_MS = 10_000;
/** The limits from everywhere are this many times the one of an account and address. */
const WIDE = 10;
/** Keys remembered by one counter; past this the oldest goes. */
const MAX_KEYS = 100_000;

/** Counts within windows of one length. */
export class Counter {
  readonly #clock: Clock;
  readonly #windowMs: number;
  readonly #maxKeys: number;
  /** In the order in which windows began, which is the order in which they end. */
  readonly #windows = new Map<string, { count: number; readonly endsAt: number }>();

  constructor(clock: Clock, windowMs: number, maxKeys: number = MAX_KEYS) {
    this.#clock = clock;
    this.#windowMs = windowMs;
    this.#maxKeys = maxKeys;
  }

  /** How many keys are remembered. */
  get size(): number {
    return this.#windows.size;
  }

  /** Milliseconds until `key` may go on, 0 when it has fewer than `limit`. */
  wait(key: string, limit: number): number {
    const window = this.#live(key);
    return window === undefined || window.count < limit ? 0 : window.endsAt - this.#clock.now();
  }

  /** Counts one more. */
  hit(key: string): void {
    const window = this.#live(key);
    if (window !== undefined) {
      window.count++;
      return;
    }
    this.#windows.set(key, { count: 1, endsAt: this.#clock.now() + this.#windowMs });
    this.#trim();
  }

  /** Takes one back. */
  undo(key: string): void {
    const window = this.#live(key);
    if (window !== undefined && --window.count <= 0) this.#windows.delete(key);
  }

  /** Forgets `key`. */
  clear(key: string): void {
    this.#windows.delete(key);
  }

  #live(key: string): { count: number; readonly endsAt: number } | undefined {
    const window = this.#windows.get(key);
    if (window === undefined || this.#clock.now() < window.endsAt) return window;
    this.#windows.delete(key);
    return undefined;
  }

  #trim(): void {
    const now = this.#clock.now();
    for (const [key, window] of this.#windows) {
      if (this.#windows.size <= this.#maxKeys && now < window.endsAt) return;
      this.#windows.delete(key);
    }
  }
}

/** A try that was let through. It counts as failed until one of these is called. */
export interface Attempt {
  /** It was right: the account and address start anew. */
  succeeded(): void;
  /** It was never judged: it counts for nothing. */
  abandoned(): void;
}

/** Who tries what, from where. */
export interface Try {
  /** Names the account, or what was typed for one that does not exist. */
  readonly account: string;
  readonly address: string;
}

/** The limits of the contract (§2, login limits). Each limit of 0 is off. */
export class AccountLimits {
  readonly #login: number;
  readonly #register: number;
  readonly #pairs: Counter;
  readonly #accounts: Counter;
  readonly #addresses: Counter;
  readonly #trickle: Counter;
  readonly #registers: Counter;

  constructor(clock: Clock, limits: { readonly login: number; readonly register: number }) {
    this.#login = limits.login;
    this.#register = limits.register;
    this.#pairs = new Counter(clock, LOGIN_WINDOW_MS);
    this.#accounts = new Counter(clock, LOGIN_WINDOW_MS);
    this.#addresses = new Counter(clock, LOGIN_WINDOW_MS);
    this.#trickle = new Counter(clock, TRICKLE_MS);
    this.#registers = new Counter(clock, REGISTER_WINDOW_MS);
  }

  /** Lets one try at a password through, or throws `rate_limited`. Counted before it is judged, against bursts. */
  admit({ account, address }: Try): Attempt {
    if (this.#login === 0) return { succeeded: () => {}, abandoned: () => {} };
    const block = addressBlock(address);
    const pair = `${block} ${account}`;
    refuse(this.#pairs.wait(pair, this.#login));
    const crowded = [
      ...(this.#accounts.wait(account, WIDE * this.#login) > 0 ? [`account ${account}`] : []),
      ...(this.#addresses.wait(block, WIDE * this.#login) > 0 ? [`address ${block}`] : []),
    ];
    refuse(Math.max(0, ...crowded.map((key) => this.#trickle.wait(key, 1))));
    for (const key of crowded) this.#trickle.hit(key);
    this.#pairs.hit(pair);
    this.#accounts.hit(account);
    this.#addresses.hit(block);
    const undoWide = (): void => {
      this.#accounts.undo(account);
      this.#addresses.undo(block);
    };
    return {
      succeeded: () => {
        this.#pairs.clear(pair);
        undoWide();
      },
      abandoned: () => {
        this.#pairs.undo(pair);
        undoWide();
      },
    };
  }

  /** Counts one registration of an address, or throws `rate_limited`. */
  admitRegistration(address: string): void {
    if (this.#register === 0) return;
    const block = addressBlock(address);
    refuse(this.#registers.wait(block, this.#register));
    this.#registers.hit(block);
  }
}

function refuse(retryAfterMs: number): void {
  if (retryAfterMs > 0) throw new ChatError("rate_limited", { retryAfterMs });
}
