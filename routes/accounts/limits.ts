/**
 * How often somebody may try to sign in or to register.
 *
 * Counted for all instances where they share a backend for it, else in this process.
 *
 * @module
 */
import { getLogger } from "@logtape/logtape";
import type { Clock } from "../../db/clock.ts";
import { StoreUnavailableError } from "../../db/errors.ts";
import type { Quota, Tally } from "../../db/tally.ts";
import { ChatError } from "../../realtime/errors.ts";
import { addressBlock } from "./address.ts";
import { LocalTally } from "./local_tally.ts";

const log = getLogger(["chat", "accounts"]);

const LOGIN_WINDOW_MS = 15 * 60_000;
const REGISTER_WINDOW_MS = 60 * 60_000;
/** Past the wide limits one try passes in this time, so that nobody is locked out by others. */
const TRICKLE_MS = 10_000;
/** The limits from everywhere are this many times the one of an account and address. */
const WIDE = 10;
/** A try that was let through. It counts as failed until one of these is called. */
export interface Attempt {
  /** It was right: the account and address start anew. */
  succeeded(): Promise<void>;
  /** It was never judged: it counts for nothing. */
  abandoned(): Promise<void>;
}

/** Who tries what, from where. */
export interface Try {
  /** Names the account, or what was typed for one that does not exist. */
  readonly account: string;
  readonly address: string;
}

/** The limits of the contract (§2, login limits). Each limit of 0 is off. */
export class AccountLimits {
  readonly #limits: { readonly login: number; readonly register: number };
  /** Counts while nobody shares, or while what is shared is away. */
  readonly #local: Tally;
  readonly #shared: Tally | null;

  constructor(
    clock: Clock,
    limits: { readonly login: number; readonly register: number },
    shared: Tally | null = null,
  ) {
    this.#limits = limits;
    this.#local = new LocalTally(clock);
    this.#shared = shared;
  }

  /** Lets one try at a password through, or throws `rate_limited`. Counted before it is judged, against bursts. */
  async admit({ account, address }: Try): Promise<Attempt> {
    const limit = this.#limits.login;
    if (limit === 0) return { succeeded: () => Promise.resolve(), abandoned: () => Promise.resolve() };
    const block = addressBlock(address);
    const window = { windowMs: LOGIN_WINDOW_MS };
    const wide = { ...window, limit: WIDE * limit, trickleMs: TRICKLE_MS };
    const pair = { ...window, kind: "pair", key: `${block} ${account}`, limit };
    const others = [{ ...wide, kind: "account", key: account }, { ...wide, kind: "address", key: block }];
    const tally = await this.#take([pair, ...others]);
    return {
      succeeded: () => settled(Promise.all([tally.reset([pair]), tally.giveBack(others)])),
      abandoned: () => settled(tally.giveBack([pair, ...others])),
    };
  }

  /** Counts one registration of an address, or throws `rate_limited`. */
  async admitRegistration(address: string): Promise<void> {
    const limit = this.#limits.register;
    if (limit === 0) return;
    await this.#take([{ kind: "register", key: addressBlock(address), limit, windowMs: REGISTER_WINDOW_MS }]);
  }

  /** Counts one try and answers where, or throws `rate_limited`. */
  async #take(quotas: readonly Quota[]): Promise<Tally> {
    if (this.#shared !== null) {
      try {
        refuse(await this.#shared.take(quotas));
        return this.#shared;
      } catch (error) {
        if (!(error instanceof StoreUnavailableError)) throw error;
      }
    }
    refuse(await this.#local.take(quotas));
    return this.#local;
  }
}

/** What is counted wrongly because a backend went away is forgotten with its window. */
async function settled(done: Promise<unknown>): Promise<void> {
  try {
    await done;
  } catch (error) {
    if (!(error instanceof StoreUnavailableError)) throw error;
    log.debug("A try was not taken back: {error}", { error: String(error) });
  }
}

function refuse(retryAfterMs: number): void {
  if (retryAfterMs > 0) throw new ChatError("rate_limited", { retryAfterMs });
}
