/**
 * Judging a typed password: limited, and as costly for nobody as for somebody.
 *
 * @module
 */
import type { Account } from "../../db/model.ts";
import { nameKey } from "../../db/users.ts";
import { blankDigest, digestCost } from "./digest.ts";
import type { Hasher } from "./hash_pool.ts";
import type { AccountLimits } from "./limits.ts";
import { isTooLong } from "./password.ts";

/** What was typed, and from where. */
export interface TypedPassword {
  readonly password: string;
  /** What was typed as the account's name, which is counted when there is no account. */
  readonly login: string;
  readonly address: string;
}

/** Checks passwords. */
export class PasswordCheck {
  readonly #hasher: Hasher;
  readonly #limits: AccountLimits;

  constructor(hasher: Hasher, limits: AccountLimits) {
    this.#hasher = hasher;
    this.#limits = limits;
  }

  /** Whether the password is the account's. Exactly one hash. Throws `rate_limited` or `overloaded`. */
  async matches(account: Account | null, { password, login, address }: TypedPassword): Promise<boolean> {
    const named = account === null ? `name ${nameKey(login)}` : `id ${account.id}`;
    const attempt = await this.#limits.admit({ account: named, address });
    // bcrypt would cut a long one and take what is left for right.
    const canMatch = account !== null && digestCost(account.passwordDigest) !== null && !isTooLong(password);
    const digest = canMatch ? account.passwordDigest : blankDigest(this.#hasher.cost);
    let matches: boolean;
    try {
      matches = await this.#hasher.verify(password, digest);
    } catch (error) {
      await attempt.abandoned();
      throw error;
    }
    if (!matches || !canMatch) return false;
    await attempt.succeeded();
    return true;
  }
}
