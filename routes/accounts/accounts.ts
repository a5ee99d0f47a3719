/**
 * Accounts: registering, signing in, sessions, invites and their rules; knows no Hono.
 *
 * @module
 */
import type { Clock } from "../../db/clock.ts";
import type { Store } from "../../db/store.ts";
import type { Tally } from "../../db/tally.ts";
import type { Realtime } from "../../realtime/mod.ts";
import type { AppSettings } from "../app_settings.ts";
import type { Hasher } from "./hash_pool.ts";
import { Invites, type OwnerInvite } from "./invites.ts";
import { AccountLimits } from "./limits.ts";
import { PasswordCheck } from "./password_check.ts";
import { People } from "./people.ts";
import { Profiles } from "./profiles.ts";
import { Registrar } from "./registrar.ts";
import { SignIns } from "./sign_ins.ts";
import { createTokens } from "./token.ts";

/** What accounts are made of. */
export interface AccountsDeps {
  /** The settings of the application. */
  readonly settings: Pick<
    AppSettings,
    "mode" | "secrets" | "registration" | "limitLogin" | "limitRegister"
  >;
  /** Where accounts, sessions and invites are kept. */
  readonly store: Pick<Store, "users" | "sessions" | "invites">;
  /** Told of everything that open sockets must hear of. */
  readonly realtime: Pick<Realtime, "sessionsEnded" | "accountDisabled" | "userChanged">;
  /** Makes and checks password digests. */
  readonly hasher: Hasher;
  /** Says when sessions end and limits open again. */
  readonly clock: Clock;
  /** Cryptographically strong random bytes. */
  readonly randomBytes: (length: number) => Uint8Array<ArrayBuffer>;
  /** Counts tries for all instances; absent: this one counts for itself. */
  readonly tally?: Tally | undefined;
}

/** The use cases around accounts. */
export interface Accounts {
  /** Registering. */
  readonly registrar: Registrar;
  /** Signing in, and sessions. */
  readonly signIns: SignIns;
  /** What people change of themselves. */
  readonly profiles: Profiles;
  /** What owners do about others. */
  readonly people: People;
  /** Links that let people register. */
  readonly invites: Invites;
  /**
   * The owner's invite link under `base`, when the store has no account and registration is not open; else null.
   * Asking again answers the same link while it lasts.
   */
  firstOwnerInvite(base: URL): Promise<OwnerInvite | null>;
  /** Figures for /metrics, by Prometheus name without prefix. */
  figures(): ReadonlyMap<string, number>;
}

/** Puts the use cases together. Throws when there is no secret. */
export function createAccounts(deps: AccountsDeps): Accounts {
  const { settings, store, realtime, hasher, clock, randomBytes } = deps;
  const { users } = store;
  const { mode, registration, secrets } = settings;
  const { limitLogin: login, limitRegister: register } = settings;
  const limits = new AccountLimits(clock, { login, register }, deps.tally ?? null);
  const check = new PasswordCheck(hasher, limits);
  const tokens = createTokens(secrets);
  const invites = new Invites({ registration, secrets, store, clock, randomBytes });
  const signIns = new SignIns({ store, realtime, hasher, check, tokens, clock, randomBytes });
  return {
    registrar: new Registrar({ users, realtime, hasher, invites, limits, clock }),
    signIns,
    profiles: new Profiles({ mode, users, realtime, hasher, check, signIns, clock }),
    people: new People({ users, realtime, signIns, clock }),
    invites,
    firstOwnerInvite: (base) => invites.firstOwner(base.origin),
    figures: () => hasher.figures(),
  };
}
