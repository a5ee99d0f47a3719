/**
 * Signing in, and the sessions that come of it.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { getLogger } from "@logtape/logtape";
import type { Clock } from "../../db/clock.ts";
import { StoreUnavailableError } from "../../db/errors.ts";
import type { Account, Session, User, UserId } from "../../db/model.ts";
import { SESSION_LIFETIME_MS } from "../../db/sessions.ts";
import type { Store } from "../../db/store.ts";
import { ChatError } from "../../realtime/errors.ts";
import type { Realtime } from "../../realtime/mod.ts";
import { deviceName } from "./device.ts";
import { digestCost } from "./digest.ts";
import type { LoginForm } from "./forms.ts";
import type { Hasher } from "./hash_pool.ts";
import type { PasswordCheck } from "./password_check.ts";
import { type Claims, hashSessionSecret, type Tokens } from "./token.ts";

const log = getLogger(["chat", "accounts"]);

const SECRET_BYTES = 32;
/** Use is noted at most this often per session, in ms. */
const TOUCH_INTERVAL_MS = 60_000;
/** Sessions of one account; the next ends the one longest unused. */
const MAX_SESSIONS = 100;

/** What signing in takes. */
export interface SignInsDeps {
  readonly store: Pick<Store, "users" | "sessions">;
  readonly realtime: Pick<Realtime, "sessionsEnded">;
  readonly hasher: Hasher;
  readonly check: PasswordCheck;
  readonly tokens: Tokens;
  readonly clock: Clock;
  readonly randomBytes: (length: number) => Uint8Array<ArrayBuffer>;
}

/** Where somebody signs in from. */
export interface SignInSource {
  readonly address: string;
  readonly userAgent: string;
}

/** Somebody signed in. */
export interface SignIn {
  readonly user: User;
  readonly session: Session;
  readonly token: string;
}

/** Somebody whose token is good. */
export interface SignedIn {
  readonly user: User;
  readonly session: Session;
}

/** Begins, recognises and ends sessions. */
export class SignIns {
  readonly #deps: SignInsDeps;

  constructor(deps: SignInsDeps) {
    this.#deps = deps;
  }

  /** Begins a session. Throws `login_failed`, `account_disabled`, `rate_limited` or `overloaded`. */
  async logIn({ username, password }: LoginForm, source: SignInSource): Promise<SignIn> {
    const { store, check } = this.#deps;
    const account = await store.users.find({ login: username });
    const isRight = await check.matches(account, { password, login: username, address: source.address });
    if (account === null || !isRight) throw new ChatError("login_failed");
    if (account.status !== "active") throw new ChatError("account_disabled");
    const digest = await this.#renew(account, password);
    const begun = await this.#begin(account, source);
    // The account may have been disabled, or its password changed, while this one was being checked.
    const now = await store.users.find({ id: account.id });
    if (now !== null && now.status === "active" && now.passwordDigest === digest) return begun;
    await this.end(account.id, [begun.session.id]);
    throw new ChatError(now?.status === "disabled" ? "account_disabled" : "login_failed");
  }

  /** Who the token is of, or null. Notes the use. */
  async recognise(token: string): Promise<SignedIn | null> {
    const { store, tokens, clock } = this.#deps;
    const claims = tokens.verify(token, clock.now());
    if (claims === null) return null;
    const { sessions, users } = store;
    const session = sessions.findNow === undefined
      ? await sessions.find(claims.sessionId, clock.now())
      : sessions.findNow(claims.sessionId, clock.now());
    if (session === null || session.userId !== claims.userId) return null;
    const user = await users.find({ id: session.userId });
    if (user === null || user.status !== "active") return null;
    await this.#touch(session);
    return { user, session };
  }

  /**
   * The same without waiting, for a socket's handshake. Where the store is not in this process the session is as
   * the token tells it, and has to be looked up afterwards.
   */
  recogniseNow(token: string): { readonly username: string; readonly session: Session } | null {
    const { store, tokens, clock } = this.#deps;
    const claims = tokens.verify(token, clock.now());
    if (claims === null) return null;
    const { sessions } = store;
    const session = sessions.findNow === undefined
      ? toldSession(claims, clock.now())
      : sessions.findNow(claims.sessionId, clock.now());
    if (session === null || session.userId !== claims.userId) return null;
    return { username: claims.username, session };
  }

  /** The live sessions of somebody. */
  list(userId: UserId): Promise<readonly Session[]> {
    return this.#deps.store.sessions.list(userId, this.#deps.clock.now());
  }

  /** Ends sessions of `userId` and closes their sockets. Answers how many there were to end. */
  async end(userId: UserId, ids: readonly string[]): Promise<number> {
    return await this.#end(userId, { ids });
  }

  /** Ends all sessions of `userId` but one. */
  async endOthers(userId: UserId, exceptId: string | null): Promise<number> {
    return await this.#end(userId, { exceptId });
  }

  async #end(
    userId: UserId,
    which: { readonly ids: readonly string[] } | { readonly exceptId: string | null },
  ): Promise<number> {
    const ended = await this.#deps.store.sessions.end(userId, which);
    if (ended.length > 0) this.#deps.realtime.sessionsEnded(userId, ended);
    return ended.length;
  }

  async #begin(account: Account, { address, userAgent }: SignInSource): Promise<SignIn> {
    const { store, tokens, clock, randomBytes } = this.#deps;
    const issuedAt = clock.now();
    const expiresAt = issuedAt + SESSION_LIFETIME_MS;
    const sessionSecret = Buffer.from(randomBytes(SECRET_BYTES)).toString("base64url");
    const session: Session = {
      id: hashSessionSecret(sessionSecret),
      userId: account.id,
      device: deviceName(userAgent),
      address,
      createdAt: issuedAt,
      lastUsedAt: issuedAt,
      expiresAt,
    };
    const earlier = await this.list(account.id);
    await store.sessions.create(session);
    const surplus = earlier.slice(MAX_SESSIONS - 1).map((one) => one.id);
    if (surplus.length > 0) await this.end(account.id, surplus);
    const { id: userId, username } = account;
    return {
      user: account,
      session,
      token: tokens.sign({ userId, username, sessionSecret, issuedAt, expiresAt }),
    };
  }

  /** Makes a digest of another cost anew. Answers the digest that the account has now. */
  async #renew(account: Account, password: string): Promise<string> {
    const { hasher, store, clock } = this.#deps;
    if (digestCost(account.passwordDigest) === hasher.cost) return account.passwordDigest;
    try {
      const fresh = await hasher.hash(password);
      // A password changed meanwhile, here or on another instance, must not be changed back.
      const patch = { passwordDigest: fresh, passwordDigestWas: account.passwordDigest };
      if (await store.users.update(account.id, patch, clock.now()) !== null) return fresh;
      // Or it is the same one, and another sign-in has renewed its digest.
      const now = await store.users.find({ id: account.id });
      const isSame = now !== null && await hasher.verify(password, now.passwordDigest);
      return isSame ? now.passwordDigest : account.passwordDigest;
    } catch (error) {
      // The next login tries again.
      log.warn("The password digest of user {id} was not renewed: {error}", {
        id: account.id,
        error: String(error),
      });
      return account.passwordDigest;
    }
  }

  async #touch(session: Session): Promise<void> {
    const { store, clock } = this.#deps;
    const now = clock.now();
    if (now - session.lastUsedAt < TOUCH_INTERVAL_MS) return;
    try {
      await store.sessions.touch([session.id], now);
    } catch (error) {
      // Reading goes on where writing cannot.
      if (!(error instanceof StoreUnavailableError)) throw error;
    }
  }
}

function toldSession({ sessionId, userId, expiresAt }: Claims, now: number): Session {
  return {
    id: sessionId,
    userId,
    device: "",
    address: "",
    createdAt: expiresAt - SESSION_LIFETIME_MS,
    lastUsedAt: now,
    expiresAt,
  };
}
